"""Which change throws away which pages, and that it leaves all others where they are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from blog import publishing, revisions
from blog.models import Author, Change, Page, Post, Publication, Region
from blog.publishing import Step
from comments import editing, moderation, privacy, submission
from comments.models import Comment
from tests import stored
from tests.blog.forms_of_posts import CHANGE, press
from tests.make import (
    PASSWORD,
    make_author,
    make_editor,
    make_moderator,
    make_page,
    make_post,
    make_publication,
    make_region,
    make_snapshot,
    publish_again,
)
from tests.make_comments import decide, make_comment

pytestmark = pytest.mark.django_db

# Two posts of different authors, regions, months and years; the younger is a child of no other.
ONE = {"/2017/03/15/one/", "/2017/03/15/one/print/", "/2017/03/15/one/cite/"}
TWO = {"/2015/08/02/two/", "/2015/08/02/two/print/"}
LISTS = {"/", "/feed/"}
OF_ONE = {"/2017/", "/2017/03/", "/regions/asia/", "/regions/burma/", "/regions/burma/feed/", "/authors/ada-tan/"}
OF_TWO = {"/2015/", "/2015/08/", "/regions/japan/", "/authors/bo-li/"}
REST = {"/regions/", "/about/", "/comment-guidelines/", "/sitemap.xml"}
ALL = ONE | TWO | LISTS | OF_ONE | OF_TWO | REST


@pytest.fixture
def posts(client: Client) -> tuple[Post, Post]:
    make_publication()
    make_page("About")
    burma, japan = make_region("Burma", make_region("Asia")), make_region("Japan")
    one = make_post("One", authors=[make_author("Ada Tan")], regions=[burma])
    at = timezone.datetime(2015, 8, 2, 12, tzinfo=timezone.get_default_timezone())  # type: ignore[attr-defined]
    two = make_post("Two", authors=[make_author("Bo Li")], regions=[japan], published_at=at)
    make_post("Old", published_at=at.replace(year=2013))
    make_post("New", published_at=at.replace(year=2019))
    return one, two


@pytest.fixture
def thrown_away(posts: tuple[Post, Post], client: Client) -> Callable[[Callable[[], Any]], set[str]]:
    """The addresses whose stored page is gone after an act, of all those that were stored before."""

    def addresses(act: Callable[[], Any]) -> set[str]:
        for address in ALL:
            assert client.get(address).status_code == 200, address
        assert stored.keys() == ALL
        act()
        return ALL - stored.keys()

    return addresses


type Gone = Callable[[Callable[[], Any]], set[str]]


def editor() -> Client:
    client = Client()
    assert client.login(username=make_editor().username, password=PASSWORD)
    return client


def superuser() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def saved(client: Client, kind: str, pk: int, **fields: Any) -> None:
    answer = client.post(f"/admin/blog/{kind}/{pk}/change/", fields)
    assert answer.status_code == 302, answer.context["errors"]


class PostTests:
    def test_a_new_text_throws_away_its_pages_and_its_cards(self, posts: tuple[Post, Post], thrown_away: Gone) -> None:
        assert thrown_away(lambda: publish_again(posts[0], title="Another title")) == ONE | LISTS | OF_ONE

    def test_another_region_throws_away_the_lists_it_leaves_and_comes_to(
        self, posts: tuple[Post, Post], thrown_away: Gone
    ) -> None:
        japan = Region.objects.get(slug="japan")
        gone = thrown_away(lambda: publish_again(posts[0], regions=[japan.pk]))
        # The months beside its own ask whether it is still in that one, and are told more than they need.
        assert gone == ONE | LISTS | OF_ONE | {"/regions/japan/", "/sitemap.xml", "/2015/", "/2015/08/"}

    def test_taking_it_down_throws_away_all_that_named_it(self, posts: tuple[Post, Post], thrown_away: Gone) -> None:
        snapshot = revisions.of_post(posts[0])
        step = Step(1, make_editor(), timezone.now())
        gone = thrown_away(lambda: publishing.take_down(posts[0], snapshot, step))
        # The neighbors of its month are the months that led to it.
        assert gone == ONE | LISTS | OF_ONE | {"/sitemap.xml", "/2015/", "/2015/08/"}

    def test_a_new_post_throws_away_the_lists_it_comes_to(self, posts: tuple[Post, Post], thrown_away: Gone) -> None:
        ada = Author.objects.get(slug="ada-tan")
        gone = thrown_away(lambda: make_post("Three", authors=[ada], published_at=timezone.now()))
        assert gone == LISTS | {"/sitemap.xml", "/authors/ada-tan/"}

    @pytest.mark.parametrize("status", ["draft", "in_review"])
    def test_what_nobody_can_see_throws_away_nothing(self, thrown_away: Gone, status: str) -> None:
        assert thrown_away(lambda: make_post("Three", status=status)) == set()

    def test_an_edit_that_is_only_saved_throws_away_nothing(self, posts: tuple[Post, Post], thrown_away: Gone) -> None:
        step = Step(1, make_editor(), timezone.now())
        snapshot = revisions.of_post(posts[0]) | {"title": "Not yet"}
        assert thrown_away(lambda: publishing.save(posts[0], snapshot, step)) == set()

    def test_the_editors_page_does_it(self, posts: tuple[Post, Post], thrown_away: Gone) -> None:
        client = editor()
        page = CHANGE.format(posts[0].pk)
        gone = thrown_away(lambda: press(client, page, "publish", **make_snapshot_fields("A new title")))
        assert gone >= ONE
        assert not TWO & gone


def make_snapshot_fields(title: str) -> dict[str, Any]:
    return {"title": make_snapshot(title)["title"]}


class MastheadTests:
    def test_the_publication_is_on_every_page(self, thrown_away: Gone) -> None:
        client = editor()
        fields = {"name": "Asia Bound", "presenter": "", "tagline": "", "publisher": ""}
        assert thrown_away(lambda: saved(client, "publication", Publication.ONLY, **fields)) == ALL - {"/sitemap.xml"}

    def test_an_author_is_on_their_posts_and_in_the_lists_of_them(self, thrown_away: Gone) -> None:
        client, ada = editor(), Author.objects.get(slug="ada-tan")
        fields = {"given_name": "Adelheid", "family_name": "Tan", "slug": "ada-tan", "role": "", "biography": ""}
        assert thrown_away(lambda: saved(client, "author", ada.pk, **fields)) == ONE | LISTS | OF_ONE | {"/sitemap.xml"}

    def test_a_region_is_on_its_posts_and_in_the_tree(self, thrown_away: Gone) -> None:
        client, burma = editor(), Region.objects.get(slug="burma")
        fields = {"name": "Myanmar", "slug": "burma", "parent": burma.parent_id, "description": ""}
        gone = thrown_away(lambda: saved(client, "region", burma.pk, **fields))
        regions = {"/regions/", "/regions/asia/", "/regions/burma/", "/regions/burma/feed/", "/regions/japan/"}
        assert gone == ONE | regions | {"/feed/", "/sitemap.xml"}

    def test_a_pages_text_is_on_that_page(self, thrown_away: Gone) -> None:
        client, page = editor(), Page.objects.get()
        fields = {"title": "About", "slug": "about", "body": "<p>New.</p>", "is_public": "on", "position": "0"}
        gone = thrown_away(lambda: saved(client, "page", page.pk, **fields, seen_version="1"))
        assert gone == {"/about/", "/sitemap.xml"}

    def test_a_pages_title_is_at_the_foot_of_every_page(self, thrown_away: Gone) -> None:
        client, page = editor(), Page.objects.get()
        fields = {"title": "About us", "slug": "about", "body": page.body, "is_public": "on", "position": "0"}
        gone = thrown_away(lambda: saved(client, "page", page.pk, **fields, seen_version="1"))
        sheets = {"/2017/03/15/one/print/", "/2015/08/02/two/print/"}
        assert gone == ALL - sheets - {"/feed/", "/regions/burma/feed/"}


class CommentTests:
    def test_a_decision_leaves_every_other_posts_pages_in_place(
        self, posts: tuple[Post, Post], thrown_away: Gone
    ) -> None:
        comment = make_comment(posts[0], "pending")
        gone = thrown_away(lambda: decide(comment, "approved"))
        # Its page, and the lists that say how many comments it has.
        assert gone == {"/2017/03/15/one/", "/"} | OF_ONE - {"/regions/burma/feed/"}

    @pytest.mark.parametrize("to", ["rejected", "spam"])
    def test_what_readers_never_saw_throws_away_nothing(
        self, posts: tuple[Post, Post], thrown_away: Gone, to: str
    ) -> None:
        comment = make_comment(posts[0], "pending")
        assert thrown_away(lambda: decide(comment, to)) == set()
        assert thrown_away(lambda: make_comment(posts[0], "pending")) == set()

    @pytest.mark.parametrize("act", ["undo", "withdraw", "erase"])
    def test_taking_words_back_throws_away_their_page(
        self, posts: tuple[Post, Post], thrown_away: Gone, act: str
    ) -> None:
        comment, now = make_comment(posts[0], email="rita@example.org"), timezone.now()
        acts: dict[str, Callable[[], Any]] = {
            "undo": lambda: moderation.undo(comment.pk, comment.version, make_moderator(), now),
            "withdraw": lambda: editing.withdraw(comment.pk, comment.version, now),
            "erase": lambda: privacy.erase("rita@example.org", now),
        }
        gone = thrown_away(acts[act])
        assert "/2017/03/15/one/" in gone
        assert not TWO & gone

    def test_the_policy_is_on_every_post(self, thrown_away: Gone) -> None:
        client = superuser()
        page = client.get("/admin/comments/policy/1/change/").context["adminform"].form
        fields = {name: value for name, value in page.initial.items() if value not in (None, False)}
        answer = lambda: client.post("/admin/comments/policy/1/change/", fields | {"statement": "Be kind."})  # noqa: E731
        assert thrown_away(answer) == {"/2017/03/15/one/", "/2015/08/02/two/", "/comment-guidelines/"}

    def test_a_pause_is_on_its_posts_page(self, posts: tuple[Post, Post], thrown_away: Gone) -> None:
        client, page = editor(), f"/admin/comments/thread/{posts[0].pk}/"
        seen = client.get(page).context["form"].initial["seen"]
        fields = {"mode": "closed", "paused_until": "", "pause_sentence": "", "seen": seen}
        assert thrown_away(lambda: client.post(page, fields)) == {"/2017/03/15/one/"}

    def test_who_is_of_the_staff_is_on_the_page_of_what_they_said(
        self, posts: tuple[Post, Post], thrown_away: Gone
    ) -> None:
        mo, client = make_moderator(), superuser()
        make_comment(posts[0], sender=submission.Sender(user=mo))
        assert Comment.objects.get().user == mo
        page = f"/admin/auth/user/{mo.pk}/change/"
        fields = {"username": mo.username, "date_joined_0": "2026-01-01", "date_joined_1": "12:00", "is_active": "on"}
        assert thrown_away(lambda: client.post(page, fields)) == {"/2017/03/15/one/"}


class AnnouncedTests:
    def test_a_change_that_nobody_announced_would_be_found_after_any_test(
        self, client: Client, posts: tuple[Post, Post]
    ) -> None:
        client.get("/2017/03/15/one/")
        Post.objects.filter(pk=posts[0].pk).update(title="Changed behind everybody's back")
        assert ["/2017/03/15/one/ is stale" in found for found in stored.differences()] == [True]
        stored.forget()

    def test_a_change_that_is_rolled_back_is_not_announced(self, posts: tuple[Post, Post], thrown_away: Gone) -> None:
        before = Change.objects.count()
        with pytest.raises(publishing.Outdated):
            publishing.publish(posts[0], revisions.of_post(posts[0]), Step(0, make_editor(), timezone.now()))
        assert Change.objects.count() == before

    def test_the_numbers_have_no_gap(self, posts: tuple[Post, Post]) -> None:
        numbers = list(Change.objects.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
