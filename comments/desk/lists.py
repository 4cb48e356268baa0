"""Which comments a list of the desk shows, and in what order: found by an index, however many there are.

A list is entered at a key and read in the order of an index, so nothing is skipped or shown twice while others decide.
What no index knows (a signal, a large region) is looked for among the next so many of the list, and where that was not
enough, the page says so and leads on from there.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.db.models.functions import Cast

from blog.keysets import EPOCH, MICROSECOND
from blog.models import Byline, Placing, Region
from comments import access
from comments.desk import lookup
from comments.desk.places import REPORTED, WAITING, Place
from comments.models import Comment, Preference, Thread

LOOKED_THROUGH = 2_000
# Of each thread, where only those of some posts are wanted.
LOOKED_THROUGH_OF_THREAD = 200
MOST_THREADS = 2_000
MOST_COUNTED = 10_000
HOUR = datetime.timedelta(hours=1)
Choice, Status, Waits = Preference.Order, Comment.Status, Comment.Waits
KINDS = {
    Waits.NEW: Q(status=Status.PENDING),
    Waits.EDIT: Q(status=Status.APPROVED),
    Waits.APPEAL: Q(status__in=[Status.REJECTED, Status.SPAM]),
}


@dataclass(frozen=True)
class Order:
    """The columns of an index in which a list is read; the last one is the id."""

    columns: tuple[str, ...]
    is_newest_first: bool = False

    def key(self, comment: Comment) -> str:
        return self.written(getattr(comment, column) for column in self.columns)

    def written(self, values: Iterable[Any]) -> str:
        """The key behind which the next page begins: the columns of the last one shown."""
        return "-".join(str((v - EPOCH) // MICROSECOND if isinstance(v, datetime.datetime) else v) for v in values)

    def place(self, comment: Comment, since: datetime.datetime | None) -> tuple[Any, ...]:
        """Where a comment stands among others, or stood while it waited since a time."""
        if self.is_newest_first:
            return (-comment.pk,)
        return tuple(
            (since or EPOCH) if column.endswith("_since") else getattr(comment, column) for column in self.columns
        )

    def sorted(self, comments: QuerySet[Comment]) -> QuerySet[Comment]:
        return comments.order_by(*(f"-{column}" if self.is_newest_first else column for column in self.columns))

    def after(self, comments: QuerySet[Comment], key: str) -> QuerySet[Comment]:
        """Those behind a key; a key of another order is none."""
        numbers = [int(part) for part in key.split("-")] if key else []
        if len(numbers) != len(self.columns):
            return comments
        if self.is_newest_first:
            return comments.filter(pk__lt=numbers[0])
        start = tuple(_value(column, number) for column, number in zip(self.columns, numbers, strict=True))
        return comments.filter(TupleGreaterThan(Tuple(*map(F, self.columns)), start))


OLDEST = Order(("waiting_since", "id"))
BY_POST = Order(("thread_id", "waiting_since", "id"))
LIKELY_FINE = Order(("outlook", "waiting_since", "id"))
NEWEST = Order(("id",), is_newest_first=True)
FIRST_REPORTED = Order(("reported_since", "id"))
QUEUE = {Choice.OLDEST: OLDEST, Choice.BY_POST: BY_POST, Choice.LIKELY_FINE: LIKELY_FINE}


@dataclass
class Found:
    """Some comments of a list, and the key behind which it goes on; `is_cut` where looking through it was stopped."""

    order: Order
    comments: list[Comment] = field(default_factory=list)
    after: str = ""
    is_cut: bool = False


def order(place: Place, liked: str, *, is_narrow: bool) -> Order:
    """How a list is read; `is_narrow` where it is that of some posts, which are read oldest first."""
    if place.tab == REPORTED:
        return FIRST_REPORTED
    if place.tab != WAITING:
        return NEWEST
    if is_narrow or place.kind in (Waits.EDIT, Waits.APPEAL):
        return OLDEST
    return LIKELY_FINE if place.outlook else QUEUE[Choice(place.order or liked)]


def find(place: Place, liked: str, user: Any, now: datetime.datetime, most: int) -> Found:
    """The first comments of a place that an account may see, in the order it likes where the place names none.

    Of the posts of one author, of a region, of its own for who may see no others, those that wait come oldest first.
    """
    threads, rest = _scope(place, user)
    ordered = order(place, liked, is_narrow=threads is not None)
    found, rest = ordered.after(_of_tab(place, now), place.after), rest & _rest(place, now)
    some = lookup.among(place, user)
    if threads is not None and (some is not None or ordered is FIRST_REPORTED):
        threads, rest = None, rest & Q(thread__in=threads)
    if some is not None:
        return _page(ordered, ordered.sorted(_asked(found, rest).filter(pk__in=some)), most)
    if not rest:
        return _page(ordered, first(found, ordered, threads, most + 1), most)
    looked = LOOKED_THROUGH if threads is None else LOOKED_THROUGH_OF_THREAD
    rows = list(first(found, ordered, threads, looked + 1).values_list(*ordered.columns))
    seen = _asked(Comment.objects.filter(pk__in=[row[-1] for row in rows[:looked]]), rest)
    page = _page(ordered, ordered.sorted(seen), most)
    if not page.after and len(rows) > looked:
        page.after, page.is_cut = ordered.written(rows[looked - 1]), True
    return page


def whole(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """With the post, the comment that is answered and what that one answered, in one query."""
    return comments.select_related("thread__post", "parent__parent", "user").defer("thread__post__body")


def waiting(user: Any) -> tuple[QuerySet[Comment], list[int] | None]:
    """What waits, and the threads that an account may decide about; None means all."""
    threads = access.own_threads(user) if access.is_host(user) else None
    return Comment.objects.filter(waiting_since__isnull=False), threads


def first(found: QuerySet[Comment], ordered: Order, threads: list[int] | None, most: int) -> QuerySet[Comment]:
    """The first of those found, by the index of its order; of some threads, by the index that each thread has.

    The first ones of many threads are among the first ones of those threads that begin first.
    """
    if threads is None:
        return ordered.sorted(found)[:most]
    column, within = ordered.columns[0], ordered.sorted(found.filter(thread=OuterRef("pk")))
    begun = Thread.objects.filter(pk__in=threads).annotate(begin=Subquery(within.values(column)[:1]))
    begun = begun.filter(begin__isnull=False).order_by("-begin" if ordered.is_newest_first else "begin")
    nearest = Thread.objects.filter(pk__in=list(begun.values_list("pk", flat=True)[:most]))
    ends = nearest.annotate(end=Subquery(within.values(column)[most - 1 : most])).values_list("pk", "end")
    until = "gte" if ordered.is_newest_first else "lte"
    parts = [Q(thread=pk) & (Q(**{f"{column}__{until}": end}) if end else Q()) for pk, end in ends]
    return ordered.sorted(found.filter(reduce(or_, parts)) if parts else found.none())[:most]


def count(tab: str, user: Any, now: datetime.datetime) -> str:
    """How many stand on a tab for an account, counted no further than is worth knowing."""
    found = _of_tab(Place(tab), now)
    if access.is_host(user):
        found = found.filter(thread__in=access.own_threads(user))
    number = found[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else f"{number:,}"


def _page(ordered: Order, found: QuerySet[Comment], most: int) -> Found:
    shown = list(whole(found)[: most + 1])
    return Found(ordered, shown[:most], ordered.key(shown[most - 1]) if len(shown) > most else "")


def _of_tab(place: Place, now: datetime.datetime) -> QuerySet[Comment]:
    """What stands on a tab, narrowed by what its own index knows."""
    if place.tab == REPORTED:
        return Comment.objects.filter(reported_since__isnull=False)
    if place.tab != WAITING:
        return Comment.objects.filter(status=place.tab)
    found = Comment.objects.filter(waiting_since__isnull=False)
    if place.older:
        found = found.filter(waiting_since__lte=now - place.older * HOUR)
    if place.kind in (Waits.EDIT, Waits.APPEAL):
        found = found.exclude(status=Status.PENDING)
    return found.filter(outlook=int(place.outlook)) if place.outlook else found


def _scope(place: Place, user: Any) -> tuple[list[int] | None, Q]:
    """The threads whose comments are wanted, where they are few enough to be named, and what is to be asked of each."""
    found: list[set[int]] = []
    rest = Q()
    if access.is_host(user):
        found.append(set(access.own_threads(user)))
    if place.post:
        found.append(_threads_of([place.post]))
    if place.author:
        found.append(_threads_of(Byline.objects.filter(author=place.author).values_list("post_id", flat=True)))
    if place.region:
        tree = Region.objects.tree()
        regions = tree.below(tree.known[place.region]) if place.region in tree.known else []
        placed = Placing.objects.filter(region__in=regions)
        posts = list(placed.values_list("post_id", flat=True)[: MOST_THREADS + 1])
        if len(posts) > MOST_THREADS:
            rest = Q(Exists(placed.filter(post=OuterRef("thread__post"))))
        else:
            found.append(_threads_of(posts))
    return sorted(set.intersection(*found)) if found else None, rest


def _threads_of(posts: Iterable[int]) -> set[int]:
    return set(Thread.objects.filter(post__in=list(posts)).values_list("pk", flat=True))


def _rest(place: Place, now: datetime.datetime) -> Q:
    """What no index knows, asked of each comment that is looked through."""
    rest = Q()
    if place.signal:
        # Both databases write a code like this, and quotation marks within a detail with a stroke before them.
        rest &= Q(noticed__contains=f'"code": "{place.signal}"')
    if place.outlook and place.tab != WAITING:
        rest &= Q(outlook=int(place.outlook))
    if place.older and place.tab != WAITING:
        rest &= Q(submitted_at__lte=now - place.older * HOUR)
    if place.kind:
        rest &= Q(waiting_since__isnull=False) & KINDS[Waits(place.kind)]
    return rest


def _asked(comments: QuerySet[Comment], rest: Q) -> QuerySet[Comment]:
    return comments.alias(noticed=Cast("signals", TextField())).filter(rest)


def _value(column: str, number: int) -> Any:
    return EPOCH + number * MICROSECOND if column.endswith("_since") else number
