"""What a commenter can do on the page that only they know: other words, taking back, asking again, being forgotten."""

import datetime
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from blog.models import Post
from comments import editing, moderation, objections
from comments.models import Appeal, Comment, Decision, Note, Reason, Thread
from tests.make import make_moderator, make_staff
from tests.make_comments import decide, make_comment, set_policy

Status, Act = Comment.Status, Decision.Act
SECOND = datetime.timedelta(seconds=1)


def send(client: Client, comment: Comment, act: str, version: int | None = None, **typed: Any) -> Any:
    typed = {"act": act, "version": comment.version if version is None else version} | typed
    answer = client.post(comment.get_absolute_url(), typed)
    comment.refresh_from_db()
    return answer


def public(client: Client, post: Post) -> str:
    return client.get(post.get_absolute_url()).content.decode()


class ChangeTests:
    def test_what_waits_is_changed_at_once(self, ours: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        answer = send(ours, comment, "change", body="Other words.\nOn two lines.")
        assert (answer.status_code, answer["Location"]) == (303, comment.get_absolute_url())
        assert answer["Cache-Control"] == "no-store, private"
        assert comment.body == "Other words.\nOn two lines."
        assert (comment.status, comment.proposed_body, comment.version) == (Status.PENDING, "", 2)
        assert comment.decisions.get().act == Act.CHANGE
        assert "Other words." not in public(ours, post)

    def test_other_words_for_a_published_one_wait_and_the_page_shows_both(self, ours: Client, post: Post) -> None:
        comment = make_comment(post, body="The old words.")
        send(ours, comment, "change", body="The new words.")
        assert (comment.status, comment.body, comment.proposed_body) == (
            Status.APPROVED, "The old words.", "The new words.",
        )  # fmt: skip
        page = ours.get(comment.get_absolute_url()).content.decode()
        assert page.index("The old words.") < page.index("Your new words wait") < page.index("The new words.")
        assert "Readers see the words above until a moderator has read these" in page
        assert "The old words." in (seen := public(ours, post))
        assert "The new words." not in seen

    def test_new_words_can_be_dropped_again(self, ours: Client, post: Post) -> None:
        comment = make_comment(post, body="The old words.")
        editing.change(comment.pk, comment.version, "The new words.", timezone.now() - 60 * SECOND)
        comment.refresh_from_db()
        send(ours, comment, "keep")
        assert (comment.body, comment.proposed_body, comment.waiting_since) == ("The old words.", "", None)

    def test_new_words_that_were_not_published_are_given_back_with_the_reason(self, ours: Client, post: Post) -> None:
        reason = Reason.objects.get(code="abusive")
        comment = make_comment(post, body="The old words.")
        editing.change(comment.pk, comment.version, "The new words.", timezone.now())
        comment.refresh_from_db()
        decide(comment, Status.REJECTED, reason=reason)
        page = ours.get(comment.get_absolute_url()).content.decode()
        assert "Your comment is published" in page
        assert "Your new words were not published" in page
        assert reason.words in page
        assert "The new words." in page

    def test_a_second_tap_changes_nothing_more(self, ours: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        send(ours, comment, "change", 1, body="Other words.")
        answer = send(ours, comment, "change", 1, body="Other words.")
        assert answer.status_code == 303
        assert comment.decisions.count() == 1

    def test_an_old_page_gets_the_text_back_beside_the_present_state(self, ours: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING, body="The old words.")
        decide(comment, Status.APPROVED)
        answer = send(ours, comment, "change", 1, body="What was typed meanwhile.")
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Your comment is published" in page
        assert "What was typed meanwhile." in page
        assert f'name="version" value="{comment.version}"' in page
        assert (comment.body, comment.proposed_body) == ("The old words.", "")

    @pytest.mark.parametrize("status", [Status.REJECTED, Status.WITHDRAWN])
    def test_what_was_declined_or_withdrawn_stays_so(self, ours: Client, post: Post, status: str) -> None:
        comment = make_comment(post, status)
        answer = send(ours, comment, "change", body="What was typed.")
        assert answer.status_code == 409
        assert "What was typed." in answer.content.decode()
        assert comment.status == status
        assert comment.body != "What was typed."

    def test_spam_is_changed_as_if_it_waited(self, ours: Client, post: Post) -> None:
        comment = decide(make_comment(post, Status.PENDING), Status.SPAM)
        assert send(ours, comment, "change", 1, body="Other words.").status_code == 303
        assert (comment.status, comment.body, comment.waiting_since) == (Status.SPAM, "Other words.", None)
        assert 'name="version" value="2"' in ours.get(comment.get_absolute_url()).content.decode()

    def test_too_fast_is_told_and_kept(self, ours: Client, post: Post) -> None:
        set_policy(seconds_between=60)
        comment = make_comment(post, Status.PENDING)
        send(ours, comment, "change", body="Other words.")
        answer = send(ours, comment, "change", body="Still others.")
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 61
        assert "Still others." in answer.content.decode()
        assert comment.body == "Other words."

    def test_what_was_said_already_is_not_said_twice(self, ours: Client, post: Post) -> None:
        long_ago = timezone.now() - 3600 * SECOND
        make_comment(post, body="The first.", email="rita@example.org", now=long_ago)
        second = make_comment(post, Status.PENDING, body="The second.", email="rita@example.org")
        answer = send(ours, second, "change", body="The first.")
        assert answer.status_code == 409
        assert "You have said this here before" in answer.content.decode()
        assert second.body == "The second."

    @pytest.mark.parametrize("body", ["", "  \n ", "x", "w" * 5_001, "a\x00b", "\u200b\u200b"])
    def test_words_are_judged_as_in_the_form(self, ours: Client, post: Post, body: str) -> None:
        comment = make_comment(post, Status.PENDING)
        before = comment.body
        answer = send(ours, comment, "change", body=body)
        assert answer.status_code == 422
        assert comment.body == before
        assert '<details id="change" open>' in answer.content.decode()

    def test_closed_comments_can_be_changed_while_they_wait(self, ours: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        Thread.objects.filter(post=post).update(mode="closed")
        Post.objects.filter(pk=post.pk).update(status="taken_down")
        assert send(ours, comment, "change", body="Other words.").status_code == 303
        assert comment.body == "Other words."


class WithdrawTests:
    @pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED, Status.SPAM])
    def test_it_is_taken_back(self, ours: Client, post: Post, status: str) -> None:
        comment = make_comment(post, status, body="Taken back.")
        version = 1 if status == Status.SPAM else comment.version
        assert send(ours, comment, "withdraw", version).status_code == 303
        assert comment.status == Status.WITHDRAWN
        assert "was taken back" in ours.get(comment.get_absolute_url()).content.decode()
        assert "Taken back." not in public(ours, post)

    def test_a_second_tap_finds_it_done(self, ours: Client, post: Post) -> None:
        comment = make_comment(post)
        send(ours, comment, "withdraw", 2)
        answer = send(ours, comment, "withdraw", 2)
        assert "was taken back" in answer.content.decode()
        assert comment.decisions.filter(act=Act.WITHDRAW).count() == 1

    def test_opening_the_page_does_nothing(self, ours: Client, post: Post) -> None:
        comment = make_comment(post)
        for path in ("", "?act=withdraw&version=2", "?act=forget"):
            ours.get(comment.get_absolute_url() + path)
        comment.refresh_from_db()
        assert (comment.status, comment.version) == (Status.APPROVED, 2)

    def test_a_page_that_is_too_old_withdraws_nothing(self, ours: Client, post: Post) -> None:
        comment = decide(make_comment(post, Status.PENDING), Status.APPROVED)
        assert send(ours, comment, "withdraw", 1).status_code == 409
        assert comment.status == Status.APPROVED

    def test_a_post_that_is_gone_holds_nothing_back(self, ours: Client, post: Post) -> None:
        comment = make_comment(post)
        Post.objects.filter(pk=post.pk).update(status="taken_down")
        assert send(ours, comment, "withdraw").status_code == 303
        assert comment.status == Status.WITHDRAWN


class AppealTests:
    def test_a_declined_comment_waits_once_more_for_another_moderator(self, ours: Client, post: Post) -> None:
        comment = make_comment(post, Status.REJECTED, body="Declined.")
        assert send(ours, comment, "appeal", words="It was meant kindly.").status_code == 303
        assert comment.status == Status.REJECTED
        assert comment.waits_for == Comment.Waits.APPEAL
        appeal = Appeal.objects.get()
        assert (appeal.words, appeal.first_decided_by) == ("It was meant kindly.", make_moderator())
        assert comment.decisions.order_by("-pk")[0].act == Act.APPEAL
        page = ours.get(comment.get_absolute_url()).content.decode()
        assert "You asked us to look again" in page
        assert 'value="appeal"' not in page
        assert "Declined." not in public(ours, post)

    def test_it_is_asked_once(self, ours: Client, post: Post) -> None:
        comment = make_comment(post, Status.REJECTED)
        send(ours, comment, "appeal")
        version = comment.version
        assert send(ours, comment, "appeal", words="Again.").status_code == 303
        assert comment.version == version
        assert Appeal.objects.get().words == ""

    def test_once_decided_it_cannot_be_asked_again(self, ours: Client, post: Post) -> None:
        reason = Reason.objects.get(code="off-topic")
        comment = make_comment(post, Status.REJECTED)
        send(ours, comment, "appeal")
        second = make_staff("second", "Moderators")
        moderation.decide(comment.pk, comment.version, Status.REJECTED, second, timezone.now(), reason)
        page = ours.get(comment.get_absolute_url()).content.decode()
        assert "You asked us to look again, and we did." in page
        assert reason.words in page
        comment.refresh_from_db()
        assert send(ours, comment, "appeal").status_code == 303
        assert comment.waiting_since is None

    def test_it_may_be_approved_then(self, ours: Client, post: Post) -> None:
        comment = make_comment(post, Status.REJECTED, body="Declined at first.")
        send(ours, comment, "appeal")
        decide(comment, Status.APPROVED)
        assert "Declined at first." in public(ours, post)

    @pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED, Status.SPAM, Status.WITHDRAWN])
    def test_only_what_was_declined_is_looked_at_again(self, ours: Client, post: Post, status: str) -> None:
        comment = make_comment(post, status)
        assert send(ours, comment, "appeal", words="Why?").status_code == 409
        assert not Appeal.objects.exists()
        assert comment.status == status

    def test_it_is_bound_to_what_was_seen(self, post: Post) -> None:
        comment = make_comment(post, Status.REJECTED)
        outcome = objections.appeal(comment.pk, comment.version - 1, "", timezone.now())
        assert outcome.kind == moderation.Kind.CONFLICT
        assert not Appeal.objects.exists()


