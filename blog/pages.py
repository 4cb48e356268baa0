"""Stored pages: what a page shows, when it ends, and which change throws it away.

Argue with this.

**What a page shows.** While it is drawn, views and tags name what they show: `pages.shows(request, "post:12")`. A tag
is an object (`post:12`, `author:3`, `region:5`, `page:2`, `publication`) or a membership (`posts`, `posts:2017-03`,
`posts:region:5`, `posts:author:3`, `pages`, `regions`: which there are, where and when). Other apps name theirs.

**Which change throws away which pages.** Whoever changes what readers see says `pages.changed("post:12", ...)` as the
last statement of the transaction. Editing a public post throws away its pages and the lists with a card of it;
publishing, moving or taking it down, also the lists it comes to or leaves (`blog.memberships`); a comment's decision,
its post's pages and the lists that count its comments. A draft throws away nothing. All other pages stay.

**Why none is stale.** Each tag has a counter that all processes of the machine see (`blog.counters`). A page
remembers the counters as they stood *before its first query*; a change moves them *after its commit and before its
answer*. So if the counters of a page stand, every one of its queries ran after every answered change of what it
shows. That is asked each time a page is served, not when it is kept: a page drawn from older data may reach the disk
after a newer change, and is never served. (Hence: no transaction around drawing, and no drawing from a read replica.)
A process killed between commit and counters has answered nobody. Its change is a row of the table Change all the
same; so are those of other machines; a thread in each web process asks for new rows once a second (`blog.following`).
The rows' numbers come from one row that stays locked until the commit: 8 is never seen before 7.

**What a web server in front sends.** A page without an end, once it is asked for again, is put where that server finds
it. It asks no counters, so a change takes away the page itself, before its answer (`blog.front_files`).

**What ends by itself.** A scheduled post, an expiry, a scheduled edit are in the database already. `blog.due` reads
what will change next, and a page that shows one of its tags ends at that moment; whoever knows of other ends says
`pages.ends(request, at)`. A page is served while its making <= now < its end, so no job has to be in time.

**What a page is drawn from** is remembered by the same rule (`known`): a post with its authors and regions, a list, the
masthead, the policy. Most changes are decisions about comments; after one, only what was said is read anew.

**What is never stored.** Only a GET's answer with status 200, `Cache-Control: public` and no cookie, from a view that
called `begin` and named what it shows, under the one address that `reverse` gives for it. Invented addresses get 404
or 301, or are not canonical; a query string is dropped but for what the view says it reads, and a place in a list is
kept only where a post of that list stands. So there are never more files than rows can name; and the last gigabyte of
a disk (of a small one, the last tenth) is left to what cannot be drawn again.

**When the store is in trouble.** Deleted: pages are drawn and kept again. Full or unwritable: pages are drawn and stay
in memory; moving a counter needs no room. Counters deleted: each process finds that within a second and begins anew.
Database away: stored pages are served; one past its end too, unless something in it must not be seen any more. What
cannot be taken away from the front: that is logged, and tried again until it can be.
"""

import datetime
import hashlib
import logging
import math
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from blog import releases
from blog.counters import Slots, slot
from blog.kept import Headers, Known, Page, Store, compressed
from blog.models import Change, ChangeCount

logger = logging.getLogger(__name__)

# A tag that every page has.
EVERYTHING = "everything"
# What a query string has in it if a view may read something of it: "before", or letters that somebody has disguised.
READ = re.compile("before=|%[67]")
# Said anew with each encoding, or by the server.
OWN_HEADERS = {"etag", "content-length", "content-encoding", "date"}


