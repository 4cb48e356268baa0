"""What a moderator wants to know about a comment beside its words, for a whole page of them at once."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import NullIf
from django.utils.safestring import SafeString

from comments import access, markup
from comments.models import Appeal, Comment, Decision, Lease, Note, Report, Thread

Status, Waits = Comment.Status, Comment.Waits
LATEST_OF_A_PERSON = 100
MOST_BESIDE = 100


class _Among(Subquery):
    """How many of the latest comments of one person have a status: a busy one costs no more than a new one."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) latest WHERE latest.status = %%s)"
    output_field = IntegerField()

    def __init__(self, queryset: QuerySet[Any, Any], status: str) -> None:
        super().__init__(queryset)
        self.status = status

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        sql, params = super().as_sql(*args, **kwargs)
        return sql, (*params, self.status)


class _HowMany(Subquery):
    """How many rows a subquery with a limit has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) few)"
    output_field = IntegerField()


@dataclass(frozen=True)
class History:
    """What became of a writer's other comments, of the latest hundred, and when the first of all came."""

    approved: int = 0
    declined: int = 0
    spam: int = 0
    since: datetime.datetime | None = None


@dataclass
class Surroundings:
    """What stands around one comment, for one moderator."""

    # Others that wait: under the same post, and by the same person; a hundred at most.
    beside: int = 0
    by_same: int = 0
    lease: Lease | None = None
    is_yours: bool = False
    notes: list[Note] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    appeal: Appeal | None = None
    # By whom, why and when it was first declined, where its commenter asks to look again.
    declined: Decision | None = None
    is_own_refusal: bool = False
    # The published words and those proposed in their place, as one text with the difference marked.
    difference: SafeString | str = ""


def histories(comments: Iterable[Comment]) -> dict[int, History]:
    """By the comments' ids. Those without an address are many persons, and have none."""
    ids = [comment.pk for comment in comments]
    others = _others_of_same()
    latest = others.order_by("-submitted_at").values("status")[:LATEST_OF_A_PERSON]
    counted = Comment.objects.filter(pk__in=ids).annotate(
        approved=_Among(latest, Status.APPROVED),
        declined=_Among(latest, Status.REJECTED),
        spam=_Among(latest, Status.SPAM),
        since=Subquery(others.order_by("submitted_at").values("submitted_at")[:1]),
    )
    return {pk: History(*row) for pk, *row in counted.values_list("pk", "approved", "declined", "spam", "since")}


def around(comments: list[Comment], user: Any, now: datetime.datetime) -> dict[int, Surroundings]:
    """By the comments' ids, in a number of queries that does not depend on how many there are."""
    found = {comment.pk: Surroundings() for comment in comments}
    _count_others(comments, user, found)
    for lease in Lease.objects.filter(comment__in=found, until__gt=now).select_related("moderator"):
        found[lease.comment_id].lease = lease
        found[lease.comment_id].is_yours = lease.moderator_id == user.pk
    for note in Note.objects.filter(comment__in=found).select_related("by"):
        found[note.comment_id].notes.append(note)
    for report in Report.objects.filter(comment__in=found, answered_at__isnull=True).order_by("pk"):
        found[report.comment_id].reports.append(report)
    _add_appeals([comment.pk for comment in comments if comment.waits_for == Waits.APPEAL], user, found)
    for comment in comments:
        if comment.waits_for == Waits.EDIT:
            found[comment.pk].difference = markup.difference(comment.body, comment.proposed_body)
    return found


def _count_others(comments: list[Comment], user: Any, found: dict[int, Surroundings]) -> None:
    waiting = Comment.objects.filter(waiting_since__isnull=False)
    beside = waiting.filter(thread=OuterRef("pk")).values("pk")[: MOST_BESIDE + 1]
    threads = Thread.objects.filter(pk__in={comment.thread_id for comment in comments})
    counted = dict(threads.values_list("pk", _HowMany(beside)))
    latest = access.visible(user, _others_of_same()).order_by("-submitted_at").values("status")[:LATEST_OF_A_PERSON]
    by_same = dict(Comment.objects.filter(pk__in=found).values_list("pk", _Among(latest, Status.PENDING)))
    for comment in comments:
        found[comment.pk].beside = max(0, counted[comment.thread_id] - bool(comment.waiting_since))
        found[comment.pk].by_same = by_same[comment.pk]


def _others_of_same() -> QuerySet[Comment]:
    """The other comments of the same address, within a query about comments."""
    # A null finds none of those without an address, where "" would read them all.
    return Comment.objects.filter(email_key=NullIf(OuterRef("email_key"), Value(""))).exclude(pk=OuterRef("pk"))


def _add_appeals(pks: list[int], user: Any, found: dict[int, Surroundings]) -> None:
    if not pks:
        return
    for appeal in Appeal.objects.filter(comment__in=pks).select_related("first_decided_by"):
        found[appeal.comment_id].appeal = appeal
        found[appeal.comment_id].is_own_refusal = appeal.first_decided_by_id == user.pk
    declined = Q(act=Decision.Act.DECIDE, to_status__in=[Status.REJECTED, Status.SPAM])
    # The last one before the appeal; nobody has decided since, or it would not wait.
    for decision in Decision.objects.filter(declined, comment__in=pks).select_related("by", "reason").order_by("pk"):
        found[decision.comment_id].declined = decision
