"""The same words from the same person are one comment, however often they are sent."""

import datetime
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from blog.models import Post
from comments import moderation, threads
from comments.models import Comment
from tests.make import make_moderator, make_post, make_publication
from tests.make_comments import decide, make_comment, set_policy, typed

Status = Comment.Status


class SaidAlreadyTests:
    def test_a_second_click_leads_to_the_same_page(self, client: Client, address: str) -> None:
        first, second = client.post(address, typed()), client.post(address, typed())
        assert (second.status_code, second["Location"]) == (303, first["Location"])
        assert Comment.objects.count() == 1

    @pytest.mark.parametrize(
        "fields",
        [
            {"email": "RITA@Example.org"},
            {"name": "Another Name"},
            {"body": "The  tide\r\nturns twice a day. "},
        ],
    )
    def test_these_make_no_difference(self, client: Client, address: str, fields: dict[str, str]) -> None:
        client.post(address, typed())
        assert client.post(address, typed(**fields)).status_code == 303
        assert Comment.objects.count() == 1

    def test_the_first_is_never_written_again(self, client: Client, address: str) -> None:
        client.post(address, typed())
        before = Comment.objects.values().get()
        client.post(address, typed(name="Mallory"), headers={"User-Agent": "another"}, REMOTE_ADDR="203.0.113.9")
        assert Comment.objects.values().get() == before

    @pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED])
    def test_what_was_never_public_leads_to_its_own_page(
        self, client: Client, address: str, post: Post, status: str
    ) -> None:
        words = "The tide turns twice a day, as everybody at the harbor knows."
        said = make_comment(post, status, email="rita@example.org", body=words)
        answer = client.post(address, typed(body=words), REMOTE_ADDR="203.0.113.9")
        assert answer["Location"] == said.get_absolute_url()
        said.refresh_from_db()
        assert said.status == status

    def test_a_few_words_that_anybody_could_guess_open_nobodys_page(
        self, client: Client, address: str, settings: Any
    ) -> None:
        settings.MAIL_WORKS = True
        client.post(address, typed(body="Thank you!"))
        said = Comment.objects.get()
        guessed = client.post(address, typed(body="Thank you!"), REMOTE_ADDR="203.0.113.9")
        assert guessed.status_code == 409
        assert said.token not in guessed.text
        assert "own-page" not in guessed.text
        assert client.post(address, typed(body="Thank you!"))["Location"] == said.get_absolute_url()

    def test_two_who_give_no_address_and_are_called_the_same_are_two(self, client: Client, address: str) -> None:
        set_policy(is_email_required=False)
        nobody = typed(name="Anonymous", email="", body="Thank you!")
        first = client.post(address, nobody)
        again = client.post(address, nobody)
        other = client.post(address, nobody, REMOTE_ADDR="203.0.113.9")
        assert again["Location"] == first["Location"] != other["Location"]
        assert Comment.objects.count() == 2

    def test_what_is_public_is_a_409_with_a_link_and_without_the_private_address(
        self, client: Client, address: str, post: Post
    ) -> None:
        said = make_comment(post, email="rita@example.org", body=typed()["body"])
        response = client.post(address, typed())
        page = response.content.decode()
        assert response.status_code == 409
        assert f'href="{threads.address(said)}"' in page
        assert said.token not in page
        assert page.count(typed()["body"]) == 2, "as the public comment and in the form"

    def test_what_was_public_once_is_a_409_too(self, client: Client, address: str, post: Post) -> None:
        said = make_comment(post, email="rita@example.org", body=typed()["body"])
        decide(said, Status.REJECTED)
        response = client.post(address, typed())
        assert response.status_code == 409
        assert f"comment-{said.pk}" not in response.content.decode()
        assert said.token not in response.content.decode()

    def test_the_private_address_is_mailed_to_its_writer_and_never_shown(
        self, client: Client, address: str, post: Post, settings: Any
    ) -> None:
        settings.MAIL_WORKS = True
        said = make_comment(post, email="rita@example.org", body=typed()["body"])
        offer = threads.own_page_address(said)
        assert f'action="{offer}"' in client.post(address, typed()).text
        Email.objects.all().delete()

        mallory, rita = (
            client.post(offer, {"email": "m@example.org"}),
            client.post(offer, {"email": "RITA@example.org"}),
        )
        client.post(offer, {"email": "rita@example.org"})
        assert mallory.content == rita.content
        assert said.token not in rita.text
        mail = Email.objects.get()
        assert mail.to == ["rita@example.org"]
        assert said.token in mail.message
        assert said.body not in mail.message

    def test_another_site_cannot_ask_for_it(self, client: Client, post: Post, settings: Any) -> None:
        settings.MAIL_WORKS = True
        said = make_comment(post, email="rita@example.org")
        Email.objects.all().delete()
        fields, foreign = {"email": "rita@example.org"}, {"Sec-Fetch-Site": "cross-site"}
        assert client.post(threads.own_page_address(said), fields, headers=foreign).status_code == 403
        assert not Email.objects.exists()

    def test_what_was_withdrawn_may_be_said_again(self, client: Client, address: str, post: Post) -> None:
        make_comment(post, Status.WITHDRAWN, email="rita@example.org", body=typed()["body"], now=_an_hour_ago())
        assert client.post(address, typed()).status_code == 303
        assert Comment.objects.count() == 2

    def test_another_post_or_another_parent_is_another_thing(self, client: Client, address: str, post: Post) -> None:
        parent, elsewhere = make_comment(post), make_post("Another post")
        for number, (where, answered) in enumerate(
            [(address, ""), (address, str(parent.pk)), (threads.base_address(elsewhere), "")], start=2
        ):
            Comment.objects.update(submitted_at=_an_hour_ago())
            assert client.post(where, typed(parent=answered)).status_code == 303
            assert Comment.objects.count() == number


