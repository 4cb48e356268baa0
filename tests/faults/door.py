"""The way to a database through a door of our own, and the ways in which the database can fail behind it."""

import contextlib
import select
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from tests.faults.installation import free_port


class Door:
    """A way to the database on a port of its own: open, shut (nobody listens), or deaf (nothing is passed on)."""

    def __init__(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        asked = dict(parse_qsl(parts.query))
        host = asked.pop("host", "") or unquote(parts.hostname or "")
        port = int(asked.pop("port", "") or parts.port or 5432)
        self.behind: str | tuple[str, int] = f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port)
        self.port = free_port()
        account = parts.netloc.rpartition("@")[0]
        query = f"?{urlencode(asked)}" if asked else ""
        self.url = f"{parts.scheme}://{account}@127.0.0.1:{self.port}{parts.path}{query}"
        self.is_deaf = False
        self.pairs: set[tuple[socket.socket, socket.socket]] = set()
        self.listener: socket.socket | None = None
        self.open()

    def open(self) -> None:
        self.is_deaf = False
        if self.listener is None:
            self.listener = socket.create_server(("127.0.0.1", self.port), backlog=100)
            threading.Thread(target=self._listen, args=(self.listener,), daemon=True).start()

    def shut(self) -> None:
        if self.listener is not None:
            with contextlib.suppress(OSError):
                self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None
        self.cut()

    def cut(self) -> None:
        for pair in list(self.pairs):
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _listen(self, listener: socket.socket) -> None:
        while True:
            try:
                caller, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(caller,), daemon=True).start()

    def _pass_on(self, caller: socket.socket) -> None:
        kind = socket.AF_UNIX if isinstance(self.behind, str) else socket.AF_INET
        behind = socket.socket(kind)
        pair = (caller, behind)
        self.pairs.add(pair)
        try:
            behind.connect(self.behind)
            while True:
                ready, _w, _x = select.select(pair, [], [], 0.1)
                while self.is_deaf:
                    time.sleep(0.05)
                for end in ready:
                    said = end.recv(65536)
                    if not said:
                        return
                    (behind if end is caller else caller).sendall(said)
        except OSError:
            return
        finally:
            self.pairs.discard(pair)
            caller.close()
            behind.close()


# What each way of failing is.

FAULTS = {
    "stopped": "nobody listens, and all connections are cut",
    "refusing": "it listens, and takes no connection",
    "hanging": "not a word comes through, on no connection",
    "held": "it answers, but another session holds every table, so each query hangs midway",
    "read-only": "it takes no writing",
}


@contextlib.contextmanager
def fault(name: str, door: Door, database_url: str) -> Iterator[None]:
    """`database_url` leads past the door."""
    with {
        "stopped": stopped(door),
        "refusing": altered(door, database_url, "ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true"),
        "hanging": hanging(door),
        "held": held(database_url),
        "read-only": altered(
            door,
            database_url,
            "SET default_transaction_read_only = on",
            "SET default_transaction_read_only = off",
        ),
    }[name]:
        yield


@contextlib.contextmanager
def stopped(door: Door) -> Iterator[None]:
    door.shut()
    try:
        yield
    finally:
        door.open()


@contextlib.contextmanager
def hanging(door: Door) -> Iterator[None]:
    door.is_deaf = True
    try:
        yield
    finally:
        door.is_deaf = False


@contextlib.contextmanager
def altered(door: Door, database_url: str, how: str, back: str) -> Iterator[None]:
    """Whoever comes anew gets the database as it is altered."""
    with session(database_url, dbname="postgres") as outside:
        name = urlsplit(database_url).path.removeprefix("/")
        outside.execute(f'ALTER DATABASE "{name}" {how}')
        door.cut()
        try:
            yield
        finally:
            outside.execute(f'ALTER DATABASE "{name}" {back}')
            door.cut()


@contextlib.contextmanager
def held(database_url: str) -> Iterator[None]:
    with session(database_url) as other:
        tables = other.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        names = ", ".join(f'"{name}"' for (name,) in tables)
        with other.transaction():
            other.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
            yield


def session(database_url: str, **more: Any) -> Any:
    import psycopg

    return psycopg.connect(database_url, autocommit=True, **more)
