import datetime
import re
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from blog import publishing, revisions
from blog.models import Post
from blog.views import render_post
from tests.make import (
    PUBLISHED_AT,
    make_author,
    make_photo,
    make_post,
    make_publication,
    make_region,
    make_snapshot,
    publish_again,
)

pytestmark = pytest.mark.django_db


def page_of(client: Client, post: Post, below: str = "") -> str:
    response = client.get(post.get_absolute_url() + below)
    assert response.status_code == 200
    return response.content.decode()


class PostPageTests:
    def test_it_shows_the_masthead(self, client: Client) -> None:
        make_publication(presenter="Harbor House presents", name="Asia Unbound", tagline="Notes on a region.")

        page = page_of(client, make_post())

        assert "Harbor House presents" in page
        assert '<p class="masthead-name"><a href="/">Asia Unbound</a></p>' in page
        assert "Notes on a region." in page

    def test_it_shows_title_text_and_date(self, client: Client) -> None:
        page = page_of(client, make_post("Who guards the strait?", body="<p>Nobody <em>yet</em>.</p>"))

        assert "<h1>Who guards the strait?</h1>" in page
        assert "<p>Nobody <em>yet</em>.</p>" in page
        assert '<time datetime="2017-03-15">March 15, 2017</time>' in page
        assert "Updated" not in page

    def test_it_shows_the_lead_photo_with_alt_text_caption_and_credit(self, client: Client) -> None:
        fields: dict[str, Any] = {
            "lead_photo_alt": "A sealed gate",
            "lead_photo_caption": "The gate.",
            "lead_photo_credit": "Lai/Wire",
        }

        page = page_of(client, make_post(lead_photo=make_photo().pk, **fields))

        figure = re.search("<figure.*</figure>", page, re.DOTALL)
        assert figure
        assert 'alt="A sealed gate"' in figure[0]
        assert 'width="120" height="80"' in figure[0]
        assert "<figcaption>The gate. " in figure[0]
        assert "(Lai/Wire)" in figure[0]

    def test_it_has_no_figure_without_a_photo(self, client: Client) -> None:
        assert "<figure" not in page_of(client, make_post())

    def test_it_links_print_cite_and_the_comments(self, client: Client) -> None:
        post = make_post()

        page = page_of(client, post)

        for address in (f"{post.get_absolute_url()}print/#print", f"{post.get_absolute_url()}cite/", "#post-a-comment"):
            assert f'href="{address}"' in page
        assert ">No Comments<" in page

    def test_it_shows_the_regions_and_a_line_about_each_author(self, client: Client) -> None:
        author = make_author("Ada Tan", role="Senior fellow", biography="Ada Tan watches ports.")

        page = page_of(client, make_post(authors=[author], regions=[make_region("Sulu Sea")]))

        assert '<a href="/regions/sulu-sea/">Sulu Sea</a>' in page
        assert "Senior fellow" in page
        assert "Ada Tan watches ports." in page

    def test_it_says_updated_only_after_another_day(self, client: Client) -> None:
        post = make_post()
        publish_again(post, now=PUBLISHED_AT + datetime.timedelta(hours=2), is_material=True)
        assert "Updated" not in page_of(client, post)

        publish_again(post, now=PUBLISHED_AT + datetime.timedelta(days=2), is_material=True)

        assert re.search("Updated <time[^>]*>March 17, 2017", page_of(client, post))

    def test_it_shows_a_scheduled_edit_once_its_time_has_come(self, client: Client) -> None:
        post = make_post(body="<p>Before.</p>")
        newest = revisions.latest(post)
        assert newest
        later = timezone.now() - datetime.timedelta(minutes=1)
        step = publishing.Step(newest.number, newest.by, later - datetime.timedelta(hours=1))
        publishing.schedule_edit(post, newest.snapshot | {"body": "<p>After.</p>"}, step, later)

        page = page_of(client, post)

        assert "After." in page
        assert "Before." not in page

    def test_it_shows_what_is_hostile_as_text(self, client: Client) -> None:
        hostile = '"><script>alert(1)</script>'
        author = make_author(family_name=hostile, slug="x")
        fields: dict[str, Any] = {
            "summary": hostile,
            "guest_note": hostile,
            "lead_photo_alt": hostile,
            "lead_photo_caption": hostile,
        }

        page = page_of(client, make_post(hostile, authors=[author], lead_photo=make_photo().pk, **fields))

        assert "<script>alert" not in page
        assert "alert(1)" in page


class BylineTests:
    def byline(self, client: Client, post: Post) -> str:
        found = re.search('<p class="byline">(.*)</p>', page_of(client, post))
        assert found
        return re.sub("<[^>]*>", "", found[1])

    def test_it_names_one(self, client: Client) -> None:
        assert self.byline(client, make_post(authors=[make_author("Ada Tan")])) == "by Ada Tan"

    def test_it_names_two(self, client: Client) -> None:
        authors = [make_author("Ada Tan"), make_author("Bo Li")]
        assert self.byline(client, make_post(authors=authors)) == "by Ada Tan and Bo Li"

    def test_it_names_three_in_their_order(self, client: Client) -> None:
        authors = [make_author("Cy Oh"), make_author("Ada Tan"), make_author("Bo Li")]
        assert self.byline(client, make_post(authors=authors)) == "by Cy Oh, Ada Tan, and Bo Li"

    def test_it_names_a_guest_and_the_host(self, client: Client) -> None:
        lines = [
            {"author": make_author("Ada Tan").pk, "role": "for"},
            {"author": make_author("Bo Li").pk, "role": "by"},
        ]
        post = make_post(bylines=lines, guest_note="Bo Li is a guest.")

        assert self.byline(client, post) == "by Bo Li for Ada Tan"
        assert "Bo Li is a guest." in page_of(client, post)

    def test_it_is_left_out_where_nobody_is_named(self, client: Client) -> None:
        assert 'class="byline"' not in page_of(client, make_post())


class PreviewTests:
    def test_it_draws_the_readers_page_of_a_post_that_was_never_saved(self, rf: RequestFactory) -> None:
        snapshot = make_snapshot("Not yet", authors=[make_author("Ada Tan")], regions=[make_region("Asia")])
        drawn = revisions.draw(Post(), snapshot, timezone.now())

        response = render_post(rf.get("/admin/preview/"), drawn, is_preview=True)

        page = response.content.decode()
        assert "<h1>Not yet</h1>" in page
        assert "by " in page
        assert "This is a preview" in page
        assert response["Cache-Control"] == "no-store, private"
        assert not Post.objects.exists()

    def test_it_draws_the_changes_of_a_published_post_and_leaves_the_post_alone(self, rf: RequestFactory) -> None:
        post = make_post(body="<p>Before.</p>")
        drawn = revisions.draw(post, revisions.of_post(post) | {"body": "<p>After.</p>"}, timezone.now())

        page = render_post(rf.get("/admin/preview/"), drawn, is_preview=True).content.decode()

        assert "After." in page
        post.refresh_from_db()
        assert post.body == "<p>Before.</p>"
