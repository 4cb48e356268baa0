"""What is said against a decision: a reader's report of a published comment, its commenter's "please look again"."""

import datetime
import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from comments import moderation, network, notifications, reports
from comments.earlier import TEN_MINUTES
from comments.models import Appeal, Comment, Decision, Reason, Report
from comments.moderation import Kind, Outcome, Said, last_decision, locked, move, present, text_hash
from comments.refusals import TooFast

Status, Act, Via, Result = Comment.Status, Decision.Act, Decision.Via, Report.Result
MOST_IN_TEN_MINUTES = 10


@dataclass(frozen=True)
class Complaint:
    """What was typed against a comment, its fields checked already. `is_machine`: what no person sees was filled in."""

    ground: str
    words: str = ""
    email: str = ""
    is_machine: bool = False


@dataclass(frozen=True)
class Seen:
    """What a moderator was shown of a reported comment: its version, and the ids and versions of its whole branch."""

    version: int
    branch: Sequence[tuple[int, int]] = ()


def appeal(comment_id: int, version: int, words: str, now: datetime.datetime) -> Outcome:
    """Let a declined comment wait once more, for another moderator than the one who declined it. Once only.

    The second time it is UNCHANGED; a comment that is not declined, or not as it was seen, is a CONFLICT.
    """
    with transaction.atomic():
        before = locked(comment_id)
        if Appeal.objects.filter(comment=before).exists():
            return Outcome(Kind.UNCHANGED, before, last_decision(before))
        if before.status != Status.REJECTED:
            return Outcome(Kind.CONFLICT, before, last_decision(before))
        declined = declining(before)
        decision = move(before, version, {"waiting_since": now}, Act.APPEAL, before.user, now, via=Via.OWN_PAGE)
        if decision is None:
            return Outcome(Kind.CONFLICT, present(comment_id), last_decision(before))
        first = declined.by if declined else None
        Appeal.objects.create(comment=before, words=words, at=now, first_decided_by=first)
        notifications.appeal_made(present(comment_id), now)
    return Outcome(Kind.DONE, present(comment_id), decision)


def declining(comment: Comment) -> Decision | None:
    """The decision by which a comment is declined now, whatever was asked or undone since."""
    standing = comment.decisions.filter(undoes__isnull=True, undone_by__isnull=True, act=Act.DECIDE)
    decision = standing.select_related("by").order_by("-pk").first()
    return decision if decision and decision.to_status == Status.REJECTED else None


def report(comment: Comment, said: Complaint, address: network.Address | None, now: datetime.datetime) -> Report:
    """Take a report of an approved comment; the same thing said twice is one report. Raises TooFast.

    What a machine sent is kept as answered already, so that it costs no moderator's time.
    """
    key = network.key(address, timezone.localdate(now))
    print_ = _fingerprint(comment, said, key)
    if earlier := Report.objects.filter(fingerprint=print_).first():
        return earlier
    _refuse_network(key, now)
    closed = {"result": Result.KEPT, "answered_at": now} if said.is_machine else {}
    with transaction.atomic():
        # Whoever answers the last report waits for this one, or this one for them.
        locked(comment.pk)
        made, is_new = Report.objects.get_or_create(
            fingerprint=print_,
            defaults={
                "comment": comment,
                "ground": said.ground,
                "words": said.words,
                "email": said.email,
                "email_key": said.email.casefold(),
                "ip_address": network.cut(address),
                "network_key": key,
                "at": now,
                **closed,
            },
        )
        if is_new and not said.is_machine:
            Comment.objects.filter(pk=comment.pk, reported_since__isnull=True).update(reported_since=now)
            notifications.report_made(made, now)
    return made


def answer_report(
    report_id: int, result: str, answer: str, by: Any, now: datetime.datetime, seen: Seen, reason: Reason | None = None
) -> Kind:
    """Answer a report: its comment stays, or is taken down, with its branch where `seen.branch` names that.

    It is bound to what was seen of the comment. Taking down answers every open report of it alike. Answered already is
    UNCHANGED. Raises Report.DoesNotExist.
    """
    reported = Report.objects.get(pk=report_id)
    with transaction.atomic():
        before = locked(reported.comment_id)
        open_ones = reports.waiting(before)
        if not open_ones.filter(pk=report_id).exists():
            return Kind.UNCHANGED
        if before.version != seen.version:
            return Kind.CONFLICT
        if result == Result.KEPT:
            open_ones = open_ones.filter(pk=report_id)
        elif before.status == Status.APPROVED and not _taken_down(before, seen, by, now, reason):
            return Kind.CONFLICT
        answered = list(open_ones.values_list("pk", flat=True))
        open_ones.update(result=result, answer=answer, answered_at=now, answered_by=by)
        for told in Report.objects.filter(pk__in=answered).select_related("comment__thread__post"):
            notifications.report_answered(told, now)
        reports.note_since(before)
    return Kind.DONE


def _taken_down(before: Comment, seen: Seen, by: Any, now: datetime.datetime, reason: Reason | None) -> bool:
    if not seen.branch:
        outcome = moderation.decide(before.pk, seen.version, Status.REJECTED, by, now, reason)
        if outcome.kind == Kind.DONE and before.waits_for == Comment.Waits.EDIT:
            # Only its other words were dropped: what was reported is what readers see.
            outcome = moderation.decide(before.pk, outcome.comment.version, Status.REJECTED, by, now, reason)
        return outcome.kind != Kind.CONFLICT
    said = Said(reason, batch=secrets.token_hex(16))
    try:
        moderation.take_down(before.pk, seen.branch, by, now, said)
    except moderation.BranchChanged:
        return False
    return True


def _fingerprint(comment: Comment, said: Complaint, key: str) -> str:
    """Who gave no address is known by the connection: what many say in the same few words are many reports."""
    text = re.sub(r"\s+", " ", said.words).strip()
    person = f"email {said.email.casefold()}" if said.email else f"network {key}"
    # What the comment says now: other words are another thing to report. A machine speaks for no person.
    parts = [str(comment.pk), person, said.ground, text, text_hash(comment.body), f"machine {said.is_machine}"]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _refuse_network(key: str, now: datetime.datetime) -> None:
    """Raise TooFast where one connection has reported a lot in ten minutes."""
    # What stands in its index is said too, for only then SQLite finds it.
    known = Report.objects.exclude(network_key="")
    recent = known.filter(network_key=key, at__range=(now - TEN_MINUTES, now))
    if recent[:MOST_IN_TEN_MINUTES].count() >= MOST_IN_TEN_MINUTES:
        raise TooFast(int(TEN_MINUTES.total_seconds()))
