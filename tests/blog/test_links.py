"""Slugs and old paths."""

import pytest
from django.utils import timezone

from blog import links
from blog.models import Author, OldPath, Page, Post, Region
from tests import make

pytestmark = pytest.mark.django_db


def where_now(path: str) -> str | None:
    """Where an old path leads, "gone", or None."""
    try:
        return links.moved_to(path, timezone.now())
    except links.Gone:
        return "gone"


class HiddenTests:
    def test_the_old_address_of_a_page_that_is_hidden_does_not_tell_its_new_one(self) -> None:
        page = make.make_page(slug="plans")
        old = links.site_path(page)
        Page.objects.filter(pk=page.pk).update(slug="merger-with-the-rival")
        links.remember(Page.objects.get(), old)
        assert where_now("plans/") == "/merger-with-the-rival/"
        Page.objects.update(is_public=False)
        assert where_now("plans/") == "gone"


class SlugTests:
    @pytest.mark.parametrize(
        ("title", "slug"),
        [
            ("Ships & Straits: Who Waits?", "ships-straits-who-waits"),
            ("  Zoë’s  café — at last  ", "zoes-cafe-at-last"),
            ("Ünïcödé", "unicode"),
            ("Đổi Mới at Forty", "doi-moi-at-forty"),
            ("Hồ Chí Minh’s Đà Nẵng", "ho-chi-minhs-da-nang"),
            ("Łódź, Ærø, Straße, Þór, ılık", "lodz-aero-strasse-thor-ilik"),
            ("海峡の船", ""),
            ("!!!", ""),
            ("_-under_score-_", "under_score"),
            ("word " * 30, "-".join(["word"] * 20)),
            ("x" * 150, "x" * 100),
            ("a" * 99 + " b", "a" * 99),
            ("<script>alert(1)</script>", "scriptalert1script"),
        ],
    )
    def test_it_is_made_of_what_a_title_leaves(self, title: str, slug: str) -> None:
        assert links.make_slug(title) == slug
        assert len(slug) <= links.MAX_SLUG

    def test_a_taken_one_gets_the_next_number_and_stays_short(self) -> None:
        long = "x" * 100
        for _ in range(3):
            make.make_author(slug=links.free_slug(long, Author))
        slugs = list(Author.objects.order_by("pk").values_list("slug", flat=True))
        assert slugs == [long, "x" * 95 + "-2", "x" * 95 + "-3"]

    def test_ones_own_is_not_taken(self) -> None:
        ada = make.make_author()
        assert links.free_slug(ada.slug, Author, ada.pk) == ada.slug


class OwnedForeverTests:
    """An address that was public is never given to something else."""

    @pytest.mark.parametrize("make_row", [make.make_author, make.make_region, make.make_page])
    def test_the_slug_of_what_was_renamed_is_taken_for_all_but_itself(self, make_row: object) -> None:
        row: Author | Region | Page = make_row()  # type: ignore[operator]
        kind, slug, old = type(row), row.slug, links.site_path(row)
        row.slug = "renamed"
        row.save()
        links.remember(row, old)
        assert links.has_other_owner(slug, kind)
        assert links.free_slug(slug, kind) == f"{slug}-2"
        assert links.free_slug(slug, kind, row.pk) == slug

    @pytest.mark.parametrize("make_row", [make.make_author, make.make_region])
    def test_the_slug_of_what_was_deleted_stays_taken(self, make_row: object) -> None:
        row: Author | Region = make_row()  # type: ignore[operator]
        kind, slug, pk = type(row), row.slug, row.pk
        links.forget(row)
        row.delete()
        assert links.has_other_owner(slug, kind)
        assert links.has_other_owner(slug, kind, pk)

    def test_a_post_whose_slug_was_anothers_gets_the_next_whatever_its_day(self) -> None:
        first = make.make_post("Election", slug="election")
        OldPath.objects.create(path="2016/01/02/vote", post=first)
        assert make.make_post("Vote", slug="vote").slug == "vote-2"
        assert make.make_post("Vote again").slug == "vote-again"
        assert links.free_slug("vote", Post, first.pk) == "vote"

    def test_the_same_word_elsewhere_is_free(self) -> None:
        asia = make.make_region("Asia")
        links.forget(asia)
        asia.delete()
        for kind in (Author, Page, Post):
            assert links.free_slug("asia", kind) == "asia"


class OldPathTests:
    def test_it_leads_to_where_the_row_is_now_in_one_step(self) -> None:
        asia = make.make_region("Asia")
        for slug in ("second", "third"):
            old = links.site_path(asia)
            asia.slug = slug
            asia.save()
            links.remember(asia, old)
        assert where_now("regions/asia/") == where_now("regions/second/") == "/regions/third/"

    def test_what_is_below_it_comes_along(self) -> None:
        asia = make.make_region("Asia")
        asia.slug = "second"
        asia.save()
        links.remember(asia, "regions/asia")
        assert where_now("regions/asia/feed/") == "/regions/second/feed/"
        assert where_now("regions/asian/") is None

    def test_going_back_forgets_the_address_that_is_used_again(self) -> None:
        asia = make.make_region("Asia")
        links.remember(asia, "regions/second")
        links.remember(asia, "regions/asia")
        assert set(OldPath.objects.values_list("path", flat=True)) == {"regions/second"}

    @pytest.mark.parametrize("make_row", [make.make_author, make.make_region, make.make_page])
    def test_what_is_deleted_is_gone_and_not_unheard_of(self, make_row: object) -> None:
        row: Author | Region | Page = make_row()  # type: ignore[operator]
        path = links.site_path(row)
        links.forget(row)
        row.delete()
        assert where_now(path) == "gone"

    def test_a_path_that_was_renamed_before_the_row_was_deleted_is_gone_too(self) -> None:
        asia = make.make_region("Asia")
        links.remember(asia, "regions/older")
        links.forget(asia)
        asia.delete()
        assert where_now("regions/older") == "gone"

    def test_what_never_was_is_none(self) -> None:
        assert where_now("never/was/") is None

    def test_a_draft_that_changes_its_slug_remembers_nothing(self) -> None:
        post = make.make_post(status="draft", slug="one")
        Post.objects.filter(pk=post.pk).update(slug="two")
        assert not OldPath.objects.exists()
