"""Other words for a comment: its commenter's wait beside those that are public, the staff's stand and are marked."""

import datetime

import pytest
from django.utils import timezone

from blog.models import Post
from comments import earlier, editing, moderation, threads
from comments.models import Comment, Decision, Wording
from comments.moderation import Kind
from comments.refusals import SaidAlready
from tests.make import make_moderator
from tests.make_comments import decide, make_comment

Status, Act, Waits = Comment.Status, Decision.Act, Comment.Waits
NOW = timezone.now()
LATER = NOW + datetime.timedelta(minutes=5)
OLD, NEW = "The tide turns twice a day.", "The tide turns four times a day."


def approved(post: Post) -> Comment:
    return make_comment(post, body=OLD, now=NOW)


def proposed(post: Post) -> Comment:
    comment = approved(post)
    return editing.change(comment.pk, comment.version, NEW, LATER).comment


def public_words(post: Post) -> list[str]:
    page = threads.page(threads.of(post))
    return [node.comment.body_html for node in page.nodes if node.comment] if page else []


class ChangeTests:
    def test_words_that_nobody_has_decided_on_change_at_once(self, post: Post) -> None:
        comment = make_comment(post, Status.PENDING, body=OLD, now=NOW)
        outcome = editing.change(comment.pk, comment.version, NEW, LATER)
        assert outcome.kind == Kind.DONE
        assert (outcome.comment.body, outcome.comment.proposed_body) == (NEW, "")
        assert outcome.comment.body_html == f"<p>{NEW}</p>"
        assert (outcome.comment.status, outcome.comment.waiting_since) == (Status.PENDING, NOW)
        assert outcome.comment.version == comment.version + 1

    def test_a_decision_on_the_words_before_is_refused(self, post: Post) -> None:
        comment = make_comment(post, Status.PENDING, body=OLD, now=NOW)
        editing.change(comment.pk, comment.version, NEW, LATER)
        outcome = moderation.decide(comment.pk, comment.version, Status.APPROVED, make_moderator(), LATER)
        assert outcome.kind == Kind.CONFLICT
        assert outcome.comment.status == Status.PENDING
        assert public_words(post) == []

    def test_they_leave_a_row_by_nobody_of_the_staff(self, post: Post) -> None:
        comment = make_comment(post, Status.PENDING, body=OLD, now=NOW)
        editing.change(comment.pk, comment.version, NEW, LATER)
        decision = comment.decisions.get()
        assert (decision.act, decision.by, decision.via) == (Act.CHANGE, None, Decision.Via.OWN_PAGE)
        assert decision.text_hash == moderation.text_hash(OLD)

    def test_the_same_words_change_nothing(self, post: Post) -> None:
        comment = approved(post)
        outcome = editing.change(comment.pk, comment.version, OLD, LATER)
        assert outcome.kind == Kind.UNCHANGED
        assert Comment.objects.get().version == comment.version

    def test_what_the_same_person_said_here_already_is_refused(self, post: Post) -> None:
        make_comment(post, body=NEW, email="rita@example.org", now=NOW - datetime.timedelta(hours=1))
        comment = make_comment(post, Status.PENDING, body=OLD, email="rita@example.org", now=NOW)
        with pytest.raises(SaidAlready):
            editing.change(comment.pk, comment.version, NEW, LATER)
        comment.refresh_from_db()
        assert (comment.body, comment.version) == (OLD, 1)

    @pytest.mark.parametrize("status", [Status.REJECTED, Status.WITHDRAWN])
    def test_what_was_declined_or_withdrawn_stays(self, post: Post, status: str) -> None:
        comment = make_comment(post, status, body=OLD, now=NOW)
        outcome = editing.change(comment.pk, comment.version, NEW, LATER)
        assert outcome.kind == Kind.CONFLICT
        comment.refresh_from_db()
        assert (comment.status, comment.body, comment.proposed_body) == (status, OLD, "")


