"""Other words for a comment: its commenter's, which wait, and the staff's, which stand and are marked."""

import datetime
from typing import Any

from django.db import IntegrityError, transaction

from blog import pages
from comments import notifications
from comments.models import Comment, Decision
from comments.moderation import Kind, Outcome, last_decision, locked, move, present, status_changes, words_changes
from comments.submission import fingerprint, refuse_said_already, rescreened

Status, Act, Via = Comment.Status, Decision.Act, Decision.Via
# To its commenter, spam looks as if it waited.
CHANGEABLE = (Status.PENDING, Status.APPROVED, Status.SPAM)


def edit(comment_id: int, version: int, body: str, by: Any, now: datetime.datetime, note: str = "") -> Outcome:
    """Replace a comment's words for the staff; its status stays, and readers are told of it.

    Bound to the version shown, and undone as a decision is. The same words again are UNCHANGED.
    """
    with transaction.atomic():
        before = locked(comment_id)
        if before.body == body:
            return Outcome(Kind.UNCHANGED, before, last_decision(before))
        if before.status == Status.WITHDRAWN:
            return Outcome(Kind.CONFLICT, before, last_decision(before))
        changes = words_changes(body, before.proposed_body) | {"edited_at": now, "is_edited_by_staff": True}
        decision = move(before, version, changes, Act.EDIT, by, now, note=note)
        if decision is None:
            return Outcome(Kind.CONFLICT, present(comment_id), last_decision(before))
        after = present(comment_id)
        notifications.words_changed(after, now)
        if before.status == Status.APPROVED:
            pages.changed(f"thread:{before.thread.post_id}")
    return Outcome(Kind.DONE, after, decision)


def change(comment_id: int, version: int, body: str, now: datetime.datetime) -> Outcome:
    """Take a commenter's other words: at once while nobody has decided, else they wait beside the approved ones.

    A comment that was declined or withdrawn stays as it is (CONFLICT). Raises `SaidAlready` where the same person has
    said those words here in another comment. The machine looks at the other words as it did at the first.
    """
    # Before the transaction, so that nobody waits for it.
    screened = rescreened(present(comment_id), body, now)
    try:
        with transaction.atomic():
            before = locked(comment_id)
            if before.status not in CHANGEABLE:
                return Outcome(Kind.CONFLICT, before, last_decision(before))
            if body == (before.proposed_body or before.body):
                return Outcome(Kind.UNCHANGED, before, last_decision(before))
            print_ = fingerprint(before, body)
            changes = _waiting(before, body, now, print_) | screened
            decision = move(before, version, changes, *_who(before), now, via=Via.OWN_PAGE)
            if decision is None:
                return Outcome(Kind.CONFLICT, present(comment_id), last_decision(before))
            after = present(comment_id)
            if after.waiting_since:
                notifications.comment_waits(after, now)
    except IntegrityError:
        refuse_said_already(print_)
        raise
    return Outcome(Kind.DONE, after, decision)


def withdraw(comment_id: int, version: int, now: datetime.datetime) -> Outcome:
    """Take a comment back for its commenter; it was theirs, so no moderator is asked."""
    with transaction.atomic():
        before = locked(comment_id)
        changes = status_changes(before, Status.WITHDRAWN, now) | words_changes()
        decision = move(before, version, changes, Act.WITHDRAW, None, now, via=Via.OWN_PAGE)
        if decision is None:
            return Outcome(Kind.CONFLICT, present(comment_id), last_decision(before))
        notifications.comment_withdrawn(before)
        if before.status == Status.APPROVED:
            pages.changed(f"thread:{before.thread.post_id}", f"comment-count:{before.thread.post_id}")
    return Outcome(Kind.DONE, present(comment_id), decision)


def _waiting(before: Comment, body: str, now: datetime.datetime, print_: str) -> dict[str, Any]:
    if before.status != Status.APPROVED:
        return words_changes(body) | {"fingerprint": print_}
    if body == before.body:
        # Back to what is public already: nothing waits any more.
        return words_changes() | {"waiting_since": None}
    return words_changes(proposed=body) | {"waiting_since": before.waiting_since or now}


def _who(before: Comment) -> tuple[str, Any]:
    return (Act.PROPOSE if before.status == Status.APPROVED else Act.CHANGE), before.user
