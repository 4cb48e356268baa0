"""Approve and answer in one step: both or neither, once, and with the badge that only an account gives."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from blog.models import Post
from comments import moderation
from comments.models import Comment, Decision
from tests.make import make_staff
from tests.make_comments import decide, make_comment, set_policy

DESK = "/admin/comments/comment/"
Status = Comment.Status
WORDS = "Thank you. The figures are on page nine."

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(client: Client) -> User:
    anna = make_staff("anna", "Moderators", first_name="Anna", email="anna@example.org")
    client.force_login(anna)
    return anna


def answer(client: Client, comment: Comment, words: str = WORDS, **more: Any) -> Any:
    shown = f"{comment.pk}:{comment.version}"
    return client.post(f"{DESK}decide/", {"answer": shown, f"{comment.pk}-answer-body": words, **more})


def answers(comment: Comment) -> list[Comment]:
    return list(Comment.objects.filter(parent=comment))


class AnswerTests:
    def test_it_publishes_both_and_both_are_decisions(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        assert answer(client, comment).status_code == 303
        (said,) = answers(comment)
        assert Comment.objects.get(pk=comment.pk).status == said.status == Status.APPROVED
        assert (said.body, said.user, said.name) == (WORDS, anna, "Anna")
        assert [decision.comment for decision in Decision.objects.order_by("pk")] == [comment, said]
        assert {decision.by for decision in Decision.objects.all()} == {anna}
        assert len(set(Decision.objects.values_list("batch", flat=True))) == 1
        page = client.get(post.get_absolute_url()).content.decode()
        assert WORDS in page
        assert "staff" in page.partition(WORDS)[0].rpartition("Anna")[2].lower()

    def test_an_address_that_is_a_colleagues_only_name_stays_in(self, client: Client, post: Post) -> None:
        nameless = make_staff("anna@example.org", "Moderators", email="anna@example.org", first_name="", last_name="")
        client.force_login(nameless)
        answer(client, make_comment(post))
        assert Comment.objects.get(body=WORDS).name == "Editorial staff"
        page = client.get(post.get_absolute_url()).content.decode()
        assert WORDS in page
        assert "anna@" not in page

    def test_nobody_is_told_that_the_answer_waits(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post)
        Email.objects.all().delete()
        answer(client, comment)
        assert answers(comment)
        assert not Email.objects.filter(to=anna.email).exists()

    def test_a_published_comment_is_answered_and_stays_as_it_is(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post)
        assert answer(client, comment).status_code == 303
        assert answers(comment)[0].status == Status.APPROVED
        assert Comment.objects.get(pk=comment.pk).version == comment.version

    def test_where_comments_are_closed_to_readers_the_staff_still_answers(
        self, client: Client, anna: User, post: Post
    ) -> None:
        comment = make_comment(post, Status.PENDING)
        set_policy(is_open=False)
        assert answer(client, comment).status_code == 303
        assert answers(comment)[0].status == Status.APPROVED

    def test_it_can_be_undone_as_one_step(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        answer(client, comment)
        step = Decision.objects.values_list("batch", flat=True)[0]
        assert client.post(f"{DESK}decide/", {"undo_step": step}).status_code == 303
        assert {each.status for each in Comment.objects.all()} == {Status.PENDING}
        assert WORDS not in client.get(post.get_absolute_url()).content.decode()


class OnceTests:
    def test_the_same_answer_twice_is_said_once(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        for _ in range(3):
            assert answer(client, comment).status_code == 303
        assert len(answers(comment)) == 1
        assert Decision.objects.count() == 2

    def test_what_was_said_here_and_taken_down_is_not_said_again(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post)
        answer(client, comment)
        decide(answers(comment)[0], Status.REJECTED)
        refused = answer(client, comment)
        assert refused.status_code == 409
        assert WORDS in refused.content.decode()
        assert "taken that answer down" in refused.content.decode()
        assert answers(comment)[0].status == Status.REJECTED


class RefusedTests:
    def test_after_a_colleague_nothing_happens_and_the_words_come_back(
        self, client: Client, anna: User, post: Post
    ) -> None:
        comment = make_comment(post, Status.PENDING)
        ben = make_staff("ben", "Moderators", first_name="Ben")
        moderation.decide(comment.pk, comment.version, Status.REJECTED, ben, timezone.now())
        refused = answer(client, comment)
        assert refused.status_code == 409
        assert WORDS in refused.content.decode()
        assert "It was rejected by Ben" in refused.content.decode()
        assert answers(comment) == []
        assert Comment.objects.get(pk=comment.pk).status == Status.REJECTED

    @pytest.mark.parametrize("words", ["", "x", "y" * 5_001, "a\x00b"])
    def test_words_that_are_no_comment_come_back(self, client: Client, anna: User, post: Post, words: str) -> None:
        comment = make_comment(post, Status.PENDING)
        refused = answer(client, comment, words)
        assert refused.status_code == 422
        assert "errorlist" in refused.content.decode()
        assert answers(comment) == []
        assert Comment.objects.get(pk=comment.pk).status == Status.PENDING

    def test_a_name_that_is_sent_along_is_nobodys(self, client: Client, anna: User, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        answer(client, comment, name="Somebody else", user="1", email="other@example.org")
        assert (answers(comment)[0].name, answers(comment)[0].email) == ("Anna", "anna@example.org")

    def test_a_comment_on_another_authors_post_is_none_to_its_host(self, client: Client, post: Post) -> None:
        host = make_staff("host", "Authors who moderate their own posts")
        client.force_login(host)
        comment = make_comment(post, Status.PENDING)
        assert answer(client, comment).status_code == 422
        assert client.get(f"{DESK}{comment.pk}/answer/").status_code == 404
        assert answers(comment) == []
