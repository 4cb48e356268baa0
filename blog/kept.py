"""The store: one file for each page, and in each process a dictionary of those it has served lately.

A file holds a line of JSON (its address, its counters, its times, its headers) and then its bytes three times: plain,
gzip, brotli. It is written beside and renamed, and its checksum is looked at when it is read: half a page is no page.
Whether a page may be served is asked of the counters each time, so a file that lies about is never wrong, only useless.
"""

import contextlib
import gzip
import hashlib
import json
import logging
import math
import os
import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import brotli

from blog.counters import Counters, Slots
from blog.front_files import FrontFiles
from blog.room import leave_room

logger = logging.getLogger(__name__)

ENCODINGS = ("br", "gzip", "")
# In one process; the files hold more.
MOST_BYTES = 24 * 1024 * 1024
# What pages are drawn from, such as posts with their authors.
MOST_KNOWN = 500
SECONDS_BETWEEN_COMPLAINTS = 60

type Headers = list[tuple[str, str]]


@dataclass(eq=False, slots=True)
class Page:
    """A page as it is sent. `end` is when it must be made anew, `vanishes` when something in it must not be seen."""

    key: str
    tags: tuple[str, ...]
    slots: Slots
    made: float
    end: float
    vanishes: float
    etag: str
    headers: Headers
    bodies: dict[str, bytes]
    # What is sent with each encoding, put together once.
    whole: dict[str, tuple[str, Headers]] = field(default_factory=dict)
    verified: int = -1

    def is_fresh(self, now: float) -> bool:
        return self.made <= now < self.end

    def said_with(self, encoding: str) -> tuple[str, Headers]:
        """The entity tag and the headers of one encoding."""
        known = self.whole.get(encoding)
        if known is None:
            etag = f'{self.etag[:-1]}-{encoding}"' if encoding else self.etag
            headers = [*self.headers, ("ETag", etag), ("Content-Length", str(len(self.bodies[encoding])))]
            if encoding:
                headers.append(("Content-Encoding", encoding))
            known = self.whole[encoding] = etag, headers
        return known


def compressed(body: bytes) -> dict[str, bytes]:
    return {
        "br": brotli.compress(body, quality=5),
        "gzip": gzip.compress(body, 6, mtime=0),
        "": body,
    }


@lru_cache(maxsize=256)
def encoding_for(accepted: str) -> str:
    """The best encoding that an Accept-Encoding header takes."""
    taken = set()
    for part in accepted.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            taken.add(name.strip())
    return next(name for name in ENCODINGS if name in taken or not name)


@dataclass(frozen=True, slots=True)
class Known:
    """What was read for a page, with what decides how long it stands."""

    value: Any
    # The tags it was asked for with, and all that it shows.
    wanted: frozenset[str]
    tags: tuple[str, ...]
    slots: Slots
    made: float
    end: float

    def stands(self, at: float, slots: Slots) -> bool:
        return self.made <= at < self.end and self.slots == slots


class Remembered(dict[str, Known]):
    """Bounded in the simplest way: when it is full, it is emptied."""

    def __setitem__(self, key: str, known: Known) -> None:
        if len(self) >= MOST_KNOWN:
            self.clear()
        super().__setitem__(key, known)


