"""The lines of the record that somebody looks for, newest first, a few at a time.

By whom, to which state, when, of which post and in which step is found by an index. For all else so many lines are
looked through at a time, whatever there are, and the next look begins where this one ended.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from blog.models import Post, Region
from comments.desk import places
from comments.models import Decision

LOOKED_AT, DAY = 2_000, datetime.timedelta(days=1)
# Those that no index finds, and what they ask of a line; the region is asked of its post.
LOOKED_FOR = {"act": "act", "from": "from_status", "via": "via", "reason": "reason_id"}
COMMENTERS = "commenters"


@dataclass(frozen=True)
class Lines:
    decisions: list[Decision]
    # Behind this line the next ones begin; empty at the end of the record.
    end: str = ""
    # Until when was looked, where that many lines were looked through and fewer found than wanted.
    looked_until: datetime.datetime | None = None


def lines(wanted: dict[str, Any], after: str, most: int) -> Lines:
    found = _after(_by_index(wanted), after)
    if not any(wanted.get(name) for name in (*LOOKED_FOR, "region")):
        decisions = list(_whole(found)[: most + 1])
        shown = decisions[:most]
        return Lines(shown, places.key(shown[-1].at, shown[-1].pk) if len(decisions) > most else "")
    looked = list(found.values("pk", "at", *LOOKED_FOR.values(), "comment_id")[:LOOKED_AT])
    fitting = _fitting(looked, wanted)
    ids = [row["pk"] for row in fitting[:most]]
    shown = list(_whole(Decision.objects.filter(pk__in=ids).order_by("-at", "-pk")))
    if len(fitting) > most:
        last = fitting[most - 1]
        return Lines(shown, places.key(last["at"], last["pk"]))
    if len(looked) < LOOKED_AT:
        return Lines(shown)
    return Lines(shown, places.key(looked[-1]["at"], looked[-1]["pk"]), looked[-1]["at"])


def all_lines(wanted: dict[str, Any], at_once: int) -> Iterator[Decision]:
    """Every line that is looked for, read a few at a time: of none of them more is held than that."""
    found = lines(wanted, "", at_once)
    yield from found.decisions
    while found.end:
        found = lines(wanted, found.end, at_once)
        yield from found.decisions


def _by_index(wanted: dict[str, Any]) -> QuerySet[Decision]:
    found = Decision.objects.order_by("-at", "-pk")
    if by := wanted.get("by"):
        found = found.filter(by=None if by == COMMENTERS else int(by))
    if wanted.get("to"):
        found = found.filter(to_status=wanted["to"])
    if day := wanted.get("since"):
        found = found.filter(at__gte=_midnight(day))
    if day := wanted.get("until"):
        found = found.filter(at__lt=_midnight(min(day, datetime.date.max - DAY) + DAY))
    if wanted.get("batch"):
        # Said twice, for only so does SQLite know that the index has them all.
        found = found.filter(~Q(batch=""), batch=wanted["batch"])
    if wanted.get("post"):
        found = found.filter(comment__thread__post=wanted["post"])
    if wanted.get("batch") or wanted.get("post"):
        # There are not many of them, and sorting these is quick; in the order of an index one would look through all.
        found = found.order_by(Coalesce("at", "at").desc(), "-pk")
    return found


def _midnight(day: datetime.date) -> datetime.datetime:
    # A calendar ends on both sides, and sooner in some zones.
    day = max(min(day, datetime.date.max - DAY), datetime.date.min + DAY)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def _fitting(looked: list[dict[str, Any]], wanted: dict[str, Any]) -> list[dict[str, Any]]:
    asked = {column: wanted[name] for name, column in LOOKED_FOR.items() if wanted.get(name)}
    fitting = [row for row in looked if all(str(row[column]) == str(value) for column, value in asked.items())]
    if not wanted.get("region"):
        return fitting
    posts = dict(
        Decision.objects.filter(pk__in=[row["pk"] for row in fitting])
        .order_by()
        .values_list("pk", "comment__thread__post_id")
    )
    # Asked of these posts alone: which of all posts lie in a region may be most of them.
    tree = Region.objects.tree()
    within = tree.below(tree.known[wanted["region"]])
    pairs = Post.objects.filter(pk__in=set(posts.values())).order_by().values_list("pk", "regions")
    theirs = {post_id for post_id, region_id in pairs if region_id in within}
    return [row for row in fitting if posts[row["pk"]] in theirs]


def _whole(found: QuerySet[Decision]) -> QuerySet[Decision]:
    return found.select_related("comment__thread__post", "by", "reason").defer(
        "comment__body", "comment__body_html", "comment__thread__post__body"
    )


def _after(found: QuerySet[Decision], key: str) -> QuerySet[Decision]:
    place = places.read_key(key)
    if place is None:
        return found
    at, pk = place
    return found.filter(Q(at__lt=at) | Q(pk__lt=pk), at__lte=at)
