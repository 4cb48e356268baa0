"""The one place where a comment comes to be and where its status changes: submit, decide, undo, withdraw."""

import datetime
import hashlib
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from blog import pages
from blog.models import Post
from comments import flood, markup, network, notifications, screening, threads
from comments.models import Comment, Decision, Policy, Reason, Thread
from comments.policy import closed_reason
from comments.refusals import BadParent, Closed, SaidAlready, TooFast

Status = Comment.Status
DECIDABLE = (Status.PENDING, Status.APPROVED, Status.REJECTED, Status.SPAM)


@dataclass(frozen=True)
class Words:
    """What was typed, its fields checked already."""

    name: str
    email: str
    body: str
    website: str = ""
    parent: int | None = None
    notify_decision: bool = False
    notify_replies: bool = False
    honeypot: str = ""
    seconds: float | None = None


@dataclass(frozen=True)
class Sender:
    """Who sent it: an account only where the request has shown that it comes from this site."""

    user: Any = None
    address: network.Address | None = None
    user_agent: str = ""


def submit(thread: Thread, policy: Policy, words: Words, sender: Sender, now: datetime.datetime) -> Comment:
    """Take a comment into the queue.

    The thread is that of a public post (`threads.of`), and size and fields were checked before. Whoever wrote it, it
    waits. Raises the first refusal, in this order: `Closed`, `BadParent`, `SaidAlready`, `TooFast`.
    """
    parent = _open(thread, words.parent, policy, now)
    print_ = fingerprint(thread.post, words, sender)
    try:
        signals = _screened(words, sender, policy, now)
    except TooFast:
        _refuse_said_already(print_)
        raise
    comment = _drawn(_written(thread), parent, words, sender, now)
    comment.fingerprint, comment.signals = print_, list(signals)
    if screening.is_spam(signals):
        comment.status, comment.waiting_since, comment.decided_at = Status.SPAM, None, now
    try:
        with transaction.atomic():
            comment.save(force_insert=True)
            if comment.status == Status.PENDING:
                notifications.comment_waits(comment, now)
    except IntegrityError:
        # Its fingerprint is the table's to compare: of copies sent at once, each comes here but one.
        _refuse_said_already(print_)
        raise
    return comment


def fingerprint(post: Post, words: Words, sender: Sender) -> str:
    """What makes two submissions the same: post, parent, person and words, white space apart."""
    if sender.user:
        person = f"account {sender.user.pk}"
    else:
        person = f"email {words.email.casefold()}" if words.email else f"name {words.name.casefold()}"
    text = re.sub(r"\s+", " ", words.body).strip()
    return hashlib.sha256("\x1f".join([str(post.pk), str(words.parent or 0), person, text]).encode()).hexdigest()


def text_hash(comment: Comment) -> str:
    return hashlib.sha256(comment.body.encode()).hexdigest()


def refuse_unless_open(thread: Thread, parent: int | None, policy: Policy, now: datetime.datetime) -> None:
    """Raise what would refuse any words at all (`Closed`, `BadParent`): to be said before a fault in a field is."""
    _open(thread, parent, policy, now)


def _open(thread: Thread, parent: int | None, policy: Policy, now: datetime.datetime) -> Comment | None:
    """The comment that is answered, if any."""
    if sentence := closed_reason(thread.post, thread, policy, now):
        raise Closed(sentence)
    if parent is None:
        return None
    found = Comment.objects.approved().filter(thread__post=thread.post, pk=parent).first()
    if found is None:
        raise BadParent
    return found


def _written(thread: Thread) -> Thread:
    return thread if thread.pk else Thread.objects.get_or_create(post=thread.post)[0]


def _refuse_said_already(print_: str) -> None:
    same = Comment.objects.filter(fingerprint=print_).exclude(status=Status.WITHDRAWN).select_related("thread__post")
    if comment := same.first():
        raise SaidAlready(comment)


