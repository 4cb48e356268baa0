"""What will change by itself: posts that begin or end, and edits that wait for their time.

It is read from the rows that say so, and from nothing else: there is no second table to keep in step. A page that is
being drawn ends at the first of these that concerns what it shows. Every change of these rows has the tag "due" besides
those of the pages (`blog.memberships`), so a process keeps what it has read until that counter moves or the first of
them is due.
"""

import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from blog import memberships
from blog.counters import Slots
from blog.models import Post, Revision
from blog.pages import EVERYTHING

# Beyond these, a page ends at the last one known, and looks again.
MOST = 50


class Due(NamedTuple):
    """A moment, what will be another then, and the tag of what must not be seen from then on (or an empty one)."""

    at: datetime.datetime
    tags: frozenset[str]
    vanishing: str = ""


class Known(NamedTuple):
    slots: Slots
    read_at: datetime.datetime
    coming: tuple[Due, ...]


_known: Known | None = None


def coming(now: datetime.datetime, slots: Slots) -> tuple[Due, ...] | None:
    """What this process knows to be coming, soonest first; None if it has to look."""
    known = _known
    if known is None or known.slots != slots or not known.read_at <= now:
        return None
    if known.coming and known.coming[0].at <= now:
        return None
    return known.coming


def look(now: datetime.datetime, slots: Slots) -> tuple[Due, ...]:
    """Read what is coming; what was due by now is applied already. `slots` was read before that."""
    global _known
    found = sorted([*_starts(now), *_ends(now), *_edits(now)], key=lambda due: due.at)
    _known = Known(slots, now, tuple(found))
    return _known.coming


def _starts(now: datetime.datetime) -> list[Due]:
    posts = _with_places(Post.objects.upcoming(now).order_by("publish_at"))
    found = [Due(post.publish_at, frozenset(tags)) for post, tags in posts if post.publish_at]
    return _and_no_further(found)


def _ends(now: datetime.datetime) -> list[Due]:
    posts = _with_places(Post.objects.expiring(now).order_by("expire_at"))
    found = [
        Due(post.expire_at, frozenset({f"post:{post.pk}", *tags}), vanishing=f"post:{post.pk}")
        for post, tags in posts
        if post.expire_at
    ]
    return _and_no_further(found)


def _edits(now: datetime.datetime) -> list[Due]:
    waiting = Revision.objects.filter(go_live_at__isnull=False, applied_at__isnull=True).select_related("post")
    found = [
        Due(
            edit.go_live_at,
            frozenset(memberships.about_to_move(edit.post, edit.snapshot)),
            # What is corrected must not be read any longer.
            vanishing=f"post:{edit.post_id}",
        )
        for edit in waiting.order_by("go_live_at")[:MOST]
        if edit.go_live_at
    ]
    return _and_no_further(found)


def _with_places(posts: QuerySet[Post]) -> list[tuple[Post, set[str]]]:
    found = []
    for post in posts.defer("body").prefetch_related("bylines", "regions")[:MOST]:
        place = memberships.place_of(post)
        if place:
            found.append((post, place.tags))
    return found


def _and_no_further(found: list[Due]) -> list[Due]:
    if len(found) < MOST:
        return found
    return [*found, Due(found[-1].at, frozenset({EVERYTHING}))]
