"""An empty database for each site, what PostgreSQL uses beside the web server, and how many rows there came to be."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from tests.bench import servers
from tests.faults.installation import database_of_its_own

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@contextmanager
def empty(kind: str, folder: Path) -> Iterator[str]:
    """The address of a new database."""
    with ExitStack() as stack:
        url = stack.enter_context(database_of_its_own()) if kind == POSTGRESQL else ""
        yield url or f"sqlite:///{folder / 'bench.sqlite3'}"


@contextmanager
def pinned_postgres(kind: str) -> Iterator[int | None]:
    """The first process of the PostgreSQL of DATABASE_URL, kept on the server's core; None if that is elsewhere."""
    pid = postmaster(os.environ["DATABASE_URL"]) if kind == POSTGRESQL else None
    if pid is None:
        yield None
        return
    known = os.sched_getaffinity(pid)
    try:
        for each in servers.tree(pid):
            servers.pin(each, servers.SERVER_CORE)
        yield pid
    finally:
        for each in servers.tree(pid):
            servers.pin(each, *known)


def postmaster(url: str) -> int | None:
    with psycopg.connect(url) as connection:
        stat = Path(f"/proc/{connection.info.backend_pid}/stat")
        if not stat.exists() or "(postgres)" not in stat.read_text():
            return None
        return int(stat.read_text().rpartition(")")[2].split()[1])


def count(url: str, table: str, column: str, beginning: str) -> tuple[int, int]:
    """How many rows have a text that begins so, and how many different texts those are."""
    query = f"SELECT count(*), count(DISTINCT {column}) FROM {table} WHERE {column} LIKE '{beginning}%'"
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            found = connection.execute(query).fetchone()
    else:
        with psycopg.connect(url) as connection:
            found = connection.execute(query).fetchone()
    assert found is not None
    return found[0], found[1]