def _screened(words: Words, sender: Sender, policy: Policy, now: datetime.datetime) -> list[screening.Signal]:
    """The signals of a submission; raises TooFast over the flood limit. Those who moderate have none."""
    from_network = 0
    if not (sender.user and sender.user.has_perm("comments.moderate_all")):
        flood.refuse_person(sender.user, words.email, policy, now)
        from_network = flood.refuse_network(sender.address, policy, now)
    return screening.look(
        honeypot=words.honeypot,
        seconds=words.seconds,
        from_network=from_network,
        noticed_from_network=policy.noticed_from_network,
    )


def _drawn(thread: Thread, parent: Comment | None, words: Words, sender: Sender, now: datetime.datetime) -> Comment:
    name, email = (_account_name(sender.user), sender.user.email) if sender.user else (words.name, words.email)
    return Comment(
        thread=thread,
        parent=parent,
        root_id=(parent.root_id or parent.pk) if parent else None,
        lineage=[*parent.lineage, parent.pk][: threads.LINEAGE_KEPT] if parent else [],
        user=sender.user,
        name=name,
        email=email,
        email_key=email.casefold(),
        website=words.website,
        ip_address=network.cut(sender.address),
        network_key=network.key(sender.address, timezone.localdate(now)),
        user_agent=sender.user_agent[:254],
        body=words.body,
        body_html=markup.to_html(words.body),
        status=Status.PENDING,
        waiting_since=now,
        notify_decision=words.notify_decision and bool(email),
        notify_replies=words.notify_replies and bool(email),
        submitted_at=now,
    )


def _account_name(user: Any) -> str:
    return str(user.get_full_name() or user.get_username())[:100]


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


def decide(
    comment_id: int,
    version: int,
    to: str,
    by: Any,
    now: datetime.datetime,
    reason: Reason | None = None,
    note: str = "",
) -> Outcome:
    """Move one comment to a status, if it is still as it was seen.

    `version` is the one shown to who decides. It is one conditional UPDATE: a comment that changed since is a
    CONFLICT and stays as it is; the same wish a second time is UNCHANGED, and nobody is told twice. Raises
    Comment.DoesNotExist, and ValueError for a status nobody can decide on.
    """
    if to not in DECIDABLE:
        raise ValueError(to)
    with transaction.atomic():
        before = Comment.objects.select_for_update(of=("self",)).select_related("thread__post").get(pk=comment_id)
        if before.version == version and before.status == to:
            return Outcome(Kind.UNCHANGED, before, last_decision(before))
        changes = _changes(before, to, now, before.submitted_at if to == Status.PENDING else None)
        if before.status == Status.WITHDRAWN or not _moved(before, version, changes):
            return _refused(before, version, to)
        decision = _recorded(before, to, by, now, reason=reason, note=note)
        notifications.comment_decided(before, decision, now)
        pages.changed(*_shown_on(before, to))
    return Outcome(Kind.DONE, _present(comment_id), decision)


def undo(comment_id: int, version: int, by: Any, now: datetime.datetime) -> Outcome:
    """Take back the last decision that stands on a comment; an undo is a decision of its own.

    It is bound to the version shown, as `decide` is, and the same undo a second time is UNCHANGED.
    """
    with transaction.atomic():
        before = Comment.objects.select_for_update(of=("self",)).select_related("thread__post").get(pk=comment_id)
        undone = _standing(before)
        is_gone = before.status == Status.WITHDRAWN
        if undone is None or is_gone or before.version != version or before.status != undone.to_status:
            return _not_undone(before, version)
        to = undone.from_status
        if not _moved(before, version, _changes(before, to, now, undone.waited_since)):
            return _not_undone(_present(comment_id), version)
        decision = _recorded(before, to, by, now, undoes=undone)
        standing = _standing(before)
        notifications.decision_undone(before, standing if standing and standing.to_status == to else None, now)
        pages.changed(*_shown_on(before, to))
    return Outcome(Kind.DONE, _present(comment_id), decision)


