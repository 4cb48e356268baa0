"""Who can read an address's mail gets a copy of all that is kept under it, and can have it erased."""

import datetime
import json
import re
from typing import Any

import pytest
from django.core import signing
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client
from post_office.models import Email

from blog.models import Post
from comments import objections, privacy, your_data
from comments.models import Comment
from comments.objections import Complaint
from tests import stored
from tests.make import make_moderator
from tests.make_comments import make_comment

ASK = "/comments/your-data/"
EMAIL = "rita@example.org"
# Who wrote the post hears of the comment.
AUTHOR = "editor@example.org"
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def mail_works(settings: Any) -> None:
    settings.MAIL_WORKS = True


@pytest.fixture
def comment(post: Post) -> Comment:
    return make_comment(post, email=EMAIL, body="My words.", now=NOW)


def link(client: Client, email: str = EMAIL) -> str:
    client.post(ASK, {"email": email})
    letter = Email.objects.filter(to=email).order_by("-pk")[0]
    found = re.search(r"http://[^/]*(/comments/your-data/\S+)", letter.message)
    assert found
    return found[1]


def whole(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


class AskTests:
    def test_its_page_is_the_same_for_all_and_stored(self, client: Client, post: Post) -> None:
        answer = client.get(ASK)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "public, no-cache"
        assert {ASK} <= stored.keys()

    def test_it_never_says_whether_an_address_is_known(self, ours: Client, comment: Comment) -> None:
        known, unknown = ours.post(ASK, {"email": EMAIL}), ours.post(ASK, {"email": "nobody@example.org"})
        assert known.status_code == unknown.status_code == 200
        assert known.content == unknown.content
        assert known.headers == unknown.headers
        assert [letter.to for letter in Email.objects.all() if letter.to != [AUTHOR]] == [[EMAIL]]

    def test_the_letter_quotes_nothing_and_goes_once_a_day(self, ours: Client, comment: Comment) -> None:
        for _ in range(3):
            ours.post(ASK, {"email": EMAIL.upper()})
        letter = Email.objects.get(to__iexact=EMAIL)
        assert "My words." not in letter.message
        assert "Rita" not in letter.message
        assert EMAIL not in letter.message

    def test_a_reporter_and_a_colleague_are_known_too(self, ours: Client, comment: Comment) -> None:
        objections.report(comment, Complaint("other", "Rude.", "ann@example.org"), None, NOW)
        make_moderator()
        assert "Rude." in whole(ours.post(link(ours, "ann@example.org"), {"act": "download"}))
        page = ours.get(link(ours, "moderator@example.org")).content.decode()
        assert "The account stays" in page

    @pytest.mark.parametrize("email", ["", "1abc", "a\x00@example.org", "a" * 300 + "@example.org", "w" * 60_000])
    def test_what_is_no_address_comes_back(self, ours: Client, comment: Comment, email: str) -> None:
        assert ours.post(ASK, {"email": email}).status_code == 422
        assert not Email.objects.filter(to=EMAIL).exists()

    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
    def test_another_site_cannot_ask(self, client: Client, comment: Comment, headers: dict[str, str]) -> None:
        answer = client.post(ASK, {"email": EMAIL}, headers=headers)
        assert answer.status_code == 403
        assert EMAIL in answer.content.decode()
        assert not Email.objects.filter(to=EMAIL).exists()

    def test_without_mail_it_says_what_to_do_instead(self, ours: Client, comment: Comment, settings: Any) -> None:
        settings.MAIL_WORKS = False
        assert "Use the page of each of your comments" in ours.get(ASK).content.decode()
        ours.post(ASK, {"email": EMAIL})
        assert not Email.objects.filter(to=EMAIL).exists()

    def test_without_the_database_the_address_comes_back(
        self, ours: Client, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as away:
            away.setattr(CursorWrapper, "execute", lambda *_: (_ for _ in ()).throw(OperationalError("away")))
            answer = ours.post(ASK, {"email": EMAIL})
        assert answer.status_code == 503
        assert f'value="{EMAIL}"' in answer.content.decode()

    def test_a_log_names_no_address(self, ours: Client, comment: Comment, caplog: pytest.LogCaptureFixture) -> None:
        path = link(ours)
        ours.get(path)
        ours.post(path, {"act": "forget"})
        assert EMAIL not in caplog.text
        assert "rita" not in path


class ProvenTests:
    def test_opening_the_link_does_nothing(self, ours: Client, comment: Comment) -> None:
        answer = ours.get(link(ours))
        page = answer.content.decode()
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert "Download everything" in page
        assert "Forget me" in page
        assert EMAIL not in page
        comment.refresh_from_db()
        assert comment.email == EMAIL

    def test_all_is_downloaded_as_a_file(self, ours: Client, comment: Comment) -> None:
        answer = ours.post(link(ours), {"act": "download"})
        assert "attachment" in answer["Content-Disposition"]
        found = json.loads(whole(answer))
        assert [row["text"] for row in found["comments"]] == ["My words."]
        assert len(found["letters"]) == 1

    def test_all_is_erased_and_the_link_is_over(self, ours: Client, post: Post, comment: Comment) -> None:
        path = link(ours)
        answer = ours.post(path, {"act": "forget"})
        assert "You are forgotten here" in answer.content.decode()
        comment.refresh_from_db()
        assert (comment.name, comment.email) == ("Anonymous", "")
        assert ours.get(path).status_code == 410
        assert ours.post(path, {"act": "forget"}).status_code == 410
        assert "Rita" not in ours.get(post.get_absolute_url()).content.decode()

    def test_a_long_life_of_comments_is_erased_in_several_steps(
        self, ours: Client, post: Post, comment: Comment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(your_data, "MOST_AT_ONCE", 2)
        monkeypatch.setattr(privacy, "FORGOTTEN_AT_ONCE", 1)
        for hours in range(1, 4):
            make_comment(post, email=EMAIL, now=NOW + datetime.timedelta(hours=hours))
        path = link(ours)
        assert "Please press the button once more" in ours.post(path, {"act": "forget"}).content.decode()
        assert Comment.objects.filter(email_key=EMAIL).count() == 2
        assert "You are forgotten here" in ours.post(path, {"act": "forget"}).content.decode()
        assert not Comment.objects.filter(email_key=EMAIL).exists()
        assert ours.get(path).status_code == 410

    @pytest.mark.parametrize("act", ["", "approve", "\x00", "download "])
    def test_nothing_else_is_done(self, ours: Client, comment: Comment, act: str) -> None:
        assert ours.post(link(ours), {"act": act}).status_code == 422
        comment.refresh_from_db()
        assert comment.email == EMAIL

    @pytest.mark.parametrize("act", ["download", "forget"])
    def test_another_site_can_do_nothing(self, client: Client, comment: Comment, act: str) -> None:
        answer = client.post(link(client), {"act": act}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        assert "My words." not in answer.content.decode()
        comment.refresh_from_db()
        assert comment.email == EMAIL

    def test_a_link_is_good_for_a_day(self, ours: Client, comment: Comment, monkeypatch: pytest.MonkeyPatch) -> None:
        path = link(ours)
        monkeypatch.setattr(your_data, "LINK_IS_GOOD_FOR", datetime.timedelta(seconds=-1))
        assert ours.get(path).status_code == 410
        assert ours.post(path, {"act": "download"}).status_code == 410

    @pytest.mark.parametrize("signed", ["x", "comment-1", "1abc", "a" * 3_000, "comment-1.1abc.x", "%00", "é"])
    def test_no_other_link_is_one(self, ours: Client, comment: Comment, signed: str) -> None:
        assert ours.get(f"{ASK}{signed}/").status_code in (404, 410)

    def test_what_was_signed_for_something_else_is_none(self, ours: Client, comment: Comment) -> None:
        elsewhere = signing.TimestampSigner(salt="else", sep=".").sign(f"comment-{comment.pk}")
        assert ours.get(f"{ASK}{elsewhere}/").status_code == 410
