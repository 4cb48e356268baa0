"""How what was said is drawn under a post, and where each comment can be found."""

import re
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import timezone

from blog import pages
from blog.models import Post
from comments import threads
from comments.models import Comment, Thread
from comments.threads import Node, Shown
from tests.make import make_post, make_publication, publish_again
from tests.make_comments import decide, make_comment

Status = Comment.Status


def drawn(post: Post) -> list[tuple[str, int]]:
    """The bodies under a post with their depths; a tombstone's is empty."""
    page = threads.page(threads.of(post))
    assert page is not None
    return [(_text(node), node.depth) for node in page.nodes]


def _text(node: Node) -> str:
    return re.sub(r"<[^>]+>", "", node.comment.body_html) if node.comment else ""


def said(pk: int, **place: Any) -> Shown:
    nowhere: dict[str, Any] = {"parent_id": None, "root_id": None, "lineage": []}
    guest: dict[str, Any] = {"name": "Rita", "website": "", "user_id": None, "is_staff": None}
    return Shown(pk, submitted_at=timezone.now(), body_html="", **(guest | nowhere | place))


def make_line(post: Post, count: int) -> list[Comment]:
    """Comments that each answer the one before."""
    line: list[Comment] = []
    for number in range(count):
        line.append(make_comment(post, parent=line[-1] if line else None, body=f"Level {number}."))
    return line


class DrawTests:
    def test_answers_stand_below_what_they_answer_oldest_first(self, post: Post) -> None:
        first = make_comment(post, body="First.")
        make_comment(post, body="Second.")
        below = make_comment(post, parent=first, body="Below the first.")
        make_comment(post, parent=first, body="Below it too.")
        make_comment(post, parent=below, body="Deeper.")
        assert drawn(post) == [
            ("First.", 0),
            ("Below the first.", 1),
            ("Deeper.", 2),
            ("Below it too.", 1),
            ("Second.", 0),
        ]

    def test_what_is_too_deep_is_drawn_at_the_deepest_and_names_whom_it_answers(
        self, client: Client, post: Post
    ) -> None:
        line = make_line(post, 9)
        assert [depth for _, depth in drawn(post)] == [0, 1, 2, 2, 2, 2, 2, 2, 2]
        assert line[-1].parent == line[-2]
        page = client.get(post.get_absolute_url()).content.decode()
        assert page.count("in reply to <bdi>Rita Reader</bdi>") == 6
        assert page.count("<ol") == page.count("</ol>")
        assert page.count("<li>") == page.count("</li>")

    def test_what_was_removed_is_a_tombstone_without_name_or_words(self, client: Client, post: Post) -> None:
        gone = make_comment(post, name="Gone Gus", body="Gone words.", email="gus@example.org")
        make_comment(post, parent=gone, body="Still here.")
        decide(gone, Status.REJECTED)
        assert drawn(post) == [("", 0), ("Still here.", 1)]
        page = client.get(post.get_absolute_url()).content.decode()
        assert "This comment was removed." in page
        assert "Gone" not in page
        assert "1 Comment<" in page

    def test_a_whole_branch_that_was_removed_is_not_drawn(self, client: Client, post: Post) -> None:
        first, second, third = make_line(post, 3)
        for comment in (third, second, first):
            decide(comment, Status.SPAM)
        assert drawn(post) == []
        page = client.get(post.get_absolute_url()).content.decode()
        assert "No Comments" in page
        assert "This comment was removed." not in page

    def test_a_tombstone_in_the_middle_keeps_its_place(self, post: Post) -> None:
        _first, second, _third = make_line(post, 3)
        decide(second, Status.REJECTED)
        assert drawn(post) == [("Level 0.", 0), ("", 1), ("Level 2.", 2)]

    def test_deciding_about_one_changes_no_other(self, post: Post) -> None:
        parent = make_comment(post)
        waiting = make_comment(post, Status.PENDING, parent=parent)
        decide(parent, Status.REJECTED)
        decide(Comment.objects.get(pk=parent.pk), Status.APPROVED)
        waiting.refresh_from_db()
        assert (waiting.status, waiting.version) == (Status.PENDING, 1)

    def test_a_thread_a_thousand_deep_is_drawn(self, db: None) -> None:
        line = [said(1)]
        for pk in range(2, 1_001):
            line.append(said(pk, parent_id=pk - 1, root_id=1, lineage=list(range(1, pk))[:5]))
        nodes = threads.draw(line)
        assert len(nodes) == 1_000
        assert {node.depth for node in nodes} == {0, 1, 2}


