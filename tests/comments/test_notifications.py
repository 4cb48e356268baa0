"""Who is told what, when, and that an undo comes in time."""

import datetime
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from post_office.models import Email

from blog.models import Post
from comments import moderation
from comments.models import Comment, Notice, Reason
from comments.notifications import letters
from tests.make import make_moderator, make_staff
from tests.make_comments import decide, make_comment, typed

Status = Comment.Status
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)


def mails_to(address: str) -> list[Email]:
    return [mail for mail in Email.objects.order_by("pk") if address in mail.to]


class ModeratorTests:
    def test_the_first_that_waits_is_told_and_no_other(self, post: Post) -> None:
        make_moderator()
        first = make_comment(post, Status.PENDING)
        make_comment(post, Status.PENDING)
        assert len(mails_to("moderator@example.org")) == 1
        decide(first, Status.APPROVED)
        make_comment(post, Status.PENDING)
        assert len(mails_to("moderator@example.org")) == 1, "one still waits"

    def test_after_an_empty_queue_they_are_told_again(self, post: Post) -> None:
        make_moderator()
        decide(make_comment(post, Status.PENDING), Status.APPROVED)
        make_comment(post, Status.PENDING)
        assert len(mails_to("moderator@example.org")) == 2

    def test_spam_tells_nobody(self, post: Post) -> None:
        make_moderator()
        make_comment(post, Status.SPAM, honeypot="x")
        assert not Email.objects.exists()

    def test_only_who_may_decide_is_told(self, post: Post) -> None:
        make_moderator()
        make_staff("writer", "Authors")
        left = make_staff("left", "Moderators")
        left.is_active = False
        left.save()
        make_comment(post, Status.PENDING)
        assert [mail.to for mail in Email.objects.all()] == [["moderator@example.org"]]

    def test_the_mail_leads_to_the_desk_and_names_nobody(self, post: Post) -> None:
        make_moderator()
        comment = make_comment(post, Status.PENDING, name="Held Hanna", body="Words to be read.")
        mail = Email.objects.get()
        assert f"http://127.0.0.1:8000/admin/comments/comment/{comment.pk}/" in mail.message
        assert post.title in mail.message
        assert "Words to be read." in mail.message
        assert "Words to be read." not in mail.subject
        assert "Hanna" not in mail.subject + mail.message + mail.html_message
        assert comment.email not in mail.message + mail.html_message

    def test_a_title_of_two_lines_makes_one_subject(self, post: Post) -> None:
        make_moderator()
        make_comment(post, Status.PENDING)
        assert "\n" not in Email.objects.get().subject


class CommenterTests:
    @pytest.mark.parametrize(("to", "said"), [("approved", "is approved"), ("rejected", "was not published")])
    def test_a_mail_says_nothing_of_a_post_that_is_not_public(self, post: Post, to: str, said: str) -> None:
        comment = make_comment(post, Status.PENDING, notify_decision=True)
        Post.objects.filter(pk=post.pk).update(status="taken_down", title="What nobody has published")
        decide(comment, to)
        mail = mails_to(comment.email)[0]
        assert said in mail.subject
        assert "What nobody has published" not in mail.subject + mail.message

    def asking(self, post: Post, **more: Any) -> Comment:
        asked: dict[str, Any] = {"email": "rita@example.org", "notify_decision": True, "now": NOW}
        return make_comment(post, Status.PENDING, **(asked | more))

    @pytest.mark.parametrize("to", [Status.APPROVED, Status.REJECTED])
    def test_who_asked_is_told_a_minute_later(self, post: Post, to: str) -> None:
        comment = self.asking(post)
        decide(comment, to, now=NOW + MINUTE)
        (mail,) = mails_to("rita@example.org")
        assert mail.scheduled_time == NOW + 2 * MINUTE
        assert f"http://127.0.0.1:8000{comment.get_absolute_url()}" in mail.message
        assert comment.body not in mail.message
        assert "Rita" not in mail.subject + mail.message
        assert "moderator@example.org" not in mail.message

    def test_the_reason_is_given_in_its_words(self, post: Post) -> None:
        reason = Reason.objects.get(code="off-topic")
        decide(self.asking(post), Status.REJECTED, reason=reason, now=NOW)
        (mail,) = mails_to("rita@example.org")
        assert reason.words in mail.message

    def test_who_did_not_ask_is_not_told(self, post: Post) -> None:
        decide(self.asking(post, notify_decision=False), Status.APPROVED, now=NOW)
        assert not mails_to("rita@example.org")

    def test_spam_is_told_nothing(self, post: Post) -> None:
        decide(self.asking(post), Status.SPAM, now=NOW)
        assert not mails_to("rita@example.org")

    def test_an_undo_cancels_the_mail(self, post: Post) -> None:
        moderator = make_moderator()
        comment = decide(self.asking(post), Status.REJECTED, now=NOW)
        moderation.undo(comment.pk, comment.version, moderator, NOW + MINUTE / 2)
        assert not mails_to("rita@example.org")
        assert not Notice.objects.filter(event__startswith="decision").exists()

    def test_a_change_of_mind_leaves_only_the_last(self, post: Post) -> None:
        comment = decide(self.asking(post), Status.REJECTED, now=NOW)
        decide(comment, Status.APPROVED, now=NOW + MINUTE / 2)
        (mail,) = mails_to("rita@example.org")
        assert "is published" in mail.subject

    def test_the_same_decision_twice_is_told_once(self, post: Post) -> None:
        comment = self.asking(post)
        decide(comment, Status.APPROVED, now=NOW)
        decide(comment, Status.APPROVED, now=NOW)
        assert len(mails_to("rita@example.org")) == 1

    def test_an_address_that_nobody_has_proven_gets_one_mail_a_day(self, post: Post) -> None:
        for number in range(3):
            comment = self.asking(post, now=NOW + number * MINUTE)
            decide(comment, Status.APPROVED, now=NOW + number * MINUTE)
        times = [mail.scheduled_time for mail in mails_to("rita@example.org")]
        assert times == [NOW + MINUTE, NOW + MINUTE + DAY, NOW + MINUTE + 2 * DAY]

    def test_an_undo_gives_the_day_back(self, post: Post) -> None:
        moderator = make_moderator()
        comment = decide(self.asking(post), Status.REJECTED, now=NOW)
        undone = moderation.undo(comment.pk, comment.version, moderator, NOW).comment
        decide(undone, Status.APPROVED, now=NOW + MINUTE)
        (mail,) = mails_to("rita@example.org")
        assert mail.scheduled_time == NOW + 2 * MINUTE

    def test_mail_and_comment_are_written_together_or_not_at_all(
        self, client: Client, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_moderator()
        monkeypatch.setattr(Notice, "save", lambda *_, **__: (_ for _ in ()).throw(OperationalError("away")))
        assert client.post(address, typed()).status_code == 503
        assert not Comment.objects.exists()
        assert not Email.objects.exists()

    def test_a_letter_that_cannot_be_written_costs_no_comment(
        self, client: Client, address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        make_moderator()
        monkeypatch.setattr(letters, "_queued", lambda *_: (_ for _ in ()).throw(ValueError("no")))
        assert client.post(address, typed()).status_code == 303
        assert Comment.objects.get().status == Status.PENDING
        assert not Notice.objects.exists(), "it can still be told"
        assert "A letter could not be written: waits" in caplog.text
        assert "example.org" not in caplog.text

    def test_no_mail_is_sent_in_the_request(self, client: Client, address: str, mailoutbox: list[Any]) -> None:
        make_moderator()
        client.post(address, typed())
        assert mailoutbox == []
        assert Email.objects.count() == 1
