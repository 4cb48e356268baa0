"""What moderators hear of the queue: at once, in digests, and when somebody waits too long; once, whatever crashes."""

import datetime
import threading
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connections
from django.test import Client
from post_office.models import STATUS, Email

from blog.models import Post
from comments import editing, moderation, notifications
from comments.models import Appeal, Comment, Notice, Preference, Report
from comments.notifications import letters, moderators
from comments.roles import HOSTS
from tests.comments.letters import mails_to, only_mail_to, subjects
from tests.make import make_author, make_moderator, make_post, make_publication, make_staff
from tests.make_comments import decide, make_comment

Status, QueueMail = Comment.Status, Preference.QueueMail
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
ANNA, BELA = "anna@example.org", "bela@example.org"


def make_listener(username: str, queue_mail: str) -> Any:
    user = make_moderator(username)
    Preference.objects.create(user=user, queue_mail=queue_mail)
    return user


def make_host(post: Post, username: str = "host") -> Any:
    """An author who moderates the comments on this post, and on no other."""
    user = make_staff(username, "Authors", HOSTS)
    Post.objects.filter(pk=post.pk).update(created_by=user)
    post.refresh_from_db()
    return user


class AtOnceTests:
    @pytest.mark.parametrize(
        ("wanted", "told"),
        [(QueueMail.IMMEDIATE, 3), (QueueMail.HOURLY, 1), (QueueMail.DAILY, 0), (QueueMail.OFF, 0)],
    )
    def test_each_hears_as_much_as_they_want(self, post: Post, wanted: str, told: int) -> None:
        make_listener("anna", wanted)
        for number in range(3):
            make_comment(post, Status.PENDING, now=NOW + number * MINUTE)
        assert len(mails_to(ANNA)) == told

    def test_who_begins_to_want_it_hears_of_the_next(self, client: Client, post: Post) -> None:
        client.force_login(make_moderator("anna"))
        make_comment(post, Status.PENDING, now=NOW)
        make_comment(post, Status.PENDING, now=NOW + MINUTE)
        before = len(mails_to(ANNA))
        client.post("/admin/comments/preference/", {"queue_mail": QueueMail.IMMEDIATE, "order": "oldest"})
        make_comment(post, Status.PENDING, now=NOW + 2 * MINUTE)
        assert len(mails_to(ANNA)) == before + 1

    def test_who_hears_of_each_hears_it_once(self, post: Post) -> None:
        make_listener("anna", QueueMail.IMMEDIATE)
        comment = make_comment(post, Status.PENDING, now=NOW)
        editing.change(comment.pk, comment.version, "Other words, still undecided.", NOW + MINUTE)
        assert len(mails_to(ANNA)) == 1

    def test_other_words_for_a_published_comment_wait_too(self, post: Post) -> None:
        make_moderator("anna")
        comment = make_comment(post, Status.APPROVED, now=NOW)
        editing.change(comment.pk, comment.version, "What I would rather have said.", NOW + HOUR)
        assert subjects(ANNA) == ["a comment waits", "other words wait for a moderator"]
        assert "What I would rather have said." in mails_to(ANNA)[1].message

    def test_a_host_hears_of_their_own_posts_only(self, post: Post) -> None:
        host = make_host(post)
        make_comment(make_post("Another harbor"), Status.PENDING, now=NOW)
        assert mails_to(host.email) == []
        make_comment(post, Status.PENDING, now=NOW)
        assert len(mails_to(host.email)) == 1, "nothing else waits for them, whatever waits for others"

    def test_who_becomes_a_host_hears_of_the_next(self, admin_client: Client, post: Post) -> None:
        ada = make_staff("ada", "Authors")
        Post.objects.filter(pk=post.pk).update(created_by=ada)
        post.refresh_from_db()
        make_comment(make_post("Another harbor"), Status.PENDING, now=NOW)
        page = f"/admin/auth/user/{ada.pk}/change/"
        fields = admin_client.get(page).context["adminform"].form.initial
        fields |= {"groups": [Group.objects.get(name=HOSTS).pk]}
        fields |= {"date_joined_0": "2026-01-01", "date_joined_1": "12:00"}
        typed = {name: value for name, value in fields.items() if value not in (None, "", [])}
        assert admin_client.post(page, typed).status_code == 302
        make_comment(post, Status.PENDING, now=NOW + MINUTE)
        assert len(mails_to(ada.email)) == 1

    def test_a_host_named_in_the_byline_hears_too(self, db: None) -> None:
        make_publication()
        host = make_staff("named", "Authors", HOSTS)
        make_comment(make_post(authors=[make_author(user=host)]), Status.PENDING, now=NOW)
        assert subjects(host.email)[-1] == "a comment waits"

    def test_an_author_without_the_right_hears_nothing_of_what_waits(self, post: Post) -> None:
        writer = make_staff("writer", "Authors")
        Post.objects.filter(pk=post.pk).update(created_by=writer)
        make_comment(post, Status.PENDING, now=NOW)
        assert mails_to(writer.email) == []

    def test_the_letter_has_two_bodies_and_leads_to_the_preferences(self, post: Post) -> None:
        make_moderator("anna")
        make_comment(post, Status.PENDING, now=NOW, body="Look <b>here</b> & there.")
        mail = only_mail_to(ANNA)
        assert "Look <b>here</b> & there." in mail.message
        assert "Look &lt;b&gt;here&lt;/b&gt; &amp; there." in mail.html_message
        for text in (mail.message, mail.html_message):
            assert "http://127.0.0.1:8000/admin/comments/preference/" in text
            assert "/comments/by-mail/" in text
        assert "List-Unsubscribe" not in mail.headers
        message = mail.email_message()
        assert [kind for _text, kind in message.alternatives] == ["text/html"]

    def test_what_a_reader_writes_is_never_a_template(self, post: Post) -> None:
        make_moderator("anna")
        make_comment(post, Status.PENDING, now=NOW, body="{% include 'admin/login.html' %} {{ publication }} {% oh")
        mail = only_mail_to(ANNA)
        assert "{% include 'admin/login.html' %} {{ publication }} {% oh" in mail.message