def withdraw(comment_id: int, version: int, now: datetime.datetime) -> Outcome:
    """Take a comment back for its commenter; it was theirs, so no moderator is asked."""
    with transaction.atomic():
        before = Comment.objects.select_for_update(of=("self",)).select_related("thread__post").get(pk=comment_id)
        if not _moved(before, version, _changes(before, Status.WITHDRAWN, now, None)):
            return Outcome(Kind.CONFLICT, _present(comment_id), last_decision(before))
        decision = _recorded(before, Status.WITHDRAWN, None, now)
        notifications.comment_withdrawn(before)
        pages.changed(*_shown_on(before, Status.WITHDRAWN))
    return Outcome(Kind.DONE, _present(comment_id), decision)


def _not_undone(present: Comment, version: int) -> Outcome:
    last = last_decision(present)
    is_same = last is not None and last.undoes_id and last.version == version and present.version == version + 1
    return Outcome(Kind.UNCHANGED if is_same else Kind.CONFLICT, present, last)


def _standing(comment: Comment) -> Decision | None:
    """The newest decision that nobody has undone."""
    return comment.decisions.filter(undoes__isnull=True, undone_by__isnull=True).order_by("-pk").first()


def last_decision(comment: Comment) -> Decision | None:
    return comment.decisions.select_related("by", "reason").order_by("-pk").first()


def _present(comment_id: int) -> Comment:
    return Comment.objects.select_related("thread__post").get(pk=comment_id)


def _changes(
    before: Comment, to: str, now: datetime.datetime, waiting_since: datetime.datetime | None
) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "status": to,
        "version": F("version") + 1,
        "waiting_since": (waiting_since or before.submitted_at) if to == Status.PENDING else None,
        "decided_at": None if to == Status.PENDING else now,
    }
    if to == Status.APPROVED and before.published_at is None:
        changes["published_at"] = now
    return changes


def _moved(before: Comment, version: int, changes: dict[str, Any]) -> bool:
    return bool(Comment.objects.filter(pk=before.pk, version=version, status=before.status).update(**changes))


def _refused(before: Comment, version: int, to: str) -> Outcome:
    """Somebody was first. If it was the same wish on the same version, nothing is wrong."""
    present, decision = _present(before.pk), last_decision(before)
    is_same = (
        decision is not None
        and decision.version == version
        and decision.to_status == to == present.status
        and present.version == version + 1
    )
    return Outcome(Kind.UNCHANGED if is_same else Kind.CONFLICT, present, decision)


def _recorded(before: Comment, to: str, by: Any, now: datetime.datetime, **more: Any) -> Decision:
    """Write the decision's row and keep the thread's counts, in the transaction that moved the comment."""
    _count(before, to)
    reason: Reason | None = more.get("reason")
    return Decision.objects.create(
        comment=before,
        at=now,
        by=by,
        from_status=before.status,
        to_status=to,
        words=reason.words if reason else "",
        version=before.version,
        text_hash=text_hash(before),
        waited_since=before.waiting_since,
        **more,
    )


def _step(before: Comment, to: str) -> int:
    """How many more comments can be read after a decision: one, none or one less."""
    return (to == Status.APPROVED) - (before.status == Status.APPROVED)


def _shown_on(before: Comment, to: str) -> list[str]:
    """What shows a decision: the pages of one post, and the lists that say how many comments it has."""
    post_id = before.thread.post_id
    return [f"thread:{post_id}", f"comment-count:{post_id}"] if _step(before, to) else []


def _count(before: Comment, to: str) -> None:
    step = _step(before, to)
    if not step:
        return
    root_id = before.root_id or before.pk
    Comment.objects.filter(pk=root_id).update(shown_count=F("shown_count") + step)
    # The row is ours until the transaction ends, so what is read here is what the update made.
    shown = Comment.objects.values_list("shown_count", flat=True).get(pk=root_id)
    roots = step if shown == max(step, 0) else 0
    Thread.objects.filter(pk=before.thread_id).update(
        approved_count=F("approved_count") + step, shown_roots=F("shown_roots") + roots
    )
