"""The one place where a comment's status changes: decide, take down with its branch, undo.

Every act is bound to the version that was seen, and is one conditional UPDATE with one row of the record.
"""

import datetime
import hashlib
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import transaction
from django.db.models import F

from blog import pages
from comments import leases, markup, notifications, reports
from comments.earlier import words_key
from comments.models import Comment, Decision, Reason, Thread, Wording

Status, Act, Via = Comment.Status, Decision.Act, Decision.Via
DECIDABLE = (Status.PENDING, Status.APPROVED, Status.REJECTED, Status.SPAM)
# What the staff did, and may take back; what a commenter did is theirs.
UNDOABLE = (Act.DECIDE, Act.PUBLISH_WORDS, Act.DECLINE_WORDS, Act.EDIT)
WORDINGS = ("body", "proposed_body", "edited_at", "is_edited_by_staff")


class Kind(Enum):
    DONE = "done"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Outcome:
    """What became of a wish to decide.

    `comment` is the row as it now is; `decision` the one that made it so, ours or a colleague's, if there was one.
    """

    kind: Kind
    comment: Comment
    decision: Decision | None


@dataclass(frozen=True)
class Said:
    """What goes into the record along with a decision."""

    reason: Reason | None = None
    note: str = ""
    # The name of the step in which it was taken, with others.
    batch: str = ""
    via: str = Via.DESK


class BranchChanged(Exception):
    """A branch is not what was shown: somebody answered, or decided, meanwhile."""


def decide(
    comment_id: int,
    version: int,
    to: str,
    by: Any,
    now: datetime.datetime,
    reason: Reason | None = None,
    note: str = "",
    *,
    batch: str = "",
    via: str = Via.DESK,
) -> Outcome:
    """Answer what a comment asks, or move it to another status, if it is still as it was seen.

    `version` is the one shown to who decides. It is one conditional UPDATE: a comment that changed since is a
    CONFLICT and stays as it is; the same wish a second time is UNCHANGED, and nobody is told twice. Where other words
    wait for an approved comment, approving publishes them and rejecting drops them; the comment stays approved.
    Raises Comment.DoesNotExist, and ValueError for a status nobody can decide on.
    """
    if to not in DECIDABLE:
        raise ValueError(to)
    with transaction.atomic():
        before = locked(comment_id)
        outcome = decided(before, version, to, by, now, Said(reason, note, batch, via))
        if outcome.kind == Kind.DONE:
            pages.changed(*shown_on(before, outcome.comment))
    return outcome


def take_down(
    comment_id: int, shown: Iterable[tuple[int, int]], by: Any, now: datetime.datetime, said: Said
) -> list[Outcome]:
    """Take an approved comment and all approved ones below it out of public, in one step, or nothing of it.

    `shown` are the ids and versions of the whole branch as it was seen. `said.batch` names the step, for its undo.
    Raises BranchChanged where the branch is another one by now, and Comment.DoesNotExist.
    """
    with transaction.atomic():
        top = locked(comment_id)
        if set(shown) != {(comment.pk, comment.version) for comment in branch(top)}:
            raise BranchChanged
        notifications.several_to_be_decided(branch(top))
        outcomes: list[Outcome] = []
        tags: set[str] = set()
        for comment in branch(top):
            before = locked(comment.pk)
            outcomes.append(_decide_whole(before, comment.version, Status.REJECTED, by, now, said))
            if outcomes[-1].kind != Kind.DONE:
                raise BranchChanged
            tags.update(shown_on(before, outcomes[-1].comment))
        pages.changed(*sorted(tags))
    return outcomes


def branch(top: Comment) -> list[Comment]:
    """The approved comments of a branch, its top first, then by age; what hangs below one that is not approved, too."""
    tree = Comment.objects.filter(root_id=top.root_id or top.pk).order_by("pk")
    within, found = {top.pk}, [top] if top.status == Status.APPROVED else []
    for comment in tree.only("pk", "parent_id", "status", "version"):
        # A reply is always younger than what it answers.
        if comment.parent_id in within:
            within.add(comment.pk)
            found += [comment] if comment.status == Status.APPROVED else []
    return found