class DigestTests:
    def test_it_comes_an_hour_after_the_first_letter_if_more_came(self, post: Post) -> None:
        make_moderator("anna")
        make_comment(post, Status.PENDING, now=NOW)
        make_comment(post, Status.PENDING, now=NOW + 10 * MINUTE)
        notifications.remind(NOW + 59 * MINUTE)
        assert subjects(ANNA) == ["a comment waits"]
        notifications.remind(NOW + HOUR)
        assert subjects(ANNA) == ["a comment waits", "2 comments wait"]

    def test_it_is_one_an_hour_and_none_for_what_was_told(self, post: Post) -> None:
        make_moderator("anna")
        for number in range(4):
            make_comment(post, Status.PENDING, now=NOW + number * MINUTE)
        for minutes in range(60, 10 * 60, 7):
            notifications.remind(NOW + minutes * MINUTE)
        assert subjects(ANNA) == ["a comment waits", "4 comments wait"], "the queue did not move"
        make_comment(post, Status.PENDING, now=NOW + 10 * HOUR)
        notifications.remind(NOW + 10 * HOUR + MINUTE)
        assert subjects(ANNA)[2:] == ["5 comments wait"]

    def test_what_came_at_the_moment_of_a_digest_is_in_the_next(self, post: Post) -> None:
        """Its clock was read before the digest was written, and it was committed after."""
        make_moderator("anna")
        make_comment(post, Status.PENDING, now=NOW)
        make_comment(post, Status.PENDING, now=NOW + MINUTE)
        notifications.remind(NOW + HOUR)
        make_comment(post, Status.PENDING, now=NOW + HOUR - datetime.timedelta(seconds=5))
        notifications.remind(NOW + 2 * HOUR)
        assert subjects(ANNA)[1:] == ["2 comments wait", "3 comments wait"]

    def test_a_daily_one_comes_once_a_day_while_anything_waits(self, post: Post) -> None:
        make_listener("anna", QueueMail.DAILY)
        comment = make_comment(post, Status.PENDING, now=NOW)
        for hours in range(0, 23, 2):
            notifications.remind(NOW + hours * HOUR)
        assert subjects(ANNA) == ["one comment waits"]
        decide(comment, Status.APPROVED)
        notifications.remind(NOW + 30 * HOUR)
        assert subjects(ANNA) == ["one comment waits"]

    @pytest.mark.parametrize("wanted", [QueueMail.OFF, QueueMail.IMMEDIATE])
    def test_who_wants_none_gets_none(self, post: Post, wanted: str) -> None:
        make_listener("anna", wanted)
        make_comment(post, Status.SPAM, now=NOW, honeypot="x")
        comment = make_comment(post, Status.PENDING, now=NOW)
        before = len(mails_to(ANNA))
        notifications.remind(NOW + 5 * HOUR)
        assert len(mails_to(ANNA)) == before
        assert comment.waiting_since == NOW

    def test_it_lists_the_ten_oldest_with_links_and_the_oldest_age(self, post: Post) -> None:
        make_moderator("anna")
        comments = [
            make_comment(post, Status.PENDING, now=NOW + number * MINUTE, body=f"Remark <{number}> {'long ' * 100}")
            for number in range(12)
        ]
        notifications.remind(NOW + 2 * HOUR)
        mail = mails_to(ANNA)[1]
        for text in (mail.message, mail.html_message):
            assert "12 comments wait for a moderator, the oldest for 2\xa0hours" in text
            assert text.count("/comments/by-mail/") == 20
            for comment in comments[:10]:
                assert f"/admin/comments/comment/{comment.pk}/" in text
            assert f"/admin/comments/comment/{comments[10].pk}/" not in text
            assert "Rita" not in text
        assert "Remark <0>" in mail.message
        assert "Remark &lt;0&gt;" in mail.html_message
        assert "Remark <10>" not in mail.message
        assert len(mail.message) < 10_000

    def test_it_counts_no_further_than_is_worth_knowing(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(moderators, "COUNTED", 3)
        make_moderator("anna")
        for number in range(5):
            make_comment(post, Status.PENDING, now=NOW + number * MINUTE)
        notifications.remind(NOW + HOUR)
        assert subjects(ANNA)[1] == "more than 3 comments wait"

    def test_a_host_reads_of_their_own_posts_only(self, post: Post) -> None:
        host = make_host(post)
        other = make_post("Another harbor")
        make_comment(other, Status.PENDING, now=NOW, body="Not for the host.")
        make_comment(post, Status.PENDING, now=NOW, body="For the host.")
        make_comment(post, Status.PENDING, now=NOW + MINUTE, body="For the host too.")
        notifications.remind(NOW + HOUR)
        digest = mails_to(host.email)[1]
        assert digest.subject.endswith("2 comments wait")
        assert "For the host." in digest.message
        assert "Not for the host." not in digest.message

    def test_only_who_has_the_right_now_is_reminded(self, post: Post) -> None:
        left, moved, stays = (make_moderator(name) for name in ("left", "moved", "anna"))
        make_comment(post, Status.PENDING, now=NOW)
        make_comment(post, Status.PENDING, now=NOW + MINUTE)
        left.is_active = False
        left.save()
        moved.groups.clear()
        notifications.remind(NOW + HOUR)
        assert [len(mails_to(user.email)) for user in (left, moved, stays)] == [1, 1, 2]


class TooLongTests:
    def test_everybody_is_warned_after_a_day_and_again_after_two(self, post: Post) -> None:
        make_moderator("anna")
        make_listener("bela", QueueMail.IMMEDIATE)
        make_comment(post, Status.PENDING, now=NOW)
        for hours in range(1, 90, 3):
            notifications.remind(NOW + hours * HOUR)
        warned = [f"a comment has waited for more than {hours} hours" for hours in (24, 48)]
        assert subjects(ANNA) == ["a comment waits", *warned]
        assert subjects(BELA) == ["a comment waits", *warned]

    def test_a_worker_that_was_away_warns_once(self, post: Post) -> None:
        make_moderator("anna")
        make_comment(post, Status.PENDING, now=NOW)
        for minutes in range(3):
            notifications.remind(NOW + 50 * HOUR + minutes * MINUTE)
        assert subjects(ANNA)[1:] == ["a comment has waited for more than 48 hours"]

    def test_however_many_grow_old_it_is_one_a_day(self, post: Post) -> None:
        make_moderator("anna")
        comments = [make_comment(post, Status.PENDING, now=NOW + number * MINUTE) for number in range(5)]
        at = NOW + 25 * HOUR
        for comment in comments:
            notifications.remind(at)
            decide(comment, Status.APPROVED, now=at)
            at += MINUTE
        assert subjects(ANNA)[1:] == ["a comment has waited for more than 24 hours"]

    def test_who_wants_no_letters_gets_no_warning(self, post: Post) -> None:
        make_listener("anna", QueueMail.OFF)
        make_comment(post, Status.PENDING, now=NOW)
        notifications.remind(NOW + 50 * HOUR)
        assert mails_to(ANNA) == []


class ObjectionTests:
    def appealed(self, post: Post, by: Any) -> Comment:
        comment = make_comment(post, Status.PENDING, now=NOW)
        rejected = moderation.decide(comment.pk, comment.version, Status.REJECTED, by, NOW).comment
        Appeal.objects.create(comment=comment, at=NOW + HOUR, first_decided_by=by)
        Comment.objects.filter(pk=rejected.pk).update(waiting_since=NOW + HOUR)
        return moderation.present(comment.pk)

    def test_an_appeal_is_told_to_others_than_who_decided(self, post: Post) -> None:
        anna = make_moderator("anna")
        make_moderator("bela")
        notifications.appeal_made(self.appealed(post, anna), NOW + HOUR)
        assert "somebody asks you to look again" not in subjects(ANNA)
        assert subjects(BELA)[-1] == "somebody asks you to look again"
        letter = mails_to(BELA)[-1]
        assert "/comments/by-mail/" not in letter.message, "it is looked at at the desk"

    def test_where_nobody_else_is_there_the_first_one_hears(self, post: Post) -> None:
        anna = make_moderator("anna")
        comment = self.appealed(post, anna)
        notifications.appeal_made(comment, NOW + HOUR)
        notifications.appeal_made(comment, NOW + HOUR)
        assert subjects(ANNA).count("somebody asks you to look again") == 1

    def test_an_appeal_counts_as_waiting(self, post: Post) -> None:
        make_moderator("bela")
        self.appealed(post, make_moderator("anna"))
        notifications.remind(NOW + 30 * HOUR)
        assert subjects(BELA)[-1] == "a comment has waited for more than 24 hours"

    def test_a_report_is_told_once_until_it_is_answered(self, post: Post) -> None:
        make_moderator("anna")
        comment = make_comment(post, Status.APPROVED, now=NOW)

        def report(number: int) -> Report:
            made = Report.objects.create(comment=comment, ground="abusive", at=NOW, fingerprint=str(number))
            notifications.report_made(made, NOW)
            return made

        first, second = report(1), report(2)
        assert subjects(ANNA).count("a reader reports a published comment") == 1
        for answered in (first, second):
            Report.objects.filter(pk=answered.pk).update(result="kept", answered_at=NOW)
        report(3)
        assert subjects(ANNA).count("a reader reports a published comment") == 2
        assert "It attacks or threatens somebody" in mails_to(ANNA)[-1].message


class CrashTests:
    def test_killed_between_letter_and_mark_it_has_written_neither(
        self, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_moderator("anna")
        make_comment(post, Status.PENDING, now=NOW)
        make_comment(post, Status.PENDING, now=NOW + MINUTE)
        kill = {"now": True}
        write = letters.to_staff

        def killed(*given: Any) -> None:
            write(*given)
            if kill["now"]:
                raise KeyboardInterrupt

        monkeypatch.setattr(moderators, "to_staff", killed)
        with pytest.raises(KeyboardInterrupt):
            notifications.remind(NOW + HOUR)
        assert subjects(ANNA) == ["a comment waits"]
        kill["now"] = False
        notifications.remind(NOW + HOUR)
        notifications.remind(NOW + HOUR)
        assert subjects(ANNA) == ["a comment waits", "2 comments wait"]

    def test_the_worker_writes_and_sends_each_once(self, post: Post, mailoutbox: list[Any]) -> None:
        make_listener("anna", QueueMail.DAILY)
        make_comment(post, Status.PENDING)
        for _round in range(3):
            call_command("work", "--once")
        assert [message.subject for message in mailoutbox] == ["Asia Unbound: one comment waits"]
        assert Email.objects.get().status == STATUS.sent
        assert Notice.objects.count() == 1

    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_two_workers_at_once_write_one(self) -> None:
        make_publication()
        post = make_post()
        make_moderator("anna")
        make_comment(post, Status.PENDING, now=NOW)
        make_comment(post, Status.PENDING, now=NOW + MINUTE)
        together(*[lambda: notifications.remind(NOW + HOUR)] * 4)
        assert subjects(ANNA) == ["a comment waits", "2 comments wait"]

    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_of_several_that_come_at_once_to_an_empty_queue_one_is_the_first(self) -> None:
        make_publication()
        post = make_post()
        make_moderator("anna")
        make_comment(post, Status.SPAM, now=NOW, honeypot="x")
        together(
            *[lambda n=n: make_comment(post, Status.PENDING, now=NOW, email=f"r{n}@example.org") for n in range(4)]
        )
        assert Comment.objects.waiting().count() == 4
        assert subjects(ANNA) == ["a comment waits"]


def together(*acts: Any) -> None:
    """Do things in threads that begin at the same moment; what one of them raises is raised here."""
    gate = threading.Barrier(len(acts))
    raised: list[BaseException] = []

    def run(act: Any) -> None:
        try:
            gate.wait(10)
            act()
        except BaseException as error:
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert raised == []