@dataclass(eq=False)
class Draft:
    """A page that is being drawn: the counters from before its first query, and what it has said of itself."""

    now: datetime.datetime
    counters: bytes | None
    tags: set[str] = field(default_factory=set)
    end: float = math.inf
    vanishes: float = math.inf
    known_to_browser: str | None = None
    # What must not be shown as it is: an edit was due and could not be written.
    withheld: set[str] = field(default_factory=set)
    # What is about to change (`blog.due`).
    due: tuple[Any, ...] = ()
    # What was read for it where no counters say how long that stands.
    known: dict[str, Known] = field(default_factory=dict)

    def ends(self, at: datetime.datetime, *, vanishes: bool) -> None:
        self.end = min(self.end, at.timestamp())
        if vanishes:
            self.vanishes = min(self.vanishes, at.timestamp())

    def slots(self, tags: Iterable[str]) -> Slots:
        """The counters of tags as they stood before the first query."""
        if self.counters is None:
            return ()
        values = memoryview(self.counters).cast("Q")
        return tuple((slot(tag), values[slot(tag)]) for tag in (EVERYTHING, *tags))

    def ends_with(self, tags: set[str]) -> tuple[float, float]:
        """When something due changes what shows one of these tags, and when something of it vanishes."""
        coming = [due for due in self.due if EVERYTHING in due.tags or not tags.isdisjoint(due.tags)]
        ends = (due.at.timestamp() for due in coming)
        vanishings = (due.at.timestamp() for due in coming if due.vanishing in tags)
        return min(ends, default=math.inf), min(vanishings, default=math.inf)


def begin(request: HttpRequest, now: datetime.datetime) -> Draft:
    """Called before the first query of what may be kept, and again if the request itself changes something."""
    counters = store().counters if settings.STORED_PAGES else None
    draft = Draft(now, counters.snapshot() if counters else None)
    request.draft = draft  # type: ignore[attr-defined]
    return draft


def shows(request: HttpRequest | None, *tags: str) -> None:
    """Say what the page being drawn shows; whoever draws something else than a page may say it too."""
    draft = _draft(request)
    if draft is not None and request is not None:
        draft.tags.update(tags)
        if not draft.withheld.isdisjoint(tags):
            raise OperationalError("An edit of this page is due, and the database takes no writing.")
        # The whole page is wanted here; what the browser has already is asked when it is sent (`asked_again`).
        if draft.counters is not None and "HTTP_IF_NONE_MATCH" in request.META:
            draft.known_to_browser = request.META.pop("HTTP_IF_NONE_MATCH")


def asked_again(request: HttpRequest) -> bool:
    """After drawing: give the request back what it said of the page that the browser has. Whether it said anything."""
    draft = _draft(request)
    if draft is None or draft.known_to_browser is None:
        return False
    request.META["HTTP_IF_NONE_MATCH"] = draft.known_to_browser
    return True


def known[Value](
    request: HttpRequest | None,
    key: str,
    read: Callable[[], Value],
    tags: Iterable[str],
    shown_in: Callable[[Value], Iterable[str]] = lambda value: (),
) -> Value:
    """What a page is drawn from, as this process read it last, or else read now; the page shows it.

    It stands as a page does: while the counters of its tags stand (`tags`, and `shown_in` of what was found), until
    something due changes it, and for the same `tags`: they say which regions a list is of now. All who ask get the
    same object, so nobody may write on it. None is not remembered.
    """
    draft = _draft(request) or Draft(timezone.now(), None)
    remembered = store().known if draft.counters is not None else draft.known
    found, wanted = remembered.get(key), frozenset(tags)
    if found is None or found.wanted != wanted or not found.stands(draft.now.timestamp(), draft.slots(found.tags)):
        value = read()
        shown = (*wanted, *shown_in(value))
        end = draft.ends_with(set(shown))[0]
        found = Known(value, wanted, shown, draft.slots(shown), draft.now.timestamp(), end)
        if value is not None:
            remembered[key] = found
    shows(request, *found.tags)
    known: Value = found.value
    return known


def ends(request: HttpRequest | None, at: datetime.datetime | None, *, vanishes: bool = False) -> None:
    """Say that the page being drawn will be another one from `at` on.

    `vanishes` says that something in it must not be seen from then on, even where it cannot be drawn anew.
    """
    draft = _draft(request)
    if draft is not None and at is not None:
        draft.ends(at, vanishes=vanishes)


def never(request: HttpRequest) -> None:
    """Say that this answer is not to be kept, nor anything that is read for it."""
    if draft := _draft(request):
        draft.counters = None


