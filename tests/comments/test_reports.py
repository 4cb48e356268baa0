"""A reader says what is wrong with a published comment, and learns what became of that."""

import datetime
import ipaddress
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.utils import timezone

from blog.models import Post
from comments import editing, objections
from comments.models import Comment, Report
from comments.objections import Complaint
from tests.make import make_moderator
from tests.make_comments import decide, make_comment

Status, Ground = Comment.Status, Report.Ground
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
ADDRESS = ipaddress.ip_address("198.51.100.77")


@pytest.fixture
def comment(post: Post) -> Comment:
    return make_comment(post, body="The tide turns at nine.")


@pytest.fixture
def form(address: str, comment: Comment, settings: Any) -> str:
    settings.MAIL_WORKS = True
    return f"{address}report/{comment.pk}/"


def typed(**fields: Any) -> dict[str, Any]:
    return {"ground": "abusive", "words": "It calls me a fool.", "email": "", "subject": ""} | fields


class FormTests:
    def test_each_published_comment_leads_to_it(self, client: Client, post: Post, form: str) -> None:
        assert f'href="{form}"' in client.get(post.get_absolute_url()).content.decode()

    def test_it_shows_what_is_reported_and_says_what_happens_then(self, client: Client, form: str) -> None:
        page = client.get(form).content.decode()
        assert "The tide turns at nine." in page
        assert "A moderator reads every report" in page
        assert 'type="email"' in page

    def test_it_asks_for_no_address_where_no_mail_works(self, client: Client, form: str, settings: Any) -> None:
        settings.MAIL_WORKS = False
        assert 'type="email"' not in client.get(form).content.decode()

    @pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM, Status.WITHDRAWN])
    def test_there_is_none_for_what_is_not_public(self, client: Client, post: Post, address: str, status: str) -> None:
        comment = make_comment(post, status)
        form = f"{address}report/{comment.pk}/"
        assert client.get(form).status_code == 404
        assert client.post(form, typed()).status_code == 404
        assert not Report.objects.exists()

    def test_it_goes_when_its_comment_does(self, client: Client, comment: Comment, form: str) -> None:
        assert client.get(form).status_code == 200
        decide(comment, Status.REJECTED)
        assert client.get(form).status_code == 404

    @pytest.mark.parametrize("pk", ["1abc", "0", "-1", "9" * 30, "%00"])
    def test_no_other_number_is_one(self, client: Client, address: str, comment: Comment, pk: str) -> None:
        assert client.get(f"{address}report/{pk}/").status_code == 404