class ForgetTests:
    def test_the_person_goes_and_the_page_with_them(self, ours: Client, post: Post) -> None:
        comment = make_comment(post, name="Rita Reader", body="Published words.")
        address = comment.get_absolute_url()
        answer = send(ours, comment, "forget")
        assert answer.status_code == 200
        assert "Nothing of you is kept here" in answer.content.decode()
        assert (comment.name, comment.email, comment.status) == ("Anonymous", "", Status.APPROVED)
        assert ours.get(address).status_code == 404
        seen = public(ours, post)
        assert "Published words." in seen
        assert "Rita" not in seen

    def test_what_waits_is_withdrawn_and_its_words_go(self, ours: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING, body="Nobody has read this.")
        send(ours, comment, "forget")
        assert (comment.status, comment.body, comment.waiting_since) == (Status.WITHDRAWN, "", None)

    def test_another_comment_of_theirs_stays(self, ours: Client, post: Post) -> None:
        other = make_comment(post, email="rita@example.org", now=timezone.now() - 3600 * SECOND)
        send(ours, make_comment(post, email="rita@example.org"), "forget")
        other.refresh_from_db()
        assert other.email == "rita@example.org"

    def test_an_old_page_forgets_nothing(self, ours: Client, post: Post) -> None:
        comment = decide(make_comment(post, Status.PENDING), Status.APPROVED)
        assert send(ours, comment, "forget", 1).status_code == 409
        assert comment.name == "Rita Reader"

    def test_what_was_typed_for_one_that_is_gone_comes_back(self, ours: Client, post: Post) -> None:
        address = make_comment(post, Status.PENDING).get_absolute_url()
        Comment.objects.update(token="another")
        answer = ours.post(address, {"act": "change", "version": "1", "body": "A late thought."})
        assert answer.status_code == 404
        assert "A late thought." in answer.content.decode()