class Store:
    """The pages that one process sends. `pages`, `run` and `www` are the folders of the store, counters and front."""

    def __init__(self, pages: Path, run: Path, www: Path, release: str) -> None:
        self.folder = pages / release
        self.run = run
        self.front = FrontFiles(www)
        self._release = int(release, 16)
        self._counters: Counters | None = None
        self._pages: dict[str, Page] = {}
        self._bytes = 0
        # What pages are drawn from (`pages.known`).
        self.known = Remembered()
        self._lock = threading.Lock()
        self._complained_at = -math.inf

    @property
    def counters(self) -> Counters | None:
        """None where they cannot be opened: then nothing is kept and nothing served, and all is made anew."""
        if self._counters is None:
            try:
                self._counters = Counters(self.run, self.front)
            except OSError as error:
                self._complain("The counters of stored pages cannot be opened", error)
                # Nobody could say which of these a change concerns.
                with contextlib.suppress(OSError):
                    self.front.take_all_away()
        return self._counters

    def look(self, key: str) -> Page | None:
        """The page of an address if nothing it shows has changed; its times are the caller's business."""
        counters = self.counters
        if counters is None:
            return None
        page = self._pages.get(key)
        if page is None or not self._stands(page, counters):
            page = self._read(key)
            if page is None or not self._stands(page, counters):
                return None
            self._remember(page)
        return page

    def knows(self, key: str) -> bool:
        """Whether the address had a page, be it out of date."""
        return key in self._pages or self.path(key).exists()

    def keep(self, page: Page) -> None:
        """Keep a page unless what it shows has changed since it was begun."""
        counters = self.counters
        if counters is None or not counters.stand(page.slots):
            return
        self._remember(page)
        path = self.path(page.key)
        beside = path.with_name(f".{path.name}-{os.getpid()}-{threading.get_ident()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            leave_room(path.parent)
            try:
                beside.write_bytes(packed(page))
                beside.replace(path)
            except OSError:
                with contextlib.suppress(OSError):
                    beside.unlink()
                raise
        except OSError as error:
            # A full or unwritable disk costs speed, nothing else: the page is in this process's memory.
            self._complain("A page could not be stored", error)

    def move(self, tags: list[str], number: int) -> None:
        if self.counters is not None:
            self.counters.move(tags, number)

    def begin_front(self, *, is_used: bool) -> None:
        """Called by a worker that starts: what another release has put in front goes."""
        if self.counters is not None:
            self.counters.begin_release(self._release if is_used else 0)

    def put_in_front(self, page: Page, place: str) -> None:
        """Put a page where the web server in front finds it, if it is not there and still stands."""
        counters = self.counters
        if counters is None or self.front.has(place) or not counters.may_be_in_front(self._release, page.slots):
            return
        slots = [slot for slot, _value in page.slots]
        try:
            self.front.folder.mkdir(parents=True, exist_ok=True)
            leave_room(self.front.folder)
            with self.front.drafts(page.bodies) as drafts:
                counters.put_in_front(self._release, page.slots, lambda: self.front.put(place, slots, drafts))
        except OSError as error:
            self._complain("A page could not be put where the web server in front finds it", error)

    def look_after(self) -> None:
        """Find out that the counters were deleted, and say that this release's pages are in use."""
        with contextlib.suppress(OSError):
            os.utime(self.folder)
        if self._counters is not None and not self._counters.is_current:
            # The old one is not closed: another thread may be reading it.
            with self._lock:
                self._counters, self._pages, self._bytes = None, {}, 0
        if self.counters is not None:
            self.counters.look_after_front()

    def path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / name[:2] / name

    def files(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("??/*") if not path.name.startswith("."))

    def read(self, path: Path) -> Page | None:
        try:
            return unpacked(path.read_bytes())
        except OSError:
            return None

    def _read(self, key: str) -> Page | None:
        page = self.read(self.path(key))
        return page if page is not None and page.key == key else None

    def _stands(self, page: Page, counters: Counters) -> bool:
        mark = counters.mark
        if page.verified != mark:
            if not counters.stand(page.slots):
                return False
            page.verified = mark
        return True

    def _remember(self, page: Page) -> None:
        with self._lock:
            self._drop(page.key)
            self._pages[page.key] = page
            self._bytes += size(page)
            while self._bytes > MOST_BYTES and len(self._pages) > 1:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: str) -> None:
        if old := self._pages.pop(key, None):
            self._bytes -= size(old)

    def _complain(self, what: str, error: OSError) -> None:
        now = time.monotonic()
        if now - self._complained_at > SECONDS_BETWEEN_COMPLAINTS:
            self._complained_at = now
            logger.error("%s: %s", what, error)


def size(page: Page) -> int:
    return sum(map(len, page.bodies.values())) + 4_000


def packed(page: Page) -> bytes:
    bodies = b"".join(page.bodies[name] for name in ENCODINGS)
    told = {
        "key": page.key,
        "tags": page.tags,
        "slots": page.slots,
        "made": page.made,
        "end": page.end,
        "vanishes": page.vanishes,
        "etag": page.etag,
        "headers": page.headers,
        "lengths": [len(page.bodies[name]) for name in ENCODINGS],
    }
    line = json.dumps(told).encode()
    return checksum(line + bodies) + b"\n" + line + b"\n" + bodies


def unpacked(raw: bytes) -> Page | None:
    """The page of a file; None for half a file, and for one that something else has written."""
    summed, _newline, rest = raw.partition(b"\n")
    line, _newline, bodies = rest.partition(b"\n")
    if summed != checksum(line + bodies):
        return None
    told = json.loads(line)
    found, start = {}, 0
    for name, length in zip(ENCODINGS, told.pop("lengths"), strict=True):
        found[name] = bodies[start : start + length]
        start += length
    told["slots"] = tuple((slot, value) for slot, value in told["slots"])
    told["headers"] = [(name, value) for name, value in told["headers"]]
    return Page(**told | {"tags": tuple(told["tags"]), "bodies": found})


def checksum(raw: bytes) -> bytes:
    return hashlib.blake2b(raw, digest_size=16).hexdigest().encode()