def undo(comment_id: int, version: int, by: Any, now: datetime.datetime, *, via: str = Via.DESK) -> Outcome:
    """Take back the staff's last act that stands on a comment, words and all; an undo is an act of its own.

    It is bound to the version shown, as `decide` is, and the same undo a second time is UNCHANGED.
    """
    with transaction.atomic():
        before = locked(comment_id)
        undone = _standing(before)
        if undone is None or undone.act not in UNDOABLE or before.status != undone.to_status:
            return _not_undone(before, version)
        changes = status_changes(before, undone.from_status, now, undone.waited_since) | _earlier_words(undone)
        decision = move(before, version, changes, Act.UNDO, by, now, undoes=undone, via=via)
        if decision is None:
            return _not_undone(present(comment_id), version)
        after = present(comment_id)
        notifications.decision_undone(before, undone, after, now)
        reports.reopen(undone)
        pages.changed(*shown_on(before, after))
    return Outcome(Kind.DONE, after, decision)


def undo_batch(batch: str, by: Any, now: datetime.datetime) -> list[Outcome]:
    """Take back what was decided in one step, comment by comment; what changed since is a CONFLICT and stays."""
    decided = Decision.objects.filter(batch=batch).order_by("pk").values_list("comment_id", "version") if batch else []
    return [undo(pk, version + 1, by, now) for pk, version in decided]


def locked(comment_id: int) -> Comment:
    """The row, ours until the transaction ends. Raises Comment.DoesNotExist.

    The root of its conversation, which counts it, comes before it, and who locks several goes from older to younger:
    so of two who act on one conversation, one waits for the other, and never each for the other. Who replies to it
    waits for nobody.
    """
    ours = Comment.objects.select_for_update(of=("self",), no_key=True)
    list(ours.filter(pk__in=Comment.objects.filter(pk=comment_id).values("root")).values_list("pk"))
    return ours.select_related("thread__post").get(pk=comment_id)


def present(comment_id: int) -> Comment:
    return Comment.objects.select_related("thread__post").get(pk=comment_id)


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def last_decision(comment: Comment) -> Decision | None:
    return comment.decisions.select_related("by", "reason").order_by("-pk").first()


def status_changes(
    before: Comment, to: str, now: datetime.datetime, waiting_since: datetime.datetime | None = None
) -> dict[str, Any]:
    """The columns of a move to a status; what is pending always waits."""
    if to == Status.PENDING:
        return {"status": to, "waiting_since": waiting_since or before.submitted_at, "decided_at": None}
    changes = {"status": to, "waiting_since": waiting_since, "decided_at": now}
    if to == Status.APPROVED and before.published_at is None:
        changes["published_at"] = now
    return changes


def words_changes(body: str = "", proposed: str = "") -> dict[str, Any]:
    """The columns of other words: those that stand, if any are given, and those that wait."""
    changes: dict[str, Any] = {"proposed_body": proposed, "proposed_html": markup.to_html(proposed) if proposed else ""}
    if body:
        changes |= {"body": body, "body_html": markup.to_html(body), "words_key": words_key(body)}
    return changes


def move(
    before: Comment, version: int, changes: dict[str, Any], act: str, by: Any, now: datetime.datetime, **more: Any
) -> Decision | None:
    """Change one comment if its version still is the one that was seen, with one row of the record.

    To be called inside a transaction with a `locked` row, by the modules that act on a comment. `changes` are the
    columns to be set; words that they replace are kept for an undo; the counts of the thread follow the status, and
    what waits no more is in nobody's hands. `more` are other fields of the record's row. Returns that row, or None
    where the version is another one by now.
    """
    to = changes.get("status", before.status)
    moved = Comment.objects.filter(pk=before.pk, version=version, status=before.status)
    if not moved.update(version=F("version") + 1, **changes, **_own_count(before, to)):
        return None
    if not changes.keys().isdisjoint(WORDINGS):
        kept = {name: getattr(before, name) for name in WORDINGS}
        Wording.objects.create(comment=before, version=before.version, **kept)
    _count(before, to)
    if before.waiting_since and not changes.get("waiting_since", before.waiting_since):
        leases.let_go(before)
    reason: Reason | None = more.get("reason")
    return Decision.objects.create(
        comment=before,
        act=act,
        at=now,
        by=by,
        from_status=before.status,
        to_status=to,
        words=reason.words if reason else "",
        version=before.version,
        text_hash=text_hash(before.proposed_body or before.body),
        waited_since=before.waiting_since,
        **more,
    )


def decided(before: Comment, version: int, to: str, by: Any, now: datetime.datetime, said: Said) -> Outcome:
    """One `locked` row of a transaction decided, by an act of several; who calls it announces what is `shown_on`.

    Other words that wait are published or dropped; all else concerns the comment as a whole.
    """
    if before.waits_for != Comment.Waits.EDIT or to not in (Status.APPROVED, Status.REJECTED):
        return _decide_whole(before, version, to, by, now, said)
    if to == Status.APPROVED:
        act = Act.PUBLISH_WORDS
        changes = words_changes(before.proposed_body) | {"edited_at": now, "is_edited_by_staff": False}
    else:
        act, changes = Act.DECLINE_WORDS, words_changes()
    changes |= {"waiting_since": None, "decided_at": now}
    return _acted(before, version, to, act, changes, by, now, said)