class OwnDataTests:
    def test_it_is_a_file_with_all_that_is_kept(self, ours: Client, post: Post) -> None:
        comment = make_comment(post, name="Rita Reader", body="My words.", email="rita@example.org")
        answer = send(ours, comment, "download")
        assert "attachment" in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "no-store, private"
        assert answer.json()["text"] == "My words."
        assert answer.json()["email"] == "rita@example.org"

    def test_that_of_spam_looks_like_that_of_what_waits(self, ours: Client, post: Post) -> None:
        known = ("post", "link", "submitted", "email")
        copies = []
        for honeypot in ("", "x"):
            comment = make_comment(
                post, Status.SPAM if honeypot else Status.PENDING, body="My words.", honeypot=honeypot
            )
            moderator, now = make_moderator(), timezone.now()
            Note.objects.create(comment=comment, by=moderator, at=now, words="Is this a machine?")
            if not honeypot:
                for to in (Status.SPAM, Status.PENDING):
                    moderation.decide(comment.pk, moderation.present(comment.pk).version, to, moderator, now)
            copy = send(ours, comment, "download", 1).json()
            copies.append({name: value for name, value in copy.items() if name not in known})
        assert copies[0] == copies[1]
        assert (copies[1]["text"], copies[1]["status"]) == ("My words.", Status.PENDING)

    def test_for_all_of_an_address_a_letter_proves_it(self, ours: Client, post: Post, settings: Any) -> None:
        settings.MAIL_WORKS = True
        comment = make_comment(post, email="rita@example.org")
        assert send(ours, comment, "letter").status_code == 200
        letter = Email.objects.get(to="rita@example.org")
        assert "/comments/your-data/" in letter.message
        assert "rita" not in letter.message