class CountTests:
    @pytest.mark.parametrize(("count", "words"), [(0, "No Comments"), (1, "1 Comment"), (2, "2 Comments")])
    def test_it_is_what_can_be_seen(self, client: Client, post: Post, count: int, words: str) -> None:
        for _ in range(count):
            make_comment(post)
        make_comment(post, Status.PENDING)
        make_comment(post, Status.REJECTED)
        page = client.get(post.get_absolute_url()).content.decode()
        assert f'<h2 id="comments-heading">{words}</h2>' in page
        assert f'"commentCount": {count}' in page

    def test_it_stays_right_through_every_change_of_mind(self, post: Post) -> None:
        first, second, third = make_line(post, 3)
        for comment, status in [
            (first, Status.REJECTED),
            (third, Status.SPAM),
            (second, Status.REJECTED),
            (first, Status.SPAM),
            (third, Status.APPROVED),
            (first, Status.APPROVED),
        ]:
            decide(Comment.objects.get(pk=comment.pk), status)
            shown = Comment.objects.approved().count()
            thread = Thread.objects.get()
            assert (thread.approved_count, thread.shown_roots) == (shown, int(shown > 0))


class PageTests:
    @pytest.fixture
    def long_thread(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> list[Comment]:
        monkeypatch.setattr(threads, "ROOTS_ON_A_PAGE", 3)
        return [make_comment(post, body=f"Root {number}.") for number in range(7)]

    def get(self, client: Client, post: Post, number: int) -> Any:
        return client.get(f"{threads.base_address(post)}{number}/")

    def test_an_answer_lives_on_the_page_of_its_root(
        self, client: Client, post: Post, long_thread: list[Comment]
    ) -> None:
        make_comment(post, parent=long_thread[0], body="A late answer.")
        assert "A late answer." in client.get(post.get_absolute_url()).content.decode()
        assert "A late answer." not in self.get(client, post, 3).content.decode()

    def test_the_pages_lead_to_each_other(self, client: Client, post: Post, long_thread: list[Comment]) -> None:
        base = threads.base_address(post)
        first = client.get(post.get_absolute_url()).content.decode()
        assert f'href="{base}2/" rel="next"' in first
        second = self.get(client, post, 2)
        page = second.content.decode()
        assert second["Cache-Control"] == "public, no-cache"
        assert "Root 3." in page and "Root 2." not in page and "Root 6." not in page
        assert f'href="{base}3/" rel="next"' in page
        assert f'href="{post.get_absolute_url()}#comments" rel="prev"' in page
        assert 'rel="next"' not in self.get(client, post, 3).content.decode()

    def test_only_pages_that_are_there_are_there(self, client: Client, post: Post, long_thread: list[Comment]) -> None:
        first = self.get(client, post, 1)
        assert (first.status_code, first["Location"]) == (302, f"{post.get_absolute_url()}#comments")
        assert self.get(client, post, 0).status_code == 404

    def test_a_page_that_is_no_more_leads_to_the_last_and_keeps_the_browsers_place(
        self, client: Client, post: Post, long_thread: list[Comment]
    ) -> None:
        for number in (4, 9**30):
            past = self.get(client, post, number)
            assert (past.status_code, past["Location"]) == (302, f"{threads.base_address(post)}3/")
        for comment in long_thread[1:]:
            decide(comment, Comment.Status.REJECTED)
        past = self.get(client, post, 2)
        assert (past.status_code, past["Location"]) == (302, post.get_absolute_url())

    def test_the_address_of_a_removed_comment_says_so_and_of_one_that_was_never_public_nothing(
        self, client: Client, post: Post, long_thread: list[Comment]
    ) -> None:
        base = threads.base_address(post)
        removed = decide(long_thread[0], Comment.Status.REJECTED)
        answer = client.get(f"{base}at/{removed.pk}/")
        assert answer.status_code == 410
        assert "This comment was removed." in answer.content.decode()
        assert removed.body not in answer.content.decode()
        unknown = client.get(f"{base}at/{removed.pk + 1_000}/")
        for status in (Comment.Status.PENDING, Comment.Status.REJECTED, Comment.Status.SPAM):
            never = client.get(f"{base}at/{make_comment(post, status).pk}/")
            assert (never.status_code, never.content) == (404, unknown.content)

    def test_a_comment_s_address_leads_to_where_it_stands_now(
        self, client: Client, post: Post, long_thread: list[Comment]
    ) -> None:
        base, fourth = threads.base_address(post), long_thread[3]
        response = client.get(f"{base}at/{fourth.pk}/")
        assert (response.status_code, response["Location"]) == (302, f"{base}2/#comment-{fourth.pk}")
        decide(long_thread[0], Status.REJECTED)
        response = client.get(f"{base}at/{fourth.pk}/")
        assert response["Location"] == f"{post.get_absolute_url()}#comment-{fourth.pk}"

    def test_every_address_follows_the_post(self, client: Client, post: Post, long_thread: list[Comment]) -> None:
        old = threads.base_address(post)
        publish_again(post, slug="another-slug")
        new = threads.base_address(Post.objects.get())
        for below in ("2/", f"at/{long_thread[0].pk}/", f"reply/{long_thread[0].pk}/"):
            response = client.get(old + below)
            assert (response.status_code, response["Location"]) == (301, new + below)
        assert client.get(old).status_code == 301


class ReplyPageTests:
    def test_it_shows_what_is_answered_and_the_form(self, client: Client, post: Post) -> None:
        comment = make_comment(post, body="Answer me.", email="secret@example.org")
        response = client.get(f"{threads.base_address(post)}reply/{comment.pk}/")
        page = response.content.decode()
        assert response["Cache-Control"] == "public, no-cache"
        assert not response.cookies
        assert "Answer me." in page
        assert f'name="parent" value="{comment.pk}"' in page
        assert "secret@example.org" not in page

    def test_it_is_under_its_own_post_only(self, client: Client, post: Post) -> None:
        comment, other = make_comment(post), make_post("Another post")
        for route in ("at", "reply"):
            assert client.get(f"{threads.base_address(other)}{route}/{comment.pk}/").status_code == 404


class QueryTests:
    @pytest.mark.parametrize(("count", "queries"), [(1, 3), (6, 3), (7, 4)])
    def test_a_post_s_comments_take_three_and_one_more_where_they_fill_a_page(
        self,
        db: None,
        rf: RequestFactory,
        django_assert_num_queries: Any,
        monkeypatch: pytest.MonkeyPatch,
        count: int,
        queries: int,
    ) -> None:
        monkeypatch.setattr(threads, "ROOTS_ON_A_PAGE", 6)
        make_publication()
        post = make_post()
        for _ in range(count):
            make_comment(post, parent=make_comment(post))
        page = Template("{% load comment_tags %}{% comment_count post %}{% comment_section post %}")
        request = rf.get(post.get_absolute_url())
        pages.begin(request, timezone.now())
        with django_assert_num_queries(queries):
            assert f"{count * 2} Comments" in page.render(Context({"post": post, "request": request}))

    def test_the_counts_of_many_posts_take_one(self, db: None, django_assert_num_queries: Any) -> None:
        posts = [make_post(f"Post {number}") for number in range(4)]
        make_comment(posts[1])
        page = Template(
            "{% load comment_tags %}{% comment_counts posts as counts %}"
            "{% for post in posts %}{{ counts|of:post }};{% endfor %}"
        )
        with django_assert_num_queries(1):
            assert page.render(Context({"posts": posts})) == "No Comments;1 Comment;No Comments;No Comments;"

    def test_a_post_that_was_never_saved_can_be_drawn(self, db: None) -> None:
        page = Template("{% load comment_tags %}{% comment_count post %}{% comment_section post %}")
        drawing = page.render(Context({"post": Post(title="Not yet")}))
        assert "No Comments" in drawing
        assert "<form" not in drawing