def reads[View: Callable[..., HttpResponseBase]](name: str, shape: Any) -> Callable[[View], View]:
    """Decorate a view that reads one part of the query string, if it has the shape; all others read none."""

    def marked(view: View) -> View:
        view.reads = (name, shape)  # type: ignore[attr-defined]
        return view

    return marked


def address(path: str, query: str) -> str | None:
    """What a page is stored under: its path and what it reads of the query string. None if nothing can be there."""
    if not READ.search(query):
        return path
    try:
        name, shape = getattr(resolve(path).func, "reads", ("", None))
        value = QueryDict(query).get(name, "") if name else ""
    except (Resolver404, SuspiciousOperation):
        return None
    return f"{path}?{name}={value}" if shape is not None and shape.fullmatch(value) else path


def made(request: HttpRequest, response: HttpResponseBase, key: str) -> Page | None:
    """The page that an answer is, or None where it is not one to keep."""
    draft = _draft(request)
    if draft is None or draft.counters is None or draft.withheld or not draft.tags or request.method != "GET":
        return None
    if not isinstance(response, HttpResponse) or not _is_public(response) or not _is_canonical(request, key):
        return None
    headers = kept_headers(response)
    end, vanishes = draft.ends_with(draft.tags)
    tags = tuple(sorted(draft.tags))
    body = response.content
    return Page(
        key=key,
        tags=tags,
        slots=draft.slots(tags),
        made=draft.now.timestamp(),
        end=min(end, draft.end),
        vanishes=min(vanishes, draft.vanishes),
        etag=response.get("ETag") or f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"',
        headers=headers,
        bodies=compressed(body),
    )


def kept_headers(response: HttpResponse) -> Headers:
    """What is kept with a page of what an answer says."""
    patch_vary_headers(response, ["Accept-Encoding"])
    return [(name, value) for name, value in response.items() if name.lower() not in OWN_HEADERS]


def changed(*tags: str) -> None:
    """Throw away what shows one of these, as soon as the transaction is committed. Its last statement."""
    if not tags:
        return
    # It stands and falls with the transaction that it ends.
    with transaction.atomic(savepoint=False):
        number, nonce = _next_number(), secrets.randbits(62)
        Change.objects.create(number=number, nonce=nonce, tags=sorted(tags))
        after_commit(partial(_move, sorted(tags), number))


def after_commit(act: Callable[[], None]) -> None:
    transaction.on_commit(act)


def store() -> Store:
    # As words, for a Path takes long to be looked up, and each request asks.
    return _store(str(settings.PAGES_ROOT), str(settings.RUN_ROOT), str(settings.WWW_ROOT))


@lru_cache(maxsize=4)
def _store(pages: str, run: str, www: str) -> Store:
    return Store(Path(pages), Path(run), Path(www), releases.current())


def _draft(request: HttpRequest | None) -> Draft | None:
    return getattr(request, "draft", None)


def _is_public(response: HttpResponse) -> bool:
    kept = response.get("Cache-Control", "").replace(" ", "").split(",")
    return response.status_code == 200 and "public" in kept and "no-store" not in kept and not response.cookies


def _is_canonical(request: HttpRequest, key: str) -> bool:
    """Whether this is the one address of what it shows: /sitemap-01.xml is no second place for /sitemap-1.xml."""
    match = request.resolver_match
    return match is not None and key.partition("?")[0] == reverse(match.view_name, args=match.args, kwargs=match.kwargs)


def _next_number() -> int:
    own = ChangeCount.objects.filter(pk=ChangeCount.ONLY)
    if not own.update(number=F("number") + 1):
        ChangeCount.objects.get_or_create(pk=ChangeCount.ONLY)
        own.update(number=F("number") + 1)
    # The row is locked until the end of the transaction, so this is the number that the update made.
    return own.values_list("number", flat=True).get()


def _move(tags: list[str], number: int) -> None:
    try:
        store().move(tags, number)
    except Exception:
        # The change is made; the row tells it to the others, and to this process a moment later.
        logger.exception("The counters of stored pages could not be moved")
