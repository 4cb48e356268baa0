"""What readers see of many posts: the front page, regions, authors, years and months."""

import calendar
import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from blog import keysets, memberships, pages
from blog.models import Author, Post, PostQuerySet, Region
from blog.regions import Tree
from blog.views import by_slug, elsewhere, moment, moved, shared

# A post's day, told in the publication's time zone, is never further than this from its moment.
ZONES = datetime.timedelta(days=2)


@pages.reads("before", keysets.KEY)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The newest post leads the first page; further pages are plain lists."""
    posts, address = Post.objects.published(moment(request)), reverse("blog:home")
    listing = page_of(request, posts, address, ["posts"])
    leads = 1 if listing.is_first else 0
    context = {"lead": next(iter(listing.posts[:leads]), None), "rest": listing.posts[leads:]}
    return drawn(request, "blog/home.html", listing, address, **context)


@require_safe
def regions(request: HttpRequest) -> HttpResponse:
    moment(request)
    return shared(render(request, "blog/regions.html", {"regions": tree(request).nested(), "address": request.path}))


@pages.reads("before", keysets.KEY)
@require_safe
def region(request: HttpRequest, slug: str) -> HttpResponse:
    now = moment(request)
    known = tree(request)
    found = known.by_slug(slug)
    if found is None:
        return elsewhere(f"regions/{slug.lower()}/", now)
    if found.slug != slug:
        return moved(found.get_absolute_url())
    within = known.below(found)
    posts, address = Post.objects.published(now).in_regions(within), found.get_absolute_url()
    listing = page_of(request, posts, address, lists_of(within))
    around = {"above": known.above(found), "parts": known.within.get(found.pk, [])}
    return drawn(request, "blog/region.html", listing, address, region=found, **around)


@pages.reads("before", keysets.KEY)
@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    now = moment(request)
    found = by_slug(Author.objects.all(), slug)
    if found is None:
        return elsewhere(f"authors/{slug.lower()}/", now)
    if found.slug != slug:
        return moved(found.get_absolute_url())
    posts, address = Post.objects.published(now).by_author(found), found.get_absolute_url()
    listing = page_of(request, posts, address, of_author(found))
    return drawn(request, "blog/author.html", listing, address, author=found)


@pages.reads("before", keysets.KEY)
@require_safe
def year(request: HttpRequest, year: str) -> HttpResponse:
    published = Post.objects.published(moment(request))
    first = _day(int(year), 1)
    last = _day(int(year), 12).replace(day=31)
    posts = _between(published, first, last)
    months = _months(published, first)
    if not months:
        raise Http404("Nothing was published in this year.")
    around = _neighbors(published, first, last)
    tags = [tag for day in around.values() for tag in memberships.years_between(first, day)]
    listing = page_of(request, posts, request.path, tags)
    return drawn(request, "blog/year.html", listing, request.path, first=first, months=months, **around)


@pages.reads("before", keysets.KEY)
@require_safe
def month(request: HttpRequest, year: str, month: str) -> HttpResponse:
    published = Post.objects.published(moment(request))
    first = _day(int(year), int(month))
    last = _last_of(first)
    posts = _between(published, first, last)
    if not posts.exists():
        raise Http404("Nothing was published in this month.")
    if len(month) < 2:
        return moved(reverse("blog:month", args=[year, f"{month:0>2}"]))
    around = _neighbors(published, first, last)
    tags = [tag for day in around.values() for tag in memberships.months_between(first, day)]
    listing = page_of(request, posts, request.path, tags)
    return drawn(request, "blog/month.html", listing, request.path, first=first, **around)


def page_of(request: HttpRequest, posts: PostQuerySet, address: str, tags: Iterable[str]) -> keysets.Listing:
    """The page of a list that a request asks for. The tags are those of the list; its posts' own come with them."""
    before = request.GET.get("before", "")

    def shown_in(listing: keysets.Listing) -> set[str]:
        return memberships.shown(listing.posts)

    return pages.known(request, f"list {address} {before}", lambda: keysets.page(posts, before), tags, shown_in)


def drawn(request: HttpRequest, template: str, listing: keysets.Listing, address: str, **context: Any) -> HttpResponse:
    """A page of a list. Only the first has a canonical address, for further ones show other posts each day."""
    if not listing.is_linked:
        pages.never(request)
    context |= {"listing": listing, "list_address": address, "address": address if listing.is_first else ""}
    return shared(render(request, template, context))


def tree(request: HttpRequest) -> Tree:
    return pages.known(request, "regions", Region.objects.tree, ["regions"])


def lists_of(regions: list[int]) -> list[str]:
    """The tags of the lists of regions, for a list of all their posts.

    Which regions those are is read from the tree, so the tree itself is one of them.
    """
    return ["regions", *(f"posts:region:{pk}" for pk in regions)]


def of_author(author: Author) -> list[str]:
    return [f"author:{author.pk}", f"posts:author:{author.pk}"]


def _day(year: int, month: int) -> datetime.date:
    """The first of a month; a year so near the end of the calendar that the day after it cannot be told has none."""
    if not (1 < year < datetime.MAXYEAR and 1 <= month <= 12):
        raise Http404("There is no such month.")
    return datetime.date(year, month, 1)


def _between(posts: PostQuerySet, first: datetime.date, last: datetime.date) -> PostQuerySet:
    """The posts of these days; said of `publish_at` too, so that the index which lists them newest first is used."""
    start = datetime.datetime.combine(first, datetime.time.min, datetime.UTC)
    end = datetime.datetime.combine(last, datetime.time.max, datetime.UTC)
    near = posts.filter(publish_at__gte=start - ZONES, publish_at__lte=end + ZONES)
    return near.filter(published_date__gte=first, published_date__lte=last)


def _months(posts: PostQuerySet, year: datetime.date) -> list[datetime.date]:
    """The months of a year that have posts: each is asked for one post, so that nobody counts the others."""
    months = [year.replace(month=number) for number in range(1, 13)]
    asked = {f"{month:%B}": Exists(_between(posts, month, _last_of(month))) for month in months}
    has_posts: Any = posts.newest_first().values(**asked)[:1]
    return [month for found in has_posts for month in months if found[f"{month:%B}"]]


def _last_of(month: datetime.date) -> datetime.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def _neighbors(posts: PostQuerySet, first: datetime.date, last: datetime.date) -> dict[str, datetime.date | None]:
    """The days of the nearest posts before and after these days, for links that always lead to something."""
    days: QuerySet[Post, datetime.date | None] = posts.values_list("published_date", flat=True)
    return {
        "earlier": days.filter(published_date__lt=first).order_by("-published_date").first(),
        "later": days.filter(published_date__gt=last).order_by("published_date").first(),
    }
