"""What readers see of one post and of one page. Lists are in `blog.listings`.

A public address answers everybody alike: nothing here reads a session, a cookie or a Host. Each view reads the clock
once and says that time to all it asks.
"""

import datetime
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from blog import citing, due, links, markup, memberships, pages, scheduled_changes
from blog.models import Author, Page, Post, Publication, Region


def moment(request: HttpRequest) -> datetime.datetime:
    """The one time of a request, with what was due by then applied. It comes before any query of a page."""
    now = timezone.now()
    draft = pages.begin(request, now)
    slots = draft.slots([memberships.DUE])
    known = due.coming(now, slots) if slots else None
    if known is None:
        try:
            if scheduled_changes.apply_due(now):
                draft = pages.begin(request, now)
                slots = draft.slots([memberships.DUE])
        except scheduled_changes.NotApplied as failure:
            # All other pages can be read; nothing of these may be shown as it was.
            draft.withheld = {f"post:{pk}" for pk in failure.posts}
        if slots:
            known = due.look(now, slots)
    draft.due = known or ()
    return now


def shared[Response: HttpResponse](response: Response) -> Response:
    """Anybody may keep this answer, and asks each time whether it is still the present one."""
    response["Cache-Control"] = "public, no-cache"
    return response


def shows_post(request: HttpRequest, post: Post) -> None:
    """Say that the page shows all of a post."""
    pages.shows(request, "publication", *memberships.whole(post))


def by_slug[Row: (Post, Author, Region, Page)](rows: QuerySet[Row], slug: str) -> Row | None:
    """The row of a slug, also where a link wrote it in capitals."""
    found = {row.slug: row for row in rows.filter(slug__in={slug, slug.lower()})}
    return found.get(slug) or found.get(slug.lower())


def elsewhere(path: str, now: datetime.datetime) -> HttpResponse:
    """Where what stood at an old address is now (301), or that it is gone (410); Http404 if nothing ever stood there.

    `path` is the address below the publication's root, as in "regions/burma/".
    """
    try:
        target = links.moved_to(path, now)
    except links.Gone as was:
        return gone(was.sentence)
    if target is None:
        raise Http404("Nothing is, or ever was, at this address.")
    return moved(target)


def moved(path: str) -> HttpResponse:
    return shared(HttpResponsePermanentRedirect(path))


def gone(sentence: str = "") -> HttpResponse:
    return shared(HttpResponse(render_to_string("410.html", {"sentence": sentence}), status=410))


def post(
    request: HttpRequest,
    year: str,
    month: str,
    day: str,
    slug: str,
    *,
    status: int = 200,
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """A post's page. What refuses a comment calls it with a status and the form that was filled in."""
    found = find_post(request, (year, month, day, slug), now := moment(request))
    if not isinstance(found, Post):
        return found
    return render_post(request, found, status=status, extra=extra, now=now)


@require_safe
def print_sheet(request: HttpRequest, year: str, month: str, day: str, slug: str) -> HttpResponse:
    found = find_post(request, (year, month, day, slug), moment(request), below="print/")
    if not isinstance(found, Post):
        return found
    shows_post(request, found)
    address = found.get_absolute_url()
    text, numbered = markup.number_links(found.body, links.absolute(address))
    context = {"post": found, "address": address, "text": text, "numbered_links": numbered}
    return shared(render(request, "blog/print.html", context))


@require_safe
def cite(request: HttpRequest, year: str, month: str, day: str, slug: str) -> HttpResponse:
    found = find_post(request, (year, month, day, slug), moment(request), below="cite/")
    if not isinstance(found, Post):
        return found
    shows_post(request, found)
    publication = pages.known(request, "publication", Publication.objects.current, ["publication"])
    context = {
        "post": found,
        "address": found.get_absolute_url(),
        "publication": publication,
        "citations": citing.citations_of(found, publication),
    }
    return shared(render(request, "blog/cite.html", context))


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    now = moment(request)
    found = by_slug(Page.objects.filter(is_public=True), slug)
    if found is None:
        return elsewhere(f"{slug.lower()}/", now)
    address = found.get_absolute_url()
    if found.slug != slug:
        return moved(address)
    pages.shows(request, f"page:{found.pk}")
    return shared(render(request, "blog/page.html", {"page": found, "address": address}))


def render_post(
    request: HttpRequest,
    post: Post,
    *,
    status: int = 200,
    extra: Mapping[str, Any] | None = None,
    is_preview: bool = False,
    now: datetime.datetime | None = None,
) -> HttpResponse:
    """Draw the page that readers get of a post, or with `is_preview` would get of one that nobody has saved yet."""
    if is_preview:
        # A post that was never saved has neither, and its bylines and its address ask for them.
        post.pk = post.pk or 0
        post.slug = post.slug or links.make_slug(post.title) or "preview"
    if is_preview or extra:
        pages.never(request)
    shows_post(request, post)
    publication = pages.known(request, "publication", Publication.objects.current, ["publication"])
    context = {
        "post": post,
        "address": post.get_absolute_url(),
        "publication": publication,
        "citations": citing.citations_of(post, publication),
        "is_preview": is_preview,
        "now": now or timezone.now(),
        **(extra or {}),
    }
    response = render(request, "blog/post.html", context, status=status)
    if is_preview or extra:
        # What somebody typed stands in it, or what is not public yet.
        response["Cache-Control"] = "no-store, private"
        return response
    return shared(response)


def find_post(
    request: HttpRequest, asked: tuple[str, str, str, str], now: datetime.datetime, *, below: str = ""
) -> Post | HttpResponse:
    """The published post at an address, or else the answer: 301 to where it is, or 410. Raises Http404.

    `asked` is the address as it was written: year, month, day and slug. `below` is what followed it, as in "print/".
    """
    year, month, day, slug = asked
    meant = (year, f"{month:0>2}", f"{day:0>2}", slug.lower())

    def read() -> Post | None:
        return by_slug(Post.objects.published(now).with_all(), slug)

    found = pages.known(request, f"post {slug}", read, [], lambda post: memberships.whole(post) if post else ())
    if found and _place(found) == asked:
        return found
    # An old address may carry a slug that is another post's by now, so the record of moves is asked first.
    if found is None or _place(found) != meant:
        with suppress(Http404):
            return elsewhere(f"{'/'.join(meant)}/{below}", now)
    if found:
        return moved(found.get_absolute_url() + below)
    hidden = by_slug(Post.objects.once_public(now), slug)
    if hidden:
        return gone(hidden.takedown_sentence)
    raise Http404("Nothing is, or ever was, at this address.")


def _place(post: Post) -> tuple[str, str, str, str]:
    day = post.published_date
    assert day is not None
    return f"{day:%Y}", f"{day:%m}", f"{day:%d}", post.slug
