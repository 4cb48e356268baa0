"""What a reader does about the letters to their address: ends them, has them again, says that it is theirs."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Post
from comments import notifications
from comments.models import Address, Comment, Notice
from comments.notifications import letters
from tests.comments.letters import is_private, link, mails_to, only_mail_to
from tests.make_comments import decide, make_comment

RITA = "rita@example.org"
DAY = datetime.timedelta(days=1)
FOREIGN = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def comment(post: Post) -> Comment:
    return make_comment(post, Comment.Status.PENDING, email=RITA, notify_decision=True)


@pytest.fixture
def stop(comment: Comment) -> str:
    return link(only_mail_to(RITA), "/comments/letters/" + Address.objects.get().key)


@pytest.fixture
def proof(comment: Comment) -> str:
    return link(only_mail_to(RITA), "/comments/letters/proof/")


class UnsubscribeTests:
    def test_opening_the_link_shows_a_button_and_changes_nothing(self, client: Client, stop: str) -> None:
        for response in (client.get(stop), client.head(stop)):
            assert response.status_code == 200
            assert is_private(response)
        assert "No more letters" in client.get(stop).content.decode()
        assert RITA not in client.get(stop).content.decode()
        assert Address.objects.get().refused_at is None

    def test_the_button_ends_all_letters(self, client: Client, stop: str, comment: Comment) -> None:
        page = client.post(stop).content.decode()
        assert "You get no more letters" in page
        decide(comment, Comment.Status.APPROVED)
        assert len(mails_to(RITA)) <= 1

    def test_what_still_waits_in_the_queue_does_not_go(self, client: Client, stop: str, comment: Comment) -> None:
        decide(comment, Comment.Status.APPROVED)
        notifications.own_data_wanted(
            RITA, "https://example.org/your-data/", timezone.now() + datetime.timedelta(days=9)
        )
        assert [mail.subject for mail in mails_to(RITA)][1:], "what was decided, and what they asked for"
        client.post(stop)
        assert ["what is kept" in mail.subject for mail in mails_to(RITA)] == [True]
        assert Notice.objects.filter(recipient=letters.digest(RITA)).count() == 1

    def test_a_mail_programs_one_click_is_enough(self, client: Client, stop: str) -> None:
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert Address.objects.get().refused_at is not None

    def test_a_second_time_it_says_already(self, client: Client, stop: str) -> None:
        client.post(stop)
        refused_at = Address.objects.get().refused_at
        response = client.post(stop)
        assert response.status_code == 200
        assert "no letters already" in response.content.decode()
        assert Address.objects.get().refused_at == refused_at

    def test_there_is_a_way_back(self, client: Client, stop: str) -> None:
        client.post(stop)
        assert "Send me letters again" in client.get(stop).content.decode()
        client.post(stop, {"resume": "yes"})
        assert Address.objects.get().refused_at is None

    def test_another_site_cannot_do_it(self, client: Client, stop: str) -> None:
        response = client.post(stop, headers=FOREIGN)
        assert response.status_code == 403
        assert is_private(response)
        assert Address.objects.get().refused_at is None

    def test_an_unknown_link_is_not_there(self, client: Client, stop: str) -> None:
        assert client.get("/comments/letters/nobody-has-this-key/").status_code == 404
        assert client.post("/comments/letters/nobody-has-this-key/").status_code == 404


class ProofTests:
    def test_opening_the_link_proves_nothing(self, client: Client, proof: str) -> None:
        for response in (client.get(proof), client.head(proof)):
            assert response.status_code == 200
            assert is_private(response)
        assert "This is my address" in client.get(proof).content.decode()
        assert Address.objects.get().proven_at is None

    def test_the_button_does(self, client: Client, proof: str) -> None:
        response = client.post(proof)
        assert (response.status_code, response["Location"]) == (303, proof)
        assert Address.objects.get().proven_at is not None
        assert "Thank you" in client.get(proof).content.decode()

    def test_a_second_time_changes_nothing(self, client: Client, proof: str) -> None:
        client.post(proof)
        proven_at = Address.objects.get().proven_at
        assert client.post(proof).status_code == 303
        assert Address.objects.get().proven_at == proven_at

    def test_another_site_cannot_do_it(self, client: Client, proof: str) -> None:
        assert client.post(proof, headers=FOREIGN).status_code == 403
        assert Address.objects.get().proven_at is None

    def test_changed_over_or_forgotten_it_proves_nothing(
        self, client: Client, proof: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for path in (proof[:-3] + "x/", "/comments/letters/proof/x/", "/comments/letters/proof/a:b:c/"):
            assert client.post(path).status_code == 403, path
            assert client.get(path).status_code == 403, path
        monkeypatch.setattr(letters, "PROOF_LASTS", datetime.timedelta(seconds=-1))
        assert client.post(proof).status_code == 403
        monkeypatch.undo()
        Address.objects.update(key="another")
        assert client.post(proof).status_code == 403
        assert Address.objects.get().proven_at is None

    def test_what_waited_for_another_day_goes(self, client: Client, proof: str, comment: Comment) -> None:
        from post_office.models import STATUS, Email

        Email.objects.update(status=STATUS.sent)
        decide(comment, Comment.Status.APPROVED)
        told = mails_to(RITA)[1]
        assert told.scheduled_time is not None
        assert told.scheduled_time > timezone.now() + DAY / 2
        client.post(proof)
        told.refresh_from_db()
        assert told.scheduled_time < timezone.now() + datetime.timedelta(minutes=2)