def _an_hour_ago() -> datetime.datetime:
    return timezone.now() - datetime.timedelta(hours=1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class AtOnceTests:
    """Real connections, twenty at a time."""

    def together(self, address: str, bodies: list[str]) -> list[tuple[int, str]]:
        def send(number: int) -> tuple[int, str]:
            try:
                response = Client().post(address, typed(body=bodies[number]), REMOTE_ADDR=f"203.0.{number}.7")
                return response.status_code, response.get("Location", "")
            finally:
                connection.close()

        with ThreadPoolExecutor(len(bodies)) as pool:
            return list(pool.map(send, range(len(bodies))))

    def test_twenty_the_same_are_one_comment_and_one_answer(self) -> None:
        make_publication()
        make_moderator()
        answers = self.together(
            threads.base_address(make_post()), ["The tide turns, and the harbor turns with it."] * 20
        )
        comment = Comment.objects.get()
        assert answers == [(303, comment.get_absolute_url())] * 20
        assert Email.objects.count() == 1, "the moderator is told once"

    def test_twenty_the_same_answers_to_a_comment_are_one(self) -> None:
        make_publication()
        parent = make_comment(make_post())
        base = threads.base_address(parent.thread.post)

        def send(number: int) -> int:
            try:
                return Client().post(base, typed(parent=str(parent.pk))).status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(20) as pool:
            assert list(pool.map(send, range(20))) == [303] * 20
        assert Comment.objects.count() == 2

    def test_twenty_decisions_at_once_are_one(self) -> None:
        make_publication()
        comment, moderator = make_comment(make_post(), Status.PENDING), make_moderator()

        def approve(number: int) -> str:
            try:
                now = timezone.now()
                return moderation.decide(comment.pk, 1, Status.APPROVED, moderator, now).kind.value
            finally:
                connection.close()

        with ThreadPoolExecutor(20) as pool:
            kinds = list(pool.map(approve, range(20)))
        assert sorted(kinds) == ["done"] + ["unchanged"] * 19
        comment.refresh_from_db()
        assert (comment.version, comment.shown_count, comment.decisions.count()) == (2, 1, 1)
        assert comment.thread.approved_count == 1
