"""A moderator's own answer to a comment, published together with it in one step."""

import datetime
from typing import Any

from django.db import IntegrityError, transaction

from blog import pages
from comments import submission
from comments.models import Comment
from comments.moderation import Kind, Outcome, Said, decided, locked, shown_on
from comments.refusals import SaidAlready

Status = Comment.Status


def answer(
    comment_id: int, version: int, body: str, by: Any, now: datetime.datetime, note: str = "", *, batch: str = ""
) -> Outcome:
    """Publish the staff's answer to a comment, and the comment itself where it is not public yet: both, or neither.

    It is bound to the version shown, as a decision is: where that is another one by now, nothing happens (CONFLICT).
    The answer is submitted and decided like any other comment, also where comments are closed to readers. The same
    answer a second time is UNCHANGED; raises `SaidAlready` where it was said before and declined. `batch` names the
    step, for its undo. Raises Comment.DoesNotExist.
    """
    words = comment_id, version, body, by, now, Said(note=note, batch=batch)
    try:
        return _answered(*words)
    except IntegrityError:
        # Said at the same moment through the form under the post: now it is found there, and waits.
        return _answered(*words)


def _answered(comment_id: int, version: int, body: str, by: Any, now: datetime.datetime, said: Said) -> Outcome:
    with transaction.atomic():
        before = locked(comment_id)
        outcome = decided(before, version, Status.APPROVED, by, now, said)
        if outcome.kind == Kind.CONFLICT:
            return outcome
        written = locked(submission.answer(outcome.comment, body, by, now).pk)
        if written.status not in (Status.PENDING, Status.APPROVED):
            raise SaidAlready(written)
        published = decided(written, written.version, Status.APPROVED, by, now, said)
        pages.changed(*sorted({*shown_on(before, outcome.comment), *shown_on(written, published.comment)}))
    is_new = Kind.DONE in (outcome.kind, published.kind)
    return Outcome(Kind.DONE if is_new else Kind.UNCHANGED, outcome.comment, outcome.decision)
