"""Who reads what: the desk hands each moderator the next ten, so that two do not read the same.

A lease only warns. What protects a decision is the version it names (`comments.moderation`).
"""

import datetime
from typing import Any

from django.db import InternalError, OperationalError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from comments import access
from comments.desk import lists
from comments.models import Appeal, Comment, Lease, Note, Skip

HANDED = 10
HELD_FOR = datetime.timedelta(minutes=10)
# Renewed when so much is left, so that not every look at the desk writes.
RENEWED_AT = datetime.timedelta(minutes=5)
# Of these the ones of the same post are handed together.
CONSIDERED = 100
MOST_TRIES = 20


def hand(user: Any, liked: str, now: datetime.datetime) -> list[int]:
    """The ids of the ten that one moderator is to read next, kept from colleagues for ten minutes.

    What was handed before stays, and is kept for longer while the desk is looked at. Where the database takes no
    writing now, it is what was handed before; the desk then shows the whole list.
    """
    try:
        return _hand(user, liked, now)
    except (OperationalError, InternalError):
        return [pk for pk, _until in _held(user, now)]


def take_over(comment: Comment, user: Any, now: datetime.datetime) -> None:
    """Hand it to another moderator than the one who has it."""
    Lease.objects.update_or_create(comment=comment, defaults={"moderator": user, "until": now + HELD_FOR})


def skip(comment: Comment, user: Any, now: datetime.datetime) -> None:
    """Put it at the end of one's own list, and let others have it."""
    with transaction.atomic():
        Skip.objects.update_or_create(comment=comment, moderator=user, defaults={"at": now})
        Lease.objects.filter(comment=comment, moderator=user).delete()


def ask(comment: Comment, words: str, user: Any, now: datetime.datetime) -> None:
    """Leave a question for colleagues at a comment that stays where it is, and let them have it."""
    with transaction.atomic():
        Note.objects.create(comment=comment, by=user, at=now, words=words)
        skip(comment, user, now)


def let_go(comment: Comment) -> None:
    """Nothing waits any more: nobody has it, and nobody puts it off."""
    Lease.objects.filter(comment=comment).delete()
    Skip.objects.filter(comment=comment).delete()


def _hand(user: Any, liked: str, now: datetime.datetime) -> list[int]:
    held = _held(user, now)
    for _try in range(MOST_TRIES):
        wanted = _next(user, liked, now, held) if len(held) < HANDED else []
        if not wanted:
            break
        _take(wanted, user, now)
        held = _held(user, now)
        if len(held) >= HANDED or {pk for pk, _until in held}.issuperset(wanted):
            break
    if any(until < now + RENEWED_AT for _pk, until in held):
        Lease.objects.filter(moderator=user, until__gt=now).update(until=now + HELD_FOR)
    return [pk for pk, _until in held]


def _held(user: Any, now: datetime.datetime) -> list[tuple[int, datetime.datetime]]:
    return list(Lease.objects.filter(moderator=user, until__gt=now).values_list("comment_id", "until"))


def _take(pks: list[int], user: Any, now: datetime.datetime) -> None:
    """As many of these as nobody was quicker to take.

    What has run out goes first, by itself and without waiting for anybody; then all come in the same order at each
    moderator, so that two never wait for each other.
    """
    with transaction.atomic():
        over = Lease.objects.filter(comment__in=pks, until__lte=now).select_for_update(skip_locked=True)
        Lease.objects.filter(pk__in=[lease.pk for lease in over], until__lte=now).delete()
    made = [Lease(comment_id=pk, moderator=user, until=now + HELD_FOR) for pk in sorted(pks)]
    Lease.objects.bulk_create(made, ignore_conflicts=True)


def _next(user: Any, liked: str, now: datetime.datetime, held: list[tuple[int, datetime.datetime]]) -> list[int]:
    """The next that nobody has, those of one post together; then what was put off, the longest ago first."""
    free, threads = _free(user, now)
    skips = Skip.objects.filter(moderator=user)
    order = lists.OLDEST if threads is not None else lists.QUEUE[lists.Choice(liked)]
    unread = free.exclude(Exists(skips.filter(comment=OuterRef("pk"))))
    in_hand = Comment.objects.filter(pk__in=[pk for pk, _until in held]).values_list("thread", flat=True)
    by_thread: dict[int, list[int]] = {thread: [] for thread in in_hand}
    for pk, thread in lists.first(unread, order, threads, CONSIDERED).values_list("pk", "thread"):
        by_thread.setdefault(thread, []).append(pk)
    wanted = [pk for pks in by_thread.values() for pk in pks][: HANDED - len(held)]
    missing = HANDED - len(held) - len(wanted)
    if missing:
        late = skips.filter(comment__in=free if threads is None else free.filter(thread__in=threads)).order_by(
            "at", "pk"
        )
        wanted += late.values_list("comment_id", flat=True)[:missing]
    return wanted


def _free(user: Any, now: datetime.datetime) -> tuple[QuerySet[Comment], list[int] | None]:
    """What waits and nobody has; no appeal against one's own decision, where another can look."""
    waiting, threads = lists.waiting(user)
    free = waiting.exclude(Exists(Lease.objects.filter(comment=OuterRef("pk"), until__gt=now)))
    if access.has_colleague(user):
        own = Appeal.objects.filter(comment=OuterRef("pk"), first_decided_by=user)
        free = free.exclude(Exists(own))
    return free, threads
