"""Which lists a post stands in, said as tags of `blog.pages`.

A list of a region names the regions within it too, so that a post names only its own: moving a region in the tree
while a post is being published leaves no list behind.
"""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from django.utils import timezone

from blog import revisions
from blog.models import Post

# Whatever changes what will change by itself (`blog.due`) has this tag; no page shows it.
DUE = "due"
# A list whose neighbor is further away than this is thrown away with every change of the posts there are.
LONGEST_GAP = 60


class Place(NamedTuple):
    """Where a post stands, and all that decides about it. Two places that are the same are in the same lists."""

    day: datetime.date
    authors: tuple[tuple[int, str], ...]
    regions: frozenset[int]
    slug: str
    times: tuple[datetime.datetime | None, ...]

    @property
    def tags(self) -> set[str]:
        return {
            "posts",
            f"posts:{self.day:%Y}",
            f"posts:{self.day:%Y-%m}",
            *(f"posts:author:{pk}" for pk, _role in self.authors),
            *(f"posts:region:{pk}" for pk in self.regions),
        }


def place(post_pk: int | None) -> Place | None:
    """Where a post stands by its rows; None if it is not, and will not be, seen by readers."""
    post = Post.objects.filter(pk=post_pk or 0).prefetch_related("bylines", "regions").first()
    return None if post is None else place_of(post)


def place_of(post: Post) -> Place | None:
    """The same of a post whose bylines and regions have been read."""
    if post.status != Post.Status.PUBLISHED or post.published_date is None:
        return None
    return Place(
        day=post.published_date,
        authors=tuple((line.author_id, line.role) for line in post.bylines.all()),
        regions=frozenset(region.pk for region in post.regions.all()),
        slug=post.slug,
        times=(post.publish_at, post.expire_at, post.modified_at),
    )


def place_after(post: Post, snapshot: revisions.Snapshot) -> Place | None:
    """Where a post will stand with another text: one that is public, or is put up again then."""
    if post.status not in (Post.Status.PUBLISHED, Post.Status.TAKEN_DOWN):
        return None
    publish_at = revisions.moment(snapshot, "publish_at") or post.publish_at
    assert publish_at is not None
    return Place(
        day=timezone.localdate(publish_at),
        authors=tuple((line["author"], line["role"]) for line in snapshot["bylines"]),
        regions=frozenset(snapshot["regions"]),
        slug=snapshot["slug"],
        times=(publish_at, revisions.moment(snapshot, "expire_at"), None),
    )


def moved(post_pk: int, before: Place | None, after: Place | None) -> set[str]:
    """What shows that a post was changed: its pages and cards, and the lists it came to or left."""
    if before is None and after is None:
        return set()
    lists = set() if before == after else _tags(before) | _tags(after)
    return {f"post:{post_pk}", DUE} | lists


def about_to_move(post: Post, snapshot: revisions.Snapshot) -> set[str]:
    """What will show that a scheduled edit has been applied."""
    return {f"post:{post.pk}", DUE} | _tags(place(post.pk)) | _tags(place_after(post, snapshot))


def shown(posts: Iterable[Post]) -> set[str]:
    """The tags of posts that stand on a page as cards or in full; their bylines have been read."""
    return {
        tag
        for post in posts
        for tag in (f"post:{post.pk}", *(f"author:{line.author_id}" for line in post.bylines.all()))
    }


def whole(post: Post) -> set[str]:
    """The tags of a post that is shown with all that stands around it."""
    return shown([post]) | {f"region:{region.pk}" for region in post.regions.all()}


def months_between(one: datetime.date, other: datetime.date | None) -> set[str]:
    """The lists of all months from one to another, for a page that names the nearest month with posts as `other`."""
    if other is None:
        return {"posts"}
    first, last = sorted(day.year * 12 + day.month - 1 for day in (one, other))
    if last - first > LONGEST_GAP:
        return {"posts"}
    return {f"posts:{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)}


def years_between(one: datetime.date, other: datetime.date | None) -> set[str]:
    if other is None or abs(one.year - other.year) > LONGEST_GAP:
        return {"posts"}
    first, last = sorted((one.year, other.year))
    return {f"posts:{year:04}" for year in range(first, last + 1)}


def _tags(place: Place | None) -> set[str]:
    return set() if place is None else place.tags