def _decide_whole(before: Comment, version: int, to: str, by: Any, now: datetime.datetime, said: Said) -> Outcome:
    is_asked = before.waiting_since and to != Status.PENDING
    if before.version == version and before.status == to and not is_asked:
        return Outcome(Kind.UNCHANGED, before, last_decision(before))
    if before.status == Status.WITHDRAWN:
        return _refused(before, version, to)
    changes = status_changes(before, to, now) | (words_changes() if before.proposed_body else {})
    return _acted(before, version, to, Act.DECIDE, changes, by, now, said)


def _acted(
    before: Comment,
    version: int,
    to: str,
    act: str,
    changes: dict[str, Any],
    by: Any,
    now: datetime.datetime,
    said: Said,
) -> Outcome:
    decision = move(before, version, changes, act, by, now, **vars(said))
    if decision is None:
        return _refused(before, version, to)
    notifications.comment_decided(before, decision, now)
    # Not read again: the row is ours, and this is what was written.
    after = copy(before)
    for name, value in (changes | {"version": before.version + 1}).items():
        setattr(after, name, value)
    after.shown_count += _step(before, to) if before.root_id is None else 0
    if act == Act.PUBLISH_WORDS:
        notifications.words_changed(after, now)
    return Outcome(Kind.DONE, after, decision)


def _refused(before: Comment, version: int, to: str) -> Outcome:
    """Somebody was first. If it was the same wish on the same version, nothing is wrong."""
    after, decision = present(before.pk), last_decision(before)
    is_same = (
        decision is not None
        and decision.act in (Act.DECIDE, Act.PUBLISH_WORDS, Act.DECLINE_WORDS)
        and decision.version == version
        and after.version == version + 1
        and to == (Status.REJECTED if decision.act == Act.DECLINE_WORDS else decision.to_status)
    )
    return Outcome(Kind.UNCHANGED if is_same else Kind.CONFLICT, after, decision)


def _not_undone(after: Comment, version: int) -> Outcome:
    last = last_decision(after)
    is_same = last is not None and last.undoes_id and last.version == version and after.version == version + 1
    return Outcome(Kind.UNCHANGED if is_same else Kind.CONFLICT, after, last)


def _standing(comment: Comment) -> Decision | None:
    """The newest act that nobody has undone."""
    return comment.decisions.filter(undoes__isnull=True, undone_by__isnull=True).order_by("-pk").first()


def _earlier_words(undone: Decision) -> dict[str, Any]:
    """What a comment said before an act that changed its words."""
    earlier = Wording.objects.filter(comment=undone.comment_id, version=undone.version).first()
    if earlier is None:
        return {}
    marks = {"edited_at": earlier.edited_at, "is_edited_by_staff": earlier.is_edited_by_staff}
    return words_changes(earlier.body, earlier.proposed_body) | marks


def shown_on(before: Comment, after: Comment) -> list[str]:
    """What shows a change: the pages of one post, and the lists that say how many comments it has."""
    post_id = before.thread.post_id
    if _step(before, after.status):
        return [f"thread:{post_id}", f"comment-count:{post_id}"]
    is_seen = after.status == Status.APPROVED and (after.body, after.edited_at) != (before.body, before.edited_at)
    return [f"thread:{post_id}"] if is_seen else []


def _step(before: Comment, to: str) -> int:
    """How many more comments can be read after a change: one, none or one less."""
    return (to == Status.APPROVED) - (before.status == Status.APPROVED)


def _own_count(before: Comment, to: str) -> dict[str, Any]:
    """The column that says how many of a thread can be read, which its first comment has."""
    step = _step(before, to)
    return {"shown_count": F("shown_count") + step} if step and before.root_id is None else {}


def _count(before: Comment, to: str) -> None:
    step = _step(before, to)
    if not step:
        return
    # The first comment's row is ours until the transaction ends: locked, or updated here and then read.
    shown = before.shown_count + step
    if before.root_id:
        first = Comment.objects.filter(pk=before.root_id)
        first.update(shown_count=F("shown_count") + step)
        shown = first.values_list("shown_count", flat=True).get()
    roots = step if shown == max(step, 0) else 0
    Thread.objects.filter(pk=before.thread_id).update(
        approved_count=F("approved_count") + step, shown_roots=F("shown_roots") + roots
    )
