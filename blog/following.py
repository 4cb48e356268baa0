"""Following the changes that other machines made, and those whose process was killed before it could clean up."""

import logging
import os
import threading
import time

from django.db import DatabaseError, connection

from blog import pages
from blog.counters import Counters
from blog.models import Change

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 0.5
# A worker that has just been started waits this long for its first look before it serves anything.
SECONDS_FOR_FIRST_LOOK = 1.0
MOST_ROWS = 1_000


class Follower(threading.Thread):
    """One in each web process. A database that hangs holds this thread and nobody else."""

    def __init__(self) -> None:
        super().__init__(name="following changes", daemon=True)
        self.has_looked = threading.Event()
        self.waited_for_until = time.monotonic() + SECONDS_FOR_FIRST_LOOK

    def run(self) -> None:
        was_away = False
        while True:
            try:
                follow()
                was_away = False
            except DatabaseError as error:
                if not was_away:
                    logger.warning("Changes cannot be followed while the database is away: %s", error)
                was_away = True
                connection.close()
            except Exception:
                logger.exception("Changes could not be followed")
                connection.close()
            self.has_looked.set()
            time.sleep(SECONDS_BETWEEN_LOOKS)


def follow() -> None:
    """Carry out on this machine what was changed since it looked last."""
    store = pages.store()
    store.look_after()
    counters = store.counters
    while counters is not None and step(counters) == MOST_ROWS:
        pass


def step(counters: Counters) -> int:
    since = counters.followed
    changes = Change.objects.order_by("number").values_list("number", "nonce", "tags")
    rows = list(changes.filter(number__gte=since[0])[:MOST_ROWS])
    if rows and rows[0][:2] == since and len(rows) == 1:
        return 0
    newest = Change.objects.order_by("-number").values_list("number", "nonce").first() or (0, 0)
    if since == newest == (0, 0):
        return 0
    counters.follow(since, rows, newest)
    return len(rows)


_follower: Follower | None = None
_starting = threading.Lock()


def begin() -> Follower:
    """Called by each web worker as it starts: with a web server in front, no request may ever come to it."""
    return _follower or _start()


def start() -> None:
    """Called by each request; it waits for the first look, and after that costs a comparison."""
    follower = begin()
    if not follower.has_looked.is_set():
        follower.has_looked.wait(max(0, follower.waited_for_until - time.monotonic()))


def _start() -> Follower:
    global _follower
    with _starting:
        if _follower is None:
            _follower = Follower()
            _follower.start()
        return _follower


def _forget_the_parents() -> None:
    global _follower
    _follower = None


# Threads do not come along when a process forks.
os.register_at_fork(after_in_child=_forget_the_parents)
