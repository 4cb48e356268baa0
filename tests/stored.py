"""Stored pages in tests: each test has a store of its own, and at its end every page in it equals a fresh one.

That is asked after every test of the suite, so it finds the change that somebody forgot to announce, wherever it is.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
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


def keys() -> set[str]:
    return {page.key for page in served()}


@contextmanager
def nothing_stored() -> Iterator[None]:
    before, settings.STORED_PAGES = settings.STORED_PAGES, False
    try:
        yield
    finally:
        settings.STORED_PAGES = before


def differences() -> list[str]:
    """The addresses of stored pages that are not what would be drawn now."""
    wrong = []
    for page in served():
        with nothing_stored():
            fresh: Any = Client().get(page.key, headers={"host": "testserver"}, secure=settings.SECURE_SSL_REDIRECT)
        if fresh.status_code != 200:
            wrong.append(f"{page.key} would be {fresh.status_code}")
        elif fresh.content != page.bodies[""]:
            wrong.append(f"{page.key} is stale: {_first_difference(page.bodies[''], fresh.content)}")
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
    counters.forget_everything()
