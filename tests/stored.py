"""Stored pages in tests: each test has a store of its own, and at its end every page in it equals a fresh one.

That is asked after every test of the suite, so it finds the change that somebody forgot to announce, wherever it is.
The files for a web server in front are asked the same.
"""

import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from blog import pages
from blog.kept import Page

# What a drawing may differ in.
MOVING_HEADERS = {"content-length"}


def served() -> list[Page]:
    """The pages that would be served now, in the files or in the memory of this process."""
    store = pages.store()
    keys = {page.key for path in store.files() if (page := store.read(path))} | set(store._pages)
    found = (store.look(key) for key in sorted(keys))
    return [page for page in found if page and page.is_fresh(time.time())]


def in_front() -> dict[str, list[bytes]]:
    """What a web server in front would send: addresses, and all that lies there for each, without its compression."""
    found: dict[str, list[bytes]] = {}
    for path in pages.store().front.pages.rglob("index.html*"):
        _start, _slash, below = str(path.parent.relative_to(pages.store().front.pages)).partition("/")
        key = f"/{settings.SITE_PREFIX}{below}/".replace("//", "/")
        found.setdefault(key, []).append(unpacked(path))
    return found


def unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def keys() -> set[str]:
    return {page.key for page in served()}


@contextmanager
def nothing_stored() -> Iterator[None]:
    before, settings.STORED_PAGES = settings.STORED_PAGES, False
    try:
        yield
    finally:
        settings.STORED_PAGES = before


def once_kept() -> set[str]:
    """The addresses of all pages that were ever kept here and can be read still, out of date or not."""
    store = pages.store()
    return {page.key for path in store.files() if (page := store.read(path))} | set(store._pages)


def remembered(key: str) -> list[bytes]:
    """A page that was thrown away, as it is drawn from what this process remembers (`pages.known`)."""
    answer: Any = Client().get(key, headers={"host": "testserver"}, secure=settings.SECURE_SSL_REDIRECT)
    return [answer.content] if answer.status_code == 200 else []


def differences() -> list[str]:
    """The addresses of stored pages that are not what would be drawn now by a process that remembers nothing.

    Those that were thrown away are drawn twice, for what they are drawn from may be remembered for too long.
    """
    wrong = []
    kept = {page.key: [page.bodies[""]] for page in served()}
    kept |= {key: remembered(key) for key in once_kept() - set(kept)}
    front = in_front()
    for key in kept | front:
        with nothing_stored():
            fresh: Any = Client().get(key, headers={"host": "testserver"}, secure=settings.SECURE_SSL_REDIRECT)
        for body in [*kept.get(key, []), *front.get(key, [])]:
            if fresh.status_code != 200:
                wrong.append(f"{key} would be {fresh.status_code}")
            elif fresh.content != body:
                wrong.append(f"{key} is stale: {_first_difference(body, fresh.content)}")
    return wrong


def _first_difference(stored: bytes, fresh: bytes) -> str:
    pairs = zip(stored.decode().splitlines(), fresh.decode().splitlines(), strict=False)
    for old, new in pairs:
        if old != new:
            return f"{old.strip()[:200]!r} is now {new.strip()[:200]!r}"
    return "one is longer"


def another_process() -> None:
    """What a worker started now would know: the files and the counters."""
    pages._store.cache_clear()


def forget() -> None:
    """Throw everything away, without anything having changed."""
    counters = pages.store().counters
    assert counters is not None
    with counters.locked():
        counters.forget_everything()