class TakenTests:
    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
    @pytest.mark.parametrize("act", ["change", "keep", "withdraw", "appeal", "forget", "download", "letter"])
    def test_another_site_can_do_nothing(self, client: Client, post: Post, act: str, headers: dict[str, str]) -> None:
        comment = make_comment(post, Status.REJECTED if act == "appeal" else Status.PENDING)
        typed = {"act": act, "version": comment.version, "body": "From elsewhere.", "words": "From elsewhere."}
        answer = client.post(comment.get_absolute_url(), typed, headers=headers)
        before = comment.version
        comment.refresh_from_db()
        assert answer.status_code == 403
        assert comment.version == before
        assert act not in ("change", "appeal") or "From elsewhere." in answer.content.decode()
        assert not answer.cookies

    @pytest.mark.parametrize("version", ["", "0", "-1", "1abc", "9" * 30, "\x00", "1.5"])
    @pytest.mark.parametrize("act", ["change", "withdraw", "forget", "appeal"])
    def test_without_a_version_nothing_is_done(self, ours: Client, post: Post, act: str, version: str) -> None:
        comment = make_comment(post, Status.PENDING)
        answer = ours.post(comment.get_absolute_url(), {"act": act, "version": version, "body": "Typed."})
        comment.refresh_from_db()
        assert answer.status_code == 422
        assert comment.version == 1

    @pytest.mark.parametrize("act", ["change", "appeal", "withdraw"])
    def test_without_the_database_the_text_comes_back(
        self, ours: Client, post: Post, act: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        address = make_comment(post, Status.PENDING).get_absolute_url()
        typed = {"act": act, "version": "1", "body": "Kept <b>words</b>", "words": "Kept <b>words</b>"}
        with monkeypatch.context() as away:
            away.setattr(CursorWrapper, "execute", lambda *_: (_ for _ in ()).throw(OperationalError("away")))
            answer = ours.post(address, typed)
        page = answer.content.decode()
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert answer["Cache-Control"] == "no-store, private"
        assert f'name="act" value="{act}"' in page
        assert 'name="version" value="1"' in page
        assert act == "withdraw" or "Kept &lt;b&gt;words&lt;/b&gt;" in page

    def test_what_is_too_large_comes_back(self, ours: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        answer = send(ours, comment, "change", body="w" * 70_000)
        assert answer.status_code == 413
        assert "w" * 70_000 in answer.content.decode()
        assert send(ours, comment, "change", body="w" * 1_100_000).status_code == 413
        assert comment.version == 1

    def test_a_lone_surrogate_is_a_wrong_field(self, ours: Client, post: Post) -> None:
        comment = make_comment(post, Status.PENDING)
        sent = "act=change&version=1&body=a%ED%A0%80b"
        answer = ours.post(comment.get_absolute_url(), sent, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (303, 422)
        assert ours.get(comment.get_absolute_url()).status_code == 200
