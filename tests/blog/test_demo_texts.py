"""The demo publication holds together before anything of it reaches a database."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest

from blog.demo import outline, texts
from blog.demo.shapes import Page, Post

POSTS = {post.slug: post for post in outline.POSTS}
TEXTS: list[Post | Page] = [*outline.POSTS, *outline.PAGES]
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
ALLOWED = {"h2", "h3", "p", "a", "ul", "ol", "li", "blockquote", "em", "strong"} | TABLE


class Outline(HTMLParser):
    """Which tags a text uses, where it links to, and whether everything opened is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


class OutlineTests:
    def test_there_are_ten_regions_in_one_tree(self) -> None:
        slugs = [region.slug for region in outline.REGIONS]
        assert len(set(slugs)) == len(slugs) == 10
        assert [region.slug for region in outline.REGIONS if region.parent is None] == ["asia"]
        for position, region in enumerate(outline.REGIONS):
            assert region.parent is None or region.parent in slugs[:position]

    def test_the_five_authors_have_every_kind_of_name(self) -> None:
        assert len({author.slug for author in outline.AUTHORS}) == len(outline.AUTHORS) == 5
        assert sum(author.is_organisation for author in outline.AUTHORS) == 1
        assert sum(author.family_first for author in outline.AUTHORS) == 1
        assert any(author.particle for author in outline.AUTHORS)
        assert any(author.suffix for author in outline.AUTHORS)
        assert all(author.role and author.biography for author in outline.AUTHORS)

    def test_every_reference_leads_somewhere(self) -> None:
        authors = {author.slug for author in outline.AUTHORS}
        regions = {region.slug for region in outline.REGIONS}
        for post in outline.POSTS:
            assert post.authors
            assert set(post.authors) <= authors
            assert post.regions
            assert set(post.regions) <= regions
            assert post.for_author in authors - set(post.authors) or not post.for_author
            assert bool(post.for_author) == bool(post.guest_line)

    def test_twelve_posts_of_which_one_is_scheduled_and_one_a_draft(self) -> None:
        assert len(POSTS) == len(outline.POSTS) == 12
        states = [post.state for post in outline.POSTS]
        assert (states.count("published"), states.count("scheduled"), states.count("draft")) == (10, 1, 1)
        dates = [post.published_at for post in outline.POSTS if post.published_at]
        assert dates == sorted(dates)
        assert all(date.utcoffset() == timedelta() for date in dates)
        assert len({date.year for date in dates}) >= 5

    def test_bylines_come_in_every_shape(self) -> None:
        assert sum(bool(post.for_author) for post in outline.POSTS) == 1
        assert sum(len(post.authors) == 3 for post in outline.POSTS) == 1
        assert sum(post.authors == ("river-calendar-project",) for post in outline.POSTS) == 1

    def test_one_post_has_no_lead_photo_and_one_a_decorative_one(self) -> None:
        photos = [post.lead_photo for post in outline.POSTS if post.lead_photo]
        assert len({photo.name for photo in photos}) == len(photos) == 11
        assert sum(photo.is_decorative for photo in photos) == 1
        assert all(bool(photo.alt) != photo.is_decorative for photo in photos)
        assert all(photo.caption and photo.credit == "Illustration: Asia Unbound" for photo in photos)


class TextTests:
    @pytest.mark.parametrize("subject", TEXTS, ids=lambda subject: subject.slug)
    def test_it_is_sound_and_uses_only_what_the_editor_offers(self, subject: Post | Page) -> None:
        seen = Outline(texts.body(subject))
        assert seen.open == []
        assert seen.tags <= ALLOWED

    @pytest.mark.parametrize("subject", TEXTS, ids=lambda subject: subject.slug)
    def test_its_links_lead_somewhere_below_the_publication_or_out(self, subject: Post | Page) -> None:
        inside = {"/asia/" + texts.path_of(slug) for slug, post in POSTS.items() if post.state == "published"}
        inside |= {f"/asia/{slug}/" for slug in ("about", "corrections", "comment-guidelines")}
        for link in Outline(texts.body(subject, "/asia/")).links:
            assert link in inside or link.startswith(("https://", "mailto:"))

    def test_one_post_has_a_table_and_one_is_long_with_many_links(self) -> None:
        bodies = {slug: texts.body(post) for slug, post in POSTS.items()}
        assert [slug for slug, html in bodies.items() if "<table>" in html] == ["when-the-grid-crosses-the-border"]
        long = [slug for slug, html in bodies.items() if len(re.sub("<[^>]*>", " ", html).split()) >= 1500]
        assert long == ["the-long-way-round"]
        assert len(Outline(bodies["the-long-way-round"]).links) >= 15

    def test_nothing_may_link_to_what_is_not_published(self) -> None:
        with pytest.raises(ValueError, match="not published"):
            texts.path_of("notes-toward-a-fair-fishery")

    def test_a_link_names_the_day_of_its_post(self) -> None:
        assert texts.path_of("one-river-many-calendars") == "2019/04/09/one-river-many-calendars/"
        assert outline.POSTS[0].published_at == datetime(2019, 4, 9, 14, 30, tzinfo=UTC)