class ProposeTests:
    def test_the_approved_words_stay_public_while_the_others_wait(self, post: Post) -> None:
        comment = proposed(post)
        assert (comment.status, comment.body, comment.proposed_body) == (Status.APPROVED, OLD, NEW)
        assert (comment.waiting_since, comment.waits_for) == (LATER, Waits.EDIT)
        assert list(Comment.objects.waiting()) == [comment]
        assert public_words(post) == [f"<p>{OLD}</p>"]
        assert threads.of(post).approved_count == 1

    def test_approving_publishes_them(self, post: Post) -> None:
        comment = decide(proposed(post), Status.APPROVED, now=LATER)
        assert (comment.status, comment.body, comment.proposed_body) == (Status.APPROVED, NEW, "")
        assert comment.waiting_since is None
        assert (comment.edited_at, comment.is_edited_by_staff) == (LATER, False)
        assert public_words(post) == [f"<p>{NEW}</p>"]
        assert threads.of(post).approved_count == 1
        decision = comment.decisions.latest("pk")
        assert (decision.act, decision.text_hash) == (Act.PUBLISH_WORDS, moderation.text_hash(NEW))

    def test_what_is_said_now_is_found_when_it_is_said_elsewhere(self, post: Post) -> None:
        comment = proposed(post)
        assert earlier.words_key(NEW) != comment.words_key
        published = decide(comment, Status.APPROVED)
        assert published.words_key == earlier.words_key(NEW)
        undone = moderation.undo(comment.pk, published.version, make_moderator(), LATER)
        assert undone.comment.words_key == earlier.words_key(OLD)

    def test_rejecting_drops_them_and_leaves_the_comment_public(self, post: Post) -> None:
        comment = decide(proposed(post), Status.REJECTED, now=LATER)
        assert (comment.status, comment.body, comment.proposed_body) == (Status.APPROVED, OLD, "")
        assert (comment.waiting_since, comment.edited_at) == (None, None)
        assert public_words(post) == [f"<p>{OLD}</p>"]
        assert comment.decisions.latest("pk").act == Act.DECLINE_WORDS

    @pytest.mark.parametrize("to", [Status.APPROVED, Status.REJECTED])
    def test_the_same_decision_twice_is_taken_once(self, post: Post, to: str) -> None:
        comment = proposed(post)
        decide(comment, to, now=LATER)
        again = moderation.decide(comment.pk, comment.version, to, make_moderator(), LATER)
        assert again.kind == Kind.UNCHANGED
        assert comment.decisions.filter(act__in=[Act.PUBLISH_WORDS, Act.DECLINE_WORDS]).count() == 1

    @pytest.mark.parametrize("to", [Status.APPROVED, Status.REJECTED])
    def test_an_undo_brings_back_both_texts(self, post: Post, to: str) -> None:
        comment = decide(proposed(post), to, now=LATER)
        undone = moderation.undo(comment.pk, comment.version, make_moderator(), LATER).comment
        assert (undone.status, undone.body, undone.proposed_body) == (Status.APPROVED, OLD, NEW)
        assert (undone.waits_for, undone.waiting_since, undone.edited_at) == (Waits.EDIT, LATER, None)
        assert public_words(post) == [f"<p>{OLD}</p>"]

    def test_going_back_to_the_public_words_leaves_nothing_waiting(self, post: Post) -> None:
        comment = proposed(post)
        back = editing.change(comment.pk, comment.version, OLD, LATER).comment
        assert (back.proposed_body, back.waiting_since) == ("", None)
        assert list(Comment.objects.waiting()) == []

    def test_what_a_commenter_did_is_not_undone_by_the_staff(self, post: Post) -> None:
        comment = proposed(post)
        outcome = moderation.undo(comment.pk, comment.version, make_moderator(), LATER)
        assert outcome.kind == Kind.CONFLICT
        comment.refresh_from_db()
        assert (comment.proposed_body, comment.status) == (NEW, Status.APPROVED)

    def test_spam_takes_the_whole_comment(self, post: Post) -> None:
        comment = decide(proposed(post), Status.SPAM, now=LATER)
        assert (comment.status, comment.body, comment.proposed_body) == (Status.SPAM, OLD, "")
        assert public_words(post) == []


class EditTests:
    def test_the_status_stays_and_readers_are_told(self, post: Post) -> None:
        comment, mo = approved(post), make_moderator()
        edited = editing.edit(comment.pk, comment.version, NEW, mo, LATER, note="a typing error").comment
        assert (edited.status, edited.body, edited.edited_at) == (Status.APPROVED, NEW, LATER)
        assert edited.is_edited_by_staff
        assert public_words(post) == [f"<p>{NEW}</p>"]
        decision = comment.decisions.latest("pk")
        assert (decision.act, decision.by, decision.note) == (Act.EDIT, mo, "a typing error")

    def test_what_waits_goes_on_waiting(self, post: Post) -> None:
        comment = make_comment(post, Status.PENDING, body=OLD, now=NOW)
        edited = editing.edit(comment.pk, comment.version, NEW, make_moderator(), LATER).comment
        assert (edited.status, edited.waiting_since) == (Status.PENDING, NOW)
        assert public_words(post) == []

    def test_an_older_version_is_not_overwritten(self, post: Post) -> None:
        comment = make_comment(post, Status.PENDING, body=OLD, now=NOW)
        editing.change(comment.pk, comment.version, "Other words altogether.", LATER)
        outcome = editing.edit(comment.pk, comment.version, NEW, make_moderator(), LATER)
        assert outcome.kind == Kind.CONFLICT
        assert Comment.objects.get().body == "Other words altogether."
        assert not Wording.objects.filter(body="Other words altogether.").exists()

    def test_an_undo_brings_back_the_words_and_takes_away_the_mark(self, post: Post) -> None:
        comment = approved(post)
        edited = editing.edit(comment.pk, comment.version, NEW, make_moderator(), LATER).comment
        undone = moderation.undo(edited.pk, edited.version, make_moderator(), LATER).comment
        assert (undone.body, undone.edited_at, undone.is_edited_by_staff) == (OLD, None, False)
        assert public_words(post) == [f"<p>{OLD}</p>"]