class SentTests:
    def test_it_is_kept_and_the_comment_stays_public(
        self, ours: Client, post: Post, comment: Comment, form: str
    ) -> None:
        answer = ours.post(form, typed(email="Ann@Example.org"), REMOTE_ADDR="198.51.100.77")
        report = Report.objects.get()
        assert (answer.status_code, answer["Location"]) == (303, report.get_absolute_url())
        assert (report.ground, report.words) == ("abusive", "It calls me a fool.")
        assert (report.email, report.email_key) == ("Ann@Example.org", "ann@example.org")
        assert report.ip_address == "198.51.100.0", "cut before it is written"
        comment.refresh_from_db()
        assert comment.reported_since == report.at
        assert (comment.status, comment.version) == (Status.APPROVED, 2)
        assert "The tide turns at nine." in ours.get(post.get_absolute_url()).content.decode()

    def test_its_page_says_what_happens_next(self, ours: Client, form: str) -> None:
        answer = ours.post(form, typed(email="ann@example.org"), follow=True)
        page = answer.content.decode()
        assert "A moderator will read it beside the comment" in page
        assert "It calls me a fool." in page
        assert answer["Cache-Control"] == "no-store, private"
        assert "ann@example.org" not in page

    def test_the_same_said_twice_is_one(self, ours: Client, form: str) -> None:
        first, second = ours.post(form, typed()), ours.post(form, typed(words=" It calls  me a fool."))
        assert first["Location"] == second["Location"]
        assert Report.objects.count() == 1

    def test_the_first_of_several_says_since_when(self, comment: Comment) -> None:
        for minutes in range(3):
            at = NOW + datetime.timedelta(minutes=minutes)
            objections.report(comment, Complaint(Ground.OTHER, f"Words {minutes}"), ADDRESS, at)
        comment.refresh_from_db()
        assert comment.reported_since == NOW

    def test_one_connection_cannot_flood(self, ours: Client, form: str) -> None:
        for number in range(objections.MOST_IN_TEN_MINUTES):
            assert ours.post(form, typed(words=f"Words {number}")).status_code == 303
        answer = ours.post(form, typed(words="One more."))
        assert (answer.status_code, answer["Retry-After"]) == (429, "600")
        assert "One more." in answer.content.decode()
        elsewhere = ours.post(form, typed(words="One more."), REMOTE_ADDR="203.0.113.9")
        assert elsewhere.status_code == 303

    def test_a_machine_takes_nobodys_time(self, ours: Client, comment: Comment, form: str) -> None:
        answer = ours.post(form, typed(subject="Buy"), follow=True)
        assert "A moderator will read it beside the comment" in answer.content.decode()
        comment.refresh_from_db()
        assert comment.reported_since is None
        assert not Report.objects.filter(result="").exists()

    def test_a_machine_silences_no_person_who_says_the_same(self, ours: Client, comment: Comment, form: str) -> None:
        ours.post(form, typed(words="", subject="Buy"))
        ours.post(form, typed(words=""))
        comment.refresh_from_db()
        assert comment.reported_since is not None
        assert Report.objects.filter(result="").count() == 1

    def test_of_two_readers_with_the_same_few_words_each_has_their_own(
        self, ours: Client, comment: Comment, form: str
    ) -> None:
        first = ours.post(form, typed(words=""))
        objections.answer_report(
            Report.objects.get().pk, Report.Result.KEPT, "", make_moderator(), NOW, objections.Seen(comment.version)
        )
        second = ours.post(form, typed(words=""), REMOTE_ADDR="203.0.113.9")
        assert first["Location"] != second["Location"]
        comment.refresh_from_db()
        assert comment.reported_since is not None, "the second one is read too"

    def test_other_words_of_the_comment_can_be_reported_again(self, ours: Client, comment: Comment, form: str) -> None:
        ours.post(form, typed())
        editing.edit(comment.pk, comment.version, "The tide turns at ten.", make_moderator(), timezone.now())
        ours.post(form, typed())
        assert Report.objects.count() == 2

    @pytest.mark.parametrize(
        "wrong",
        [
            {"ground": ""},
            {"ground": "1abc"},
            {"ground": "abusive\x00"},
            {"words": "a\x00b"},
            {"words": "w" * 2_001},
            {"ground": "other", "words": ""},
            {"email": "no address"},
            {"email": "a\x00@example.org"},
        ],
    )
    def test_what_is_wrong_comes_back(self, ours: Client, form: str, wrong: dict[str, str]) -> None:
        answer = ours.post(form, typed(**wrong))
        assert answer.status_code == 422
        assert answer["Cache-Control"] == "no-store, private"
        assert "words" in wrong or "It calls me a fool." in answer.content.decode()
        assert not Report.objects.exists()

    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
    def test_another_site_cannot_report_for_its_reader(
        self, client: Client, form: str, headers: dict[str, str]
    ) -> None:
        answer = client.post(form, typed(), headers=headers)
        assert answer.status_code == 403
        assert "It calls me a fool." in answer.content.decode()
        assert not Report.objects.exists()

    def test_without_the_database_it_comes_back(self, ours: Client, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as away:
            away.setattr(CursorWrapper, "execute", lambda *_: (_ for _ in ()).throw(OperationalError("away")))
            answer = ours.post(form, typed())
        assert answer.status_code == 503
        assert "It calls me a fool." in answer.content.decode()
        assert ours.post(form, typed(words="w" * 70_000)).status_code == 413


class OwnReportTests:
    @pytest.mark.parametrize("token", ["0", "x", "1abc", "a" * 24, "a" * 3_000, "%00", "..%2f"])
    def test_no_other_address_is_there(self, client: Client, comment: Comment, token: str) -> None:
        objections.report(comment, Complaint(Ground.OTHER, "Words"), ADDRESS, NOW)
        assert client.get(f"/comments/report/{token}/").status_code == 404

    def test_it_gives_the_answer_without_a_name(self, client: Client, comment: Comment) -> None:
        report = objections.report(comment, Complaint(Ground.OTHER, "Words"), ADDRESS, NOW)
        seen = objections.Seen(comment.version)
        objections.answer_report(report.pk, "kept", "It is rough, but no insult.", make_moderator(), NOW, seen)
        page = client.get(report.get_absolute_url()).content.decode()
        assert "The comment stays" in page
        assert "It is rough, but no insult." in page
        assert "moderator@" not in page


class EditedTests:
    def test_other_words_of_its_commenter_are_marked(self, client: Client, post: Post, comment: Comment) -> None:
        assert "comment-edited" not in client.get(post.get_absolute_url()).content.decode()
        editing.change(comment.pk, comment.version, "It turns at ten.", timezone.now())
        comment.refresh_from_db()
        assert "comment-edited" not in client.get(post.get_absolute_url()).content.decode()
        decide(comment, Status.APPROVED)
        page = client.get(post.get_absolute_url()).content.decode()
        assert "It turns at ten." in page
        assert '<span class="comment-edited">edited <time' in page
        assert "edited by staff" not in page

    def test_the_staffs_words_are_marked_as_theirs(self, client: Client, post: Post, comment: Comment) -> None:
        client.get(post.get_absolute_url())
        editing.edit(comment.pk, comment.version, "It turns at ten.", make_moderator(), timezone.now())
        page = client.get(post.get_absolute_url()).content.decode()
        assert '<span class="comment-edited">edited by staff <time' in page
        assert 'class="badge"' not in page

    def test_words_changed_before_anybody_read_them_are_not(self, client: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        editing.change(comment.pk, comment.version, "It turns at ten.", timezone.now())
        comment.refresh_from_db()
        decide(comment, Status.APPROVED)
        assert "comment-edited" not in client.get(post.get_absolute_url()).content.decode()
