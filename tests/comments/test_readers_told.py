"""What commenters and authors hear: each event once, a minute after the decision, and nothing that is not public."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from post_office.models import Email

from blog.models import Post
from comments import editing, moderation, notifications, submission, threads
from comments.models import Address, Appeal, Comment, Notice, Policy, Reason, Report
from comments.notifications import letters
from comments.submission import Sender
from tests.comments.letters import link, mails_to, only_mail_to, send_what_is_due, subjects
from tests.make import make_moderator, make_writer
from tests.make_comments import decide, make_comment

Status = Comment.Status
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
SECOND, MINUTE = datetime.timedelta(seconds=1), datetime.timedelta(minutes=1)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
RITA, OLGA = "rita@example.org", "olga@example.org"


def asking(post: Post, status: str = Status.PENDING, **more: Any) -> Comment:
    asked: dict[str, Any] = {"email": RITA, "notify_decision": True, "now": NOW}
    return make_comment(post, status, **(asked | more))


def prove(email: str) -> None:
    address = Address.objects.get_or_create(digest=notifications.digest(email))[0]
    letters.prove(address, NOW)


class ReceivedTests:
    def test_who_asked_hears_that_it_arrived_and_where_its_page_is(self, post: Post) -> None:
        comment = asking(post, body="What I typed.", name="Rita Reader")
        mail = only_mail_to(RITA)
        assert mail.subject == "Asia Unbound: your comment has arrived"
        assert mail.scheduled_time is None
        for text in (mail.message, mail.html_message):
            assert f"http://127.0.0.1:8000{comment.get_absolute_url()}" in text
            assert "What I typed." not in text
            assert "Rita" not in text
            assert post.title in text

    def test_who_did_not_ask_hears_nothing(self, post: Post) -> None:
        asking(post, notify_decision=False, notify_replies=True)
        assert mails_to(RITA) == []

    def test_spam_hears_nothing(self, post: Post) -> None:
        asking(post, Status.SPAM, honeypot="x")
        assert mails_to(RITA) == []

    def test_five_comments_to_somebody_elses_address_make_one_letter_a_day(self, post: Post) -> None:
        for number in range(5):
            asking(post, now=NOW + number * MINUTE)
        assert subjects(RITA) == ["your comment has arrived"]

    def test_one_that_was_not_sent_yet_gives_way_to_the_decision(self, post: Post) -> None:
        decide(asking(post), Status.APPROVED, now=NOW + SECOND)
        mail = only_mail_to(RITA)
        assert mail.subject == "Asia Unbound: your comment is published"
        assert mail.scheduled_time == NOW + SECOND + MINUTE


class DecidedTests:
    def decided(self, post: Post, to: str, **more: Any) -> Email:
        comment = asking(post)
        prove(RITA)
        send_what_is_due()
        decide(comment, to, now=NOW + HOUR, **more)
        return mails_to(RITA)[-1]

    def test_published_with_the_link_to_where_it_stands(self, post: Post) -> None:
        mail = self.decided(post, Status.APPROVED)
        comment = Comment.objects.get()
        assert mail.subject.endswith("your comment is published")
        assert f"http://127.0.0.1:8000{post.get_absolute_url()}comments/at/{comment.pk}/" in mail.message
        assert mail.scheduled_time == NOW + HOUR + MINUTE

    def test_declined_with_the_reasons_words_and_no_moderators_name(self, post: Post) -> None:
        reason = Reason.objects.get(code="off-topic")
        User.objects.filter(pk=make_moderator().pk).update(first_name="Mona", last_name="Moderata")
        mail = self.decided(post, Status.REJECTED, reason=reason)
        assert mail.subject.endswith("your comment was not published")
        for text in (mail.subject, mail.message, mail.html_message):
            assert "Mona" not in text
            assert "moderator@" not in text
        assert reason.words in mail.message
        assert mail.message.strip().endswith("Asia Unbound")

    def test_taken_down_is_said_so(self, post: Post) -> None:
        comment = asking(post, Status.APPROVED)
        prove(RITA)
        send_what_is_due()
        decide(comment, Status.REJECTED, now=NOW + DAY)
        assert subjects(RITA)[-1] == "your comment is no longer public"

    @pytest.mark.parametrize(
        ("to", "said"),
        [(Status.APPROVED, "your other words are published"), (Status.REJECTED, "your other words were not published")],
    )
    def test_other_words_are_told_of_as_such(self, post: Post, to: str, said: str) -> None:
        comment = asking(post, Status.APPROVED)
        prove(RITA)
        changed = editing.change(comment.pk, comment.version, "Other words.", NOW + SECOND).comment
        decide(changed, to, now=NOW + 2 * SECOND)
        assert subjects(RITA) == ["your comment is published", said], "the first letter remains true"

    def test_an_undo_about_other_words_takes_only_that_letter_back(self, post: Post) -> None:
        comment = asking(post, Status.APPROVED)
        prove(RITA)
        changed = editing.change(comment.pk, comment.version, "Other words.", NOW + SECOND).comment
        published = decide(changed, Status.APPROVED, now=NOW + 2 * SECOND)
        moderation.undo(published.pk, published.version, make_moderator(), NOW + 3 * SECOND)
        assert subjects(RITA) == ["your comment is published"]

    @pytest.mark.parametrize(
        ("to", "said"),
        [
            (Status.APPROVED, "we looked again, and your comment is published"),
            (Status.REJECTED, "we looked again at your comment"),
        ],
    )
    def test_a_second_look_is_told_of_as_such(self, post: Post, to: str, said: str) -> None:
        comment = asking(post, Status.REJECTED)
        prove(RITA)
        send_what_is_due()
        Appeal.objects.create(comment=comment, at=NOW)
        Comment.objects.filter(pk=comment.pk).update(waiting_since=NOW)
        decide(moderation.present(comment.pk), to, now=NOW + HOUR)
        assert subjects(RITA)[-1] == said

    def test_nothing_is_told_of_what_was_withdrawn_meanwhile(self, post: Post) -> None:
        comment = asking(post, Status.APPROVED)
        editing.withdraw(comment.pk, comment.version, NOW + SECOND)
        assert mails_to(RITA) == []

    @pytest.mark.parametrize("is_edited", [False, True])
    def test_what_an_undo_makes_stand_again_is_told_whatever_came_between(self, post: Post, is_edited: bool) -> None:
        prove(RITA)
        comment = asking(post, Status.APPROVED)
        if is_edited:
            comment = editing.edit(comment.pk, comment.version, "Other words.", make_moderator(), NOW + SECOND).comment
        comment = decide(comment, Status.REJECTED, now=NOW + 2 * SECOND)
        assert subjects(RITA) == ["your comment is no longer public"]
        moderation.undo(comment.pk, comment.version, make_moderator(), NOW + 3 * SECOND)
        assert subjects(RITA) == ["your comment is published"]

    def test_what_was_sent_before_an_undo_is_not_sent_again(self, post: Post) -> None:
        comment = asking(post, Status.APPROVED)
        prove(RITA)
        send_what_is_due()
        undone = moderation.undo(comment.pk, comment.version, make_moderator(), NOW + 2 * MINUTE).comment
        assert undone.status == Status.PENDING
        assert subjects(RITA) == ["your comment is published"]

    def test_a_letter_that_waits_longer_than_a_week_is_not_written(self, post: Post) -> None:
        for number in range(12):
            at = NOW + 3 * number * MINUTE
            decide(asking(post, now=at), Status.APPROVED, now=at)
        times = [mail.scheduled_time for mail in mails_to(RITA)]
        assert times == [NOW + MINUTE + number * DAY for number in range(8)]


class ReplyTests:
    def conversation(self, post: Post, **more: Any) -> tuple[Comment, Comment]:
        first = asking(post, Status.APPROVED, notify_decision=False, notify_replies=True)
        second = make_comment(post, parent=first, email=OLGA, notify_replies=True, now=NOW + HOUR, **more)
        return first, second

    def test_an_answer_is_told_when_it_is_approved_and_not_before(self, post: Post) -> None:
        first = asking(post, Status.APPROVED, notify_decision=False, notify_replies=True)
        reply = make_comment(post, Status.PENDING, parent=first, now=NOW + HOUR)
        assert mails_to(RITA) == []
        decide(reply, Status.APPROVED, now=NOW + DAY)
        mail = only_mail_to(RITA)
        assert mail.scheduled_time == NOW + DAY + MINUTE
        assert f"http://127.0.0.1:8000{post.get_absolute_url()}comments/at/{reply.pk}/" in mail.message
        assert reply.token not in mail.message + mail.html_message, "its page belongs to who wrote it"

    @pytest.mark.parametrize("state", [Status.REJECTED, Status.SPAM, Status.PENDING])
    def test_an_answer_that_is_not_approved_is_told_to_nobody(self, post: Post, state: str) -> None:
        first = asking(post, Status.APPROVED, notify_decision=False, notify_replies=True)
        make_comment(post, state, parent=first, now=NOW + HOUR)
        assert mails_to(RITA) == []

    def test_to_an_address_nobody_has_proven_it_quotes_nothing(self, post: Post) -> None:
        self.conversation(post, name="Olga Other", body="Words of an answer.")
        mail = only_mail_to(RITA)
        for text in (mail.subject, mail.message, mail.html_message):
            assert "Olga" not in text
            assert "Words of" not in text
        assert "/comments/letters/proof/" in mail.message

    def test_to_a_proven_one_it_quotes_the_answer(self, post: Post) -> None:
        prove(RITA)
        self.conversation(post, name="Olga <Other>", body="Words of an <answer>.")
        mail = only_mail_to(RITA)
        assert "Olga <Other> has answered" in mail.message
        assert "Words of an &lt;answer&gt;." in mail.html_message
        assert "/comments/letters/proof/" not in mail.message

    def test_words_that_were_edited_before_it_goes_are_not_in_it(self, post: Post) -> None:
        prove(OLGA)
        above = make_comment(post, email=OLGA, notify_replies=True, now=NOW)
        reply = make_comment(post, parent=above, body="Call Mrs Tan at 555-0199.", now=NOW)
        edited = editing.edit(reply.pk, reply.version, "Call Mrs Tan.", make_moderator(), NOW + 10 * SECOND).comment
        mail = only_mail_to(OLGA)
        assert "Call Mrs Tan." in mail.message
        assert "555-0199" not in mail.message + mail.html_message
        moderation.undo(edited.pk, edited.version, make_moderator(), NOW + 20 * SECOND)
        assert "555-0199" in only_mail_to(OLGA).message

    def test_nothing_is_told_again_for_other_words(self, post: Post) -> None:
        prove(OLGA)
        above = make_comment(post, email=OLGA, notify_replies=True, now=NOW)
        reply = make_comment(post, parent=above, now=NOW)
        send_what_is_due()
        editing.edit(reply.pk, reply.version, "Call Mrs Tan.", make_moderator(), NOW + HOUR)
        assert len(mails_to(OLGA)) == 1

    def test_everybody_above_who_asked_hears_of_it_once(self, post: Post) -> None:
        for email in (RITA, OLGA):
            prove(email)
        first, second = self.conversation(post)
        third = make_comment(post, parent=second, email="RITA@example.org", notify_replies=True, now=NOW + 2 * HOUR)
        make_comment(post, parent=third, email="third@example.org", now=NOW + 3 * HOUR)
        # Rita of Olga's answer and of the last, but not of her own; Olga of both.
        assert len(mails_to(RITA)) + len(mails_to("RITA@example.org")) == 2
        assert len(mails_to(OLGA)) == 2
        assert first.notify_replies

    def test_who_answers_themselves_is_not_told(self, post: Post) -> None:
        first = asking(post, Status.APPROVED, notify_decision=False, notify_replies=True)
        make_comment(post, parent=first, email="Rita@Example.org", now=NOW + HOUR)
        assert not Email.objects.filter(subject__contains="answered").exists()

    def test_an_undo_within_a_minute_takes_it_back(self, post: Post) -> None:
        _first, second = self.conversation(post)
        moderation.undo(second.pk, second.version, make_moderator(), NOW + HOUR + MINUTE / 2)
        assert mails_to(RITA) == []

    def test_approved_a_second_time_it_is_not_told_again(self, post: Post) -> None:
        prove(RITA)
        _first, second = self.conversation(post)
        send_what_is_due()
        rejected = decide(second, Status.REJECTED, now=NOW + DAY)
        decide(rejected, Status.APPROVED, now=NOW + 2 * DAY)
        assert subjects(RITA) == ["your comment was answered"]

    @pytest.mark.parametrize("state", [Status.REJECTED, Status.WITHDRAWN])
    def test_who_is_not_in_the_conversation_any_more_hears_nothing(self, post: Post, state: str) -> None:
        first = asking(post, Status.APPROVED, notify_decision=False, notify_replies=True)
        reply = make_comment(post, Status.PENDING, parent=first, now=NOW + HOUR)
        if state == Status.REJECTED:
            decide(first, Status.REJECTED, now=NOW + HOUR)
        else:
            editing.withdraw(first.pk, first.version, NOW + HOUR)
        decide(reply, Status.APPROVED, now=NOW + DAY)
        assert mails_to(RITA) == []

    def test_of_a_post_that_is_not_public_nothing_is_told(self, post: Post) -> None:
        first = asking(post, Status.APPROVED, notify_decision=False, notify_replies=True)
        reply = make_comment(post, Status.PENDING, parent=first, now=NOW + HOUR)
        Post.objects.filter(pk=post.pk).update(status="taken_down")
        decide(moderation.present(reply.pk), Status.APPROVED, now=NOW + DAY)
        assert mails_to(RITA) == []


class ReporterTests:
    def reported(self, post: Post, **more: Any) -> Report:
        comment = make_comment(post, Status.APPROVED, now=NOW, name="Rita Reader", body="Words complained of.")
        fields: dict[str, Any] = {"ground": "abusive", "at": NOW, "fingerprint": "1", "email": OLGA}
        answered = {"result": "kept", "answered_at": NOW, "answer": "We find it sharp, but fair."}
        return Report.objects.create(comment=comment, **(fields | answered | more))

    def test_who_gave_an_address_hears_what_became_of_it_once(self, post: Post) -> None:
        report = self.reported(post, words="I typed this about somebody.")
        notifications.report_answered(report, NOW)
        notifications.report_answered(report, NOW)
        mail = only_mail_to(OLGA)
        assert "the comment stays" in mail.message
        assert "We find it sharp, but fair." in mail.html_message
        for typed in ("I typed this", "Rita", "complained of"):
            assert typed not in mail.message + mail.html_message

    def test_who_gave_none_hears_nothing(self, post: Post) -> None:
        notifications.report_answered(self.reported(post, email=""), NOW)
        assert not Email.objects.filter(subject__contains="report").exists()

    def test_of_what_is_not_public_no_link_and_no_title_are_given(self, post: Post) -> None:
        report = self.reported(post)
        Post.objects.filter(pk=post.pk).update(status="taken_down", title="What nobody has published")
        notifications.report_answered(Report.objects.get(pk=report.pk), NOW)
        mail = only_mail_to(OLGA)
        assert "What nobody" not in mail.message + mail.html_message
        assert "/comments/at/" not in mail.message


class AddressTests:
    def test_every_letter_to_a_reader_can_be_ended_by_one_click(self, post: Post) -> None:
        decide(asking(post), Status.REJECTED, now=NOW)
        mail = only_mail_to(RITA)
        stop = link(mail, "/comments/letters/" + Address.objects.get().key)
        assert mail.headers["List-Unsubscribe"] == f"<http://127.0.0.1:8000{stop}>"
        assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail.headers["Auto-Submitted"] == "auto-generated"

    def test_an_address_that_refused_letters_gets_none(self, post: Post) -> None:
        Address.objects.create(digest=notifications.digest(RITA), refused_at=NOW)
        comment = asking(post, Status.APPROVED, notify_replies=True)
        make_comment(post, parent=comment, now=NOW)
        notifications.own_page_wanted(comment, NOW + DAY)
        assert mails_to(RITA) == []

    def test_once_proven_it_hears_at_once_what_waited_for_another_day(self, post: Post) -> None:
        comment = asking(post)
        send_what_is_due()
        decide(comment, Status.APPROVED, now=NOW + HOUR)
        assert mails_to(RITA)[1].scheduled_time == NOW + DAY
        letters.prove(Address.objects.get(), NOW + 2 * HOUR)
        assert mails_to(RITA)[1].scheduled_time == NOW + 2 * HOUR + MINUTE
        decide(asking(post, now=NOW + 3 * HOUR), Status.APPROVED, now=NOW + 3 * HOUR)
        assert mails_to(RITA)[-1].scheduled_time == NOW + 3 * HOUR + MINUTE

    def test_an_accounts_own_address_needs_no_proof(self, post: Post) -> None:
        ada = make_writer("ada")
        for number in range(2):
            sent = make_comment(
                post, Status.PENDING, sender=Sender(user=ada), notify_decision=True, now=NOW + number * HOUR
            )
            decide(sent, Status.APPROVED, now=NOW + number * HOUR)
        times = [mail.scheduled_time for mail in mails_to(ada.email)]
        assert times == [NOW + MINUTE, NOW + HOUR + MINUTE]
        assert "/proof/" not in mails_to(ada.email)[0].message

    def test_a_guest_who_types_an_accounts_address_is_no_account(self, post: Post) -> None:
        asking(post, email=make_writer("ada").email)
        assert "/proof/" in only_mail_to("ada@example.org").message

    def test_the_record_keeps_no_address(self, post: Post) -> None:
        asking(post)
        kept = [*Address.objects.values_list("digest", flat=True), *Notice.objects.values_list("recipient", "event")]
        assert "rita" not in str(kept).lower()

    def test_taking_a_comment_asks_little_for_its_letters(self, post: Post, django_assert_max_num_queries: Any) -> None:
        make_moderator()
        make_comment(post, Status.PENDING, now=NOW)
        words = submission.Words("Olga", OLGA, "A second one that waits.")
        thread, policy = threads.of(post), Policy.objects.current()
        with django_assert_max_num_queries(12):
            submission.submit(thread, policy, words, Sender(), NOW)
