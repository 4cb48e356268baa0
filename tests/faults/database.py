"""PostgreSQL stopped, refusing, hanging and read-only in the middle of a load: what each kind of request got.

    python tests/postgres.py python tests/faults/database.py --seconds 5

The workers reach the database through a door in this process, which can be shut in each of these ways. Three kinds of
request go on all the while: a stored page, a page that is not stored, and a comment that is sent.
"""

import argparse
import contextlib
import http.client
import os
import select
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.faults.installation import Installation, database_of_its_own, free_port

KINDS = ("stored page", "page not stored", "comment")
FAULTS = ("stopped", "hanging", "read-only")


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


@dataclass
class Kind:
    """What one kind of request got while something was wrong."""

    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    half: int = 0
    lost_words: int = 0


def ask(installation: Installation, kind: str, number: int) -> tuple[int, str, float]:
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=20)
    try:
        if kind == "stored page":
            connection.request("GET", "/2017/03/15/kept/")
        elif kind == "page not stored":
            connection.request("GET", f"/2017/03/15/not-kept/?x={number}")
        else:
            body = urlencode({"name": "Rita", "email": f"r{number}@example.org", "body": f"Words {number}."})
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/2017/03/15/kept/comments/", body, form)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), time.monotonic() - began
    except (OSError, http.client.HTTPException):
        return 0, "", time.monotonic() - began
    finally:
        connection.close()


def load(installation: Installation, seconds: float) -> dict[str, Kind]:
    """Three kinds of request, each from two threads, for so long; the answers are read whole."""
    found = {kind: Kind() for kind in KINDS}
    end = time.monotonic() + seconds

    def go(kind: str, start: int) -> None:
        number = start
        while time.monotonic() < end:
            number += 1
            status, text, took = ask(installation, kind, number)
            mine = found[kind]
            mine.statuses[status] += 1
            mine.slowest = max(mine.slowest, took)
            mine.half += status == 200 and not text.rstrip().endswith("</html>")
            mine.lost_words += kind == "comment" and status not in (303, 0) and f"Words {number}." not in text
            # Comments are limited to a few of each network, and stored pages must not leave the others no room.
            time.sleep(0.02 if kind == "stored page" else 0.2)

    own = time.monotonic_ns() % 10**9
    threads = [threading.Thread(target=go, args=(kind, own + part * 10**6)) for kind in KINDS for part in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@contextlib.contextmanager
def fault(name: str, door: Door, database_url: str) -> Iterator[None]:
    if name == "stopped":
        door.shut()
    elif name == "hanging":
        door.is_deaf = True
    else:
        allow_writing(database_url, is_allowed=False)
        door.cut()
    try:
        yield
    finally:
        if name == "read-only":
            allow_writing(database_url, is_allowed=True)
            door.cut()
        door.open()


def allow_writing(database_url: str, *, is_allowed: bool) -> None:
    import psycopg

    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        name = connection.info.dbname
        state = "off" if is_allowed else "on"
        connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {state}')


def recovery(installation: Installation) -> float:
    """Seconds until a page that is not stored and a comment are answered again."""
    began = time.monotonic()
    number = time.monotonic_ns() % 10**12
    while time.monotonic() - began < 30:
        number += 1
        if ask(installation, "page not stored", number)[0] == 200 and ask(installation, "comment", number)[0] == 303:
            break
        time.sleep(0.1)
    return time.monotonic() - began


@dataclass
class Result:
    fault: str
    kinds: dict[str, Kind]
    started_meanwhile: int
    recovered_after: float

    def rows(self) -> Iterator[str]:
        for kind, found in self.kinds.items():
            got = ", ".join(f"{count} x {status}" for status, count in sorted(found.statuses.items()))
            yield f"{self.fault:10} {kind:16} {got:32} slowest {found.slowest:5.2f} s, half pages {found.half}"
            if kind == "comment":
                yield f"{self.fault:10} {kind:16} refused without giving the words back: {found.lost_words}"
        yield f"{self.fault:10} worker started meanwhile sent {self.started_meanwhile}"
        yield f"{self.fault:10} all well again after {self.recovered_after:.2f} s"


def try_all(seconds: float, database_url: str, faults: tuple[str, ...] = FAULTS) -> Iterator[Result]:
    door = Door(database_url)
    installation = Installation(workers=2, threads=4, database_url=door.url)
    try:
        installation.prepare()
        installation.run("tests/faults/database.py", "--prepare")
        installation.start()
        installation.wait()
        for path in ("/2017/03/15/kept/", "/2017/03/15/not-kept/", "/"):
            assert installation.get(path)[0] == 200
        for name in faults:
            forget_the_page_that_is_not_stored(installation)
            with fault(name, door, database_url):
                time.sleep(0.5)
                kinds = load(installation, seconds)
                installation.stop()
                installation.start()
                installation.wait()
                started_meanwhile = installation.get("/2017/03/15/kept/")[0]
            yield Result(name, kinds, started_meanwhile, recovery(installation))
    finally:
        installation.remove()
        door.shut()


def forget_the_page_that_is_not_stored(installation: Installation) -> None:
    installation.run("tests/faults/database.py", "--publish", "not-kept")


def publish(slug: str) -> None:
    from blog.models import Post
    from tests.make import publish_again

    publish_again(Post.objects.get(slug=slug))


def prepare() -> None:
    from tests.make import make_post, make_publication
    from tests.make_comments import set_policy

    make_publication()
    make_post("Kept", slug="kept")
    make_post("Not kept", slug="not-kept")
    set_policy(most_from_network=1_000_000, noticed_from_network=1_000_000)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--prepare", action="store_true")
    parser.add_argument("--publish")
    wanted = parser.parse_args()
    if wanted.prepare or wanted.publish:
        import django

        django.setup()
        if wanted.publish:
            publish(wanted.publish)
        else:
            prepare()
        return 0
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        print("Run it with a PostgreSQL: python tests/postgres.py python tests/faults/database.py")
        return 2
    with database_of_its_own() as database_url:
        for result in try_all(wanted.seconds, database_url):
            print(*result.rows(), sep="\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
