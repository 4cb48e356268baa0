"""The one place where a comment comes to be. Whoever wrote it, it waits."""

import datetime
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.accounts import name_of
from comments import access, earlier, evidence, flood, markup, network, notifications, screening, threads
from comments.earlier import Earlier
from comments.models import Comment, Policy, Thread
from comments.policy import closed_reason
from comments.refusals import BadParent, Closed, SaidAlready, TooFast

Status = Comment.Status
LONGEST_NAME = 100


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
    comment = _drawn(_written(thread), parent, words, sender, now)
    comment.fingerprint = fingerprint(comment, words.body)
    before = Earlier() if _moderates(sender.user) else earlier.than(comment, now, policy)
    try:
        flood.refuse(before, policy, now)
    except TooFast:
        refuse_said_already(comment.fingerprint)
        raise
    comment.signals, comment.outlook = _looked_at(
        comment,
        before,
        now,
        honeypot=words.honeypot,
        seconds=words.seconds,
        from_network=before.over_connection,
        noticed_from_network=policy.noticed_from_network,
    )
    if screening.is_spam(comment.signals):
        comment.status, comment.waiting_since, comment.decided_at = Status.SPAM, None, now
    try:
        with transaction.atomic():
            comment.save(force_insert=True)
            if comment.status == Status.PENDING:
                notifications.comment_received(comment, now)
    except IntegrityError:
        # Its fingerprint is the table's to compare: of copies sent at once, each comes here but one.
        refuse_said_already(comment.fingerprint)
        raise
    return comment


def answer(comment: Comment, body: str, by: Any, now: datetime.datetime) -> Comment:
    """Take the staff's own answer to an approved comment, also where comments are closed to readers.

    To be called inside a transaction that decides about it too: nobody is told that it waits. Where the same was said
    before, that is returned, as it stands.
    """
    words = Words(name="", email="", body=body, parent=comment.pk)
    sender = Sender(user=by)
    drawn = _drawn(comment.thread, comment, words, sender, now)
    drawn.fingerprint = fingerprint(drawn, body)
    said = Comment.objects.filter(fingerprint=drawn.fingerprint).exclude(status=Status.WITHDRAWN).first()
    if said is None:
        drawn.save(force_insert=True)
    return said or drawn


def fingerprint(comment: Comment, body: str) -> str:
    """What makes two submissions the same: post, parent, person and words, white space apart."""
    if comment.user:
        person = f"account {comment.user.pk}"
    elif comment.email:
        person = f"email {comment.email_key}"
    else:
        # Many are called Anonymous; those over one connection are taken for one.
        person = f"name {comment.name.casefold()} {comment.network_key}"
    text = re.sub(r"\s+", " ", body).strip()
    parts = [str(comment.thread.post_id), str(comment.parent_id or 0), person, text]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def is_surely_whose(comment: Comment, sender: Sender, now: datetime.datetime) -> bool:
    """Whether nobody but its writer can have sent the words of a comment once more.

    What was never public nobody else has read; but a few words are guessed, and by whom tells the connection.
    """
    if comment.published_at:
        return False
    key = network.key(sender.address, timezone.localdate(now))
    return comment.words_key is not None or comment.network_key == key


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


def refuse_said_already(print_: str) -> None:
    same = Comment.objects.filter(fingerprint=print_).exclude(status=Status.WITHDRAWN).select_related("thread__post")
    if comment := same.first():
        raise SaidAlready(comment)


def rescreened(comment: Comment, body: str, now: datetime.datetime) -> dict[str, Any]:
    """The columns that another look at a stored comment sets, at other words of its commenter's."""
    comment.body, comment.body_html = body, markup.to_html(body)
    how_sent = [signal for signal in comment.signals if signal["code"] in screening.OF_SENDING]
    comment.words_key = earlier.words_key(body)
    before = Earlier() if _moderates(comment.user) else earlier.than(comment, now, Policy.objects.current())
    signals, outlook = _looked_at(comment, before, now, known=how_sent)
    return {"signals": signals, "outlook": outlook}


def _looked_at(
    comment: Comment,
    before: Earlier,
    now: datetime.datetime,
    known: Iterable[screening.Signal] = (),
    **of_sending: Any,
) -> tuple[list[screening.Signal], int]:
    """Its signals, with those that are known already, and how it looks."""
    is_ours = _moderates(comment.user)
    # Of those who moderate nothing is asked but how it was sent.
    seen = screening.Seen(comment.body, **of_sending) if is_ours else evidence.about(comment, before, now, **of_sending)
    signals = [*known, *screening.look(seen)]
    return signals, screening.outlook(signals, seen.probability)


def _moderates(user: Any) -> bool:
    return bool(user and user.has_perm(access.ALL))


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
        words_key=earlier.words_key(words.body),
        status=Status.PENDING,
        waiting_since=now,
        notify_decision=words.notify_decision and bool(email),
        notify_replies=words.notify_replies and bool(email),
        submitted_at=now,
    )


def _account_name(user: Any) -> str:
    """What readers see of a member of the staff; whoever's only name is an address is not called by that."""
    name = name_of(user)
    return (_("Editorial staff") if "@" in name else name)[:LONGEST_NAME]
