"""PostgreSQL as Django knows it, with the patience of a reader.

The server ends a slow statement itself (`statement_timeout`). A server that hangs, or a network that swallows, ends
nothing: so whoever answers readers (DATABASE_SECONDS) waits for a word only so long, and then closes the connection.

Who waits holds a thread that could be sending stored pages. So one thread of a web process is always left for them:
when all others wait for the server already, and for longer than a moment, the next one is told at once that the
database is away, and after that nobody opens a connection for a moment.
"""

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg import Connection, OperationalError
from psycopg.pq import TransactionStatus

# Beyond what the server allows a statement, so that it is the server that ends one where it can.
GRACE = 0.3
# For "are you there?", asked of a connection before a request uses it; and how long it is not asked after a word.
SECONDS_FOR_A_WORD = 1.0
SECONDS_A_WORD_LASTS = 1.0
SECONDS_OF_REST = 1.0
# How long a thread waits for another one to hear from the server.
A_MOMENT = 0.5

_places = threading.BoundedSemaphore(max(settings.WEB_THREADS - 1, 1))


class _Rest:
    """Since when nobody is to be kept waiting. One for the process; a moment's error between threads does no harm."""

    until = 0.0


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        patience = settings.DATABASE_SECONDS
        if not patience:
            return super().get_new_connection(conn_params)
        began = time.monotonic()
        if began < _Rest.until:
            raise OperationalError("the database did not answer a moment ago")
        try:
            with place():
                connection = super().get_new_connection(conn_params)
        except OperationalError:
            if time.monotonic() - began > SECONDS_FOR_A_WORD:
                rest()
            raise
        connection.wait = partial(wait, connection, patience=patience + GRACE)
        connection.heard = time.monotonic()
        return connection

    def is_usable(self) -> bool:
        if not settings.DATABASE_SECONDS or self.connection is None:
            return super().is_usable()
        if time.monotonic() - self.connection.heard < SECONDS_A_WORD_LASTS and is_quiet(self.connection):
            return True
        known = self.connection.wait
        self.connection.wait = partial(wait, self.connection, patience=SECONDS_FOR_A_WORD)
        try:
            return super().is_usable()
        finally:
            self.connection.wait = known


def wait(connection: Connection, gen: Any, *words: Any, patience: float, **more: Any) -> Any:
    """What psycopg does to wait for the server, for so many seconds at most."""
    began = time.monotonic()
    try:
        # Who is inside a transaction may hold what all the others wait for, and must get on.
        is_inside = connection.pgconn.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)
        with nullcontext() if is_inside else place():
            said = Connection.wait(connection, gen, *words, **{"timeout": patience} | more)
        connection.heard = time.monotonic()  # type: ignore[attr-defined]  # ours
        return said
    except OperationalError:
        if time.monotonic() - began >= patience:
            # Nobody knows what state it is in.
            connection.pgconn.finish()
            rest()
        raise


def is_quiet(connection: Connection) -> bool:
    """Whether nothing is under way, and the server has said nothing unasked, as it does when it goes."""
    if connection.closed or connection.pgconn.transaction_status != TransactionStatus.IDLE:
        return False
    listening = select.poll()
    listening.register(connection.fileno(), select.POLLIN)
    return not listening.poll(0)


@contextmanager
def place() -> Iterator[None]:
    """Held while waiting for the server."""
    is_resting = time.monotonic() < _Rest.until
    if not _places.acquire(timeout=0 if is_resting else A_MOMENT):
        rest()
        raise OperationalError("others wait for the database already")
    try:
        yield
    finally:
        _places.release()


def rest() -> None:
    _Rest.until = time.monotonic() + SECONDS_OF_REST
