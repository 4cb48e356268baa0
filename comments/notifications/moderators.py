"""What moderators hear: the first comment after an empty queue, then digests, and more loudly when one waits too long.

What is written in a request is written in its transaction. Digests are written by the worker, which notes in the same
transaction when it did; killed anywhere, it has written one and noted it, or neither.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.text import Truncator

from blog.links import absolute
from comments import permits, preferences
from comments.access import decidable
from comments.models import Appeal, Comment, Notice, Preference, Report
from comments.notifications import staff
from comments.notifications.letters import ONE_DAY, Letter, digest, to_staff

ONE_HOUR = datetime.timedelta(hours=1)
QueueMail = Preference.QueueMail
BETWEEN_DIGESTS = {QueueMail.HOURLY: ONE_HOUR, QueueMail.DAILY: ONE_DAY}
# A comment is there a little after the moment that stands on it: the digest of that moment may have missed it.
LATE_ARRIVAL = datetime.timedelta(minutes=1)
# When the oldest has waited so many hours, everybody hears of it.
TOO_LONG = (48, 24)
LISTED, COUNTED = 10, 1_000
FIRST_WORDS = 200


@dataclass(frozen=True)
class Waiting:
    """One comment that waits, as a letter shows it to one person; no link decides about what should be seen first."""

    comment: Comment
    words: str
    title: str
    desk: str
    approve: str = ""
    decline: str = ""


@dataclass(frozen=True)
class Due:
    """A reminder to be written: which letter, under which name of an event, and the hours that somebody waited."""

    name: str
    event: str
    hours: int = 0


def comment_waits(comment: Comment, now: datetime.datetime) -> None:
    """Tell of a comment that came to wait: at once who wants that, the others only of the first in an empty queue."""
    others = Comment.objects.waiting().exclude(pk=comment.pk)
    listeners = staff.known_listeners(now)
    concerned = set(staff.hosts(comment.thread.post)) if listeners.are_hosts else set()
    if not others.exists():
        concerned.update(staff.deciding_about_all())
    elif listeners.at_once:
        concerned.update(staff.deciding_about_all().filter(pk__in=listeners.at_once))
    for user in sorted(concerned, key=lambda user: user.pk):
        wanted = preferences.of(user).queue_mail
        is_first = wanted == QueueMail.HOURLY and _is_first(user, decidable(user, others), now)
        if is_first or wanted == QueueMail.IMMEDIATE:
            context = {"row": _shown(comment, user, now), "is_first": is_first}
            to_staff(Letter(user.email, _event_of_waiting(comment), "waits", context), now, now)


def appeal_made(comment: Comment, now: datetime.datetime) -> None:
    """Tell who may look again: others than who decided first, as long as there are others."""
    appeal = Appeal.objects.filter(comment=comment).first()
    everybody = _listening(staff.deciding_about(comment))
    others = [user for user in everybody if appeal is None or user.pk != appeal.first_decided_by_id]
    for user in others or everybody:
        context = {"row": _shown(comment, user, now)}
        to_staff(Letter(user.email, f"appeal:{comment.pk}", "appealed", context), now, now)


def report_made(report: Report, now: datetime.datetime) -> None:
    """Tell moderators at once of a published comment that a reader reports, and of no more until it is answered."""
    comment = report.comment
    first = Report.objects.filter(comment=comment, answered_at__isnull=True).order_by("pk").first() or report
    context = {"row": _shown(comment, None, now), "ground": report.get_ground_display()}
    for user in _listening(staff.deciding_about(comment)):
        to_staff(Letter(user.email, f"reported:{comment.pk}:{first.pk}", "reported", context), now, now)


def remind(now: datetime.datetime) -> None:
    """Write the digests and warnings that are due. Called by the worker, again and again."""
    oldest = Comment.objects.waiting().values_list("waiting_since", flat=True).first()
    if oldest is None:
        return
    is_late = now - oldest >= min(TOO_LONG) * ONE_HOUR
    known = {wishes.user_id: wishes for wishes in Preference.objects.all()}
    for user in staff.deciding():
        wishes = known.get(user.pk) or Preference(user=user)
        if (is_late or _is_time(wishes, now)) and _due(user, wishes, now):
            _write_reminder(user, now)


def _write_reminder(user: Any, now: datetime.datetime) -> None:
    with transaction.atomic():
        # Another worker may have been first.
        if due := _due(user, preferences.locked(user), now):
            to_staff(_list(user, due, now), now, now)
            Preference.objects.filter(user=user).update(told_at=now)


def _is_first(user: Any, others: QuerySet[Comment], now: datetime.datetime) -> bool:
    """Whether nothing else waits for somebody; of two that come at once to an empty queue, only one is the first."""
    if others.exists():
        return False
    preferences.locked(user)
    # A queryset keeps what it was told; this one asks anew.
    if others.all().exists():
        return False
    Preference.objects.filter(user=user).update(told_at=now)
    return True


def _due(user: Any, wishes: Preference, now: datetime.datetime) -> Due | None:
    """What one person is to be reminded of now, if anything."""
    waiting = decidable(user, Comment.objects.waiting())
    oldest = waiting.first()
    if oldest is None or wishes.queue_mail == QueueMail.OFF:
        return None
    if hours := _too_long(user, oldest, now):
        return Due("late", _event_of_late(oldest, hours), hours)
    if not _is_time(wishes, now) or not _has_news(user, wishes, waiting):
        return None
    last = int(wishes.told_at.timestamp()) if wishes.told_at else 0
    return Due("digest", f"digest:{user.pk}:{last}")


def _is_time(wishes: Preference, now: datetime.datetime) -> bool:
    between = BETWEEN_DIGESTS.get(QueueMail(wishes.queue_mail))
    return between is not None and (wishes.told_at is None or now - wishes.told_at >= between)


def _has_news(user: Any, wishes: Preference, waiting: QuerySet[Comment]) -> bool:
    """Hourly only of what came since the last time: an unmoved queue is the daily digest's, and the warnings'."""
    if wishes.told_at is None or wishes.queue_mail == QueueMail.DAILY:
        return True
    came = list(waiting.filter(waiting_since__gt=wishes.told_at - LATE_ARRIVAL)[:LISTED])
    told = Notice.objects.filter(recipient=digest(user.email), event__in=[_event_of_waiting(each) for each in came])
    return len(came) > told.count()


def _too_long(user: Any, oldest: Comment, now: datetime.datetime) -> int:
    """The hours to be warned of, 0 for none: once for a comment, and once a day however many grow old."""
    assert oldest.waiting_since is not None
    age = now - oldest.waiting_since
    hours = next((hours for hours in TOO_LONG if age >= hours * ONE_HOUR), 0)
    told = Q(event=_event_of_late(oldest, hours)) | Q(event__startswith=f"late:{hours}:", goes_at__gt=now - ONE_DAY)
    if not hours or Notice.objects.filter(told, recipient=digest(user.email)).exists():
        return 0
    return hours


def _event_of_waiting(comment: Comment) -> str:
    return f"waits:{comment.pk}:{_since(comment)}"


def _event_of_late(oldest: Comment, hours: int) -> str:
    return f"late:{hours}:{oldest.pk}:{_since(oldest)}"


def _list(user: Any, due: Due, now: datetime.datetime) -> Letter:
    waiting = decidable(user, Comment.objects.waiting())
    shown = list(waiting.select_related("thread__post")[:LISTED])
    count = waiting.order_by()[: COUNTED + 1].count()
    context = {
        "rows": [_shown(comment, user, now) for comment in shown],
        "count": min(count, COUNTED),
        "are_more": count > COUNTED,
        "since": shown[0].waiting_since if shown else now,
        "now": now,
        "hours": due.hours,
        "desk": absolute(reverse("admin:comments_comment_changelist")),
    }
    return Letter(user.email, due.event, due.name, context)


def _shown(comment: Comment, user: Any, now: datetime.datetime) -> Waiting:
    words = " ".join((comment.proposed_body or comment.body).split())
    desk = absolute(reverse("admin:comments_comment_change", args=[comment.pk]))
    shown = Waiting(comment, Truncator(words).chars(FIRST_WORDS), comment.thread.post.display_title, desk)
    # A second look is taken at the desk, where the first one and its reason stand beside it.
    if user is None or comment.waits_for not in (Comment.Waits.NEW, Comment.Waits.EDIT):
        return shown
    approve, decline = (permits.absolute_link(comment, act, user.pk, now) for act in (permits.APPROVE, permits.DECLINE))
    return Waiting(comment, shown.words, shown.title, desk, approve, decline)


def _listening(users: list[Any]) -> list[Any]:
    return [user for user in users if preferences.of(user).queue_mail != QueueMail.OFF]


def _since(comment: Comment) -> int:
    """When a comment began to wait, for the name of an event: it may come to wait again."""
    return int(comment.waiting_since.timestamp()) if comment.waiting_since else 0
