"""The page with the form that answers one comment is stored like any other: kept, thrown away, and never invented."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog import publishing, revisions
from blog.models import Post
from blog.publishing import Step
from comments import editing
from comments.models import Comment
from tests import stored
from tests.make import make_editor, make_post, publish_again
from tests.make_comments import decide, make_comment, set_policy

Act = Callable[[Post, Comment], Any]


@pytest.fixture
def comment(post: Post) -> Comment:
    return make_comment(post, body="The tide turns at nine.")


@pytest.fixture
def reply(address: str, comment: Comment) -> str:
    return f"{address}reply/{comment.pk}/"


class ReplyPageTests:
    def test_a_second_reader_costs_no_query_and_gets_the_same(self, client: Client, reply: str) -> None:
        first = client.get(reply)

        with CaptureQueriesContext(connection) as asked:
            second = Client().get(reply)

        assert len(asked) == 0
        assert first.content == second.content
        assert f'name="parent" value="{reply.split("/")[-2]}"' in second.text
        assert "The tide turns at nine." in second.text

    @pytest.mark.parametrize(
        ("act", "status"),
        [
            (lambda post, comment: decide(comment, "rejected"), 404),
            (lambda post, comment: editing.withdraw(comment.pk, comment.version, timezone.now()), 404),
            (lambda post, comment: publish_again(post, title="Another title"), 200),
            (lambda post, comment: take_down(post), 410),
            (lambda post, comment: set_policy(statement="Be kind."), 200),
            (lambda post, comment: close(post), 200),
        ],
        ids=["rejected", "withdrawn", "its post has another title", "its post is gone", "another policy", "closed"],
    )
    def test_it_goes_with_what_it_shows(
        self, client: Client, post: Post, comment: Comment, reply: str, act: Act, status: int
    ) -> None:
        before = client.get(reply)
        assert stored.keys() == {reply}

        act(post, comment)

        assert stored.keys() == set()
        after = client.get(reply)
        assert after.status_code == status
        assert after.content != before.content
        assert ("The tide turns at nine." in after.text) is (status == 200)

    def test_it_stays_when_another_post_changes(self, client: Client, reply: str) -> None:
        other = make_post("Another post")
        client.get(reply)
        make_comment(other)
        publish_again(other, title="A new title")
        assert stored.keys() == {reply}

    @pytest.mark.parametrize("status", ["pending", "rejected", "spam", "withdrawn"])
    def test_what_is_not_public_has_none(self, client: Client, post: Post, address: str, status: str) -> None:
        hidden = make_comment(post, status)
        assert client.get(f"{address}reply/{hidden.pk}/").status_code == 404
        assert stored.keys() == set()

    @pytest.mark.parametrize("invented", ["0/", "999/", "01/", "1/?x=1", "1/?before=1-1", "1/?reply=2"])
    def test_an_invented_address_leaves_no_page_of_its_own(
        self, client: Client, address: str, reply: str, invented: str
    ) -> None:
        """There are never more of them than comments that are public."""
        client.get(f"{address}reply/{invented}")
        assert stored.keys() <= {reply}


def take_down(post: Post) -> None:
    step = Step(1, make_editor(), timezone.now())
    publishing.take_down(post, revisions.of_post(post), step, "It was wrong.")


def close(post: Post) -> None:
    editor = Client()
    editor.force_login(make_editor())
    address = reverse("admin:comments_thread_change", args=[post.pk])
    seen = editor.get(address).context["form"]["seen"].value()
    typed = {"seen": seen, "mode": "closed", "paused_until": "", "pause_sentence": ""}
    assert editor.post(address, typed).status_code == 303
