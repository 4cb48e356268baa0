"""Lists page by key: a page begins where the one before it ended, however long the list behind it is."""

import datetime
import re
from dataclasses import dataclass

from django.db.models import Q

from blog.models import Post, PostQuerySet

PAGE_SIZE = 20
# A key is the time of publication in microseconds since 1970, a hyphen, and the id.
KEY = re.compile(r"([0-9]{1,16})-([0-9]{1,18})", re.ASCII)
ID = re.compile(r"[0-9]{1,18}", re.ASCII)
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MICROSECOND = datetime.timedelta(microseconds=1)


def read_id(text: str) -> int:
    """A number that stands in an address or a form; 0, which no row has, for what is none or has too many digits."""
    return int(text) if ID.fullmatch(text) else 0


@dataclass(frozen=True)
class Listing:
    """One page of a list. `older` is the key behind which the next page begins, empty at the list's end.

    `is_linked` says that a link may lead here: it is the first page, or its key is that of a post in the list.
    """

    posts: list[Post]
    older: str
    is_first: bool
    is_linked: bool


def page(posts: PostQuerySet, before: str, size: int = PAGE_SIZE) -> Listing:
    """The page behind a key, newest first; the first page for no key and for what is no key."""
    place = _read(before)
    is_linked = True
    if place:
        publish_at, pk = place
        is_linked = before == _written(place) and posts.filter(pk=pk, publish_at=publish_at).exists()
        behind = Q(listed_at__lt=publish_at) | Q(listed_at=publish_at, listed_pk__lt=pk)
        posts = posts.filter(Q(listed_at__lte=publish_at), behind)
    found = list(posts.newest_first().with_cards()[: size + 1])
    shown = found[:size]
    return Listing(shown, key(shown[-1]) if len(found) > size else "", place is None, is_linked)


def key(post: Post) -> str:
    assert post.publish_at is not None
    return _written((post.publish_at, post.pk))


def _written(place: tuple[datetime.datetime, int]) -> str:
    return f"{(place[0] - EPOCH) // MICROSECOND}-{place[1]}"


def _read(before: str) -> tuple[datetime.datetime, int] | None:
    parts = KEY.fullmatch(before)
    if not parts:
        return None
    try:
        return EPOCH + int(parts[1]) * MICROSECOND, int(parts[2])
    except OverflowError:
        return None
