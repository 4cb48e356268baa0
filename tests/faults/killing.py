"""kill -9 of web workers under load, again and again: no comment that was acknowledged is lost, none is there twice,
and nobody is sent half a page or an old one.

    python tests/faults/killing.py --times 100

On the PostgreSQL that DATABASE_URL names, else on SQLite. Only the workers of its own server are killed.
"""

import argparse
import http.client
import json
import os
import random
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.faults.installation import Installation, database_of_its_own

SECONDS_FOR_ONE = 20
POST = "/2017/03/15/kept/"


@dataclass
class Account:
    """What readers were told, and what became of it."""

    killed: int = 0
    acknowledged: set[str] = field(default_factory=set)
    unsure: int = 0
    pages: int = 0
    half: int = 0
    cut_off: int = 0
    other_statuses: dict[int, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    twins: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.half or self.lost or self.twins)

    def __str__(self) -> str:
        return (
            f"{self.killed} workers killed; {self.pages} pages, {self.half} half ones, {self.cut_off} cut off; "
            f"{len(self.acknowledged)} comments acknowledged, {self.unsure} without an answer, "
            f"{len(self.lost)} lost, {len(self.twins)} twice; other answers: {self.other_statuses}"
        )


def send(installation: Installation, account: Account, end: threading.Event, own: int) -> None:
    number = 0
    while not end.is_set():
        number += 1
        words = f"Words {own}-{number}."
        body = urlencode({"name": "Rita", "email": f"r{own}-{number}@example.org", "body": words})
        connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=20)
        try:
            connection.request("POST", f"{POST}comments/", body, {"Content-Type": "application/x-www-form-urlencoded"})
            answer = connection.getresponse()
            answer.read()
            if answer.status == 303:
                account.acknowledged.add(words)
            else:
                account.other_statuses[answer.status] = account.other_statuses.get(answer.status, 0) + 1
        except (OSError, http.client.HTTPException):
            account.unsure += 1
        finally:
            connection.close()
        time.sleep(0.02)


def read(installation: Installation, account: Account, end: threading.Event) -> None:
    while not end.is_set():
        try:
            # A body shorter than its Content-Length is an IncompleteRead: the connection was cut, and the reader knows.
            status, text = installation.get(random.choice((POST, "/")))
        except (OSError, http.client.HTTPException):
            account.cut_off += 1
            time.sleep(0.02)
            continue
        account.pages += 1
        account.half += status == 200 and not text.rstrip().endswith("</html>")
        time.sleep(0.005)


def kill_workers(installation: Installation, account: Account, times: int) -> None:
    """Where workers die again and again, granian gives up; it is started again then, as a system does."""
    until = time.monotonic() + times * SECONDS_FOR_ONE
    while account.killed < times and time.monotonic() < until:
        if installation.has_ended:
            installation.start("asiaunbound.wsgi:application")
        workers = installation.worker_ids()
        if workers:
            try:
                os.kill(random.choice(workers), signal.SIGKILL)
                account.killed += 1
            except ProcessLookupError:
                pass
        # Now and then before it has come up again, mostly when it has work to do.
        time.sleep(random.choice((0.2, 0.5, 2, 3)))


def try_it(times: int, database_url: str) -> Account:
    installation, account, end = Installation(workers=2, database_url=database_url), Account(), threading.Event()
    try:
        installation.prepare()
        installation.run("tests/faults/database.py", "--prepare")
        installation.start("asiaunbound.wsgi:application")
        installation.wait()
        threads = [threading.Thread(target=send, args=(installation, account, end, own)) for own in range(2)]
        threads += [threading.Thread(target=read, args=(installation, account, end)) for _reader in range(4)]
        for thread in threads:
            thread.start()
        try:
            kill_workers(installation, account, times)
        finally:
            end.set()
            for thread in threads:
                thread.join()
        kept: list[str] = json.loads(installation.run("tests/faults/killing.py", "--list").stdout)
        account.lost = sorted(account.acknowledged - set(kept))
        account.twins = sorted({words for words in kept if kept.count(words) > 1})
        return account
    finally:
        installation.remove()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--list", action="store_true")
    wanted = parser.parse_args()
    if wanted.list:
        import django

        django.setup()
        from comments.models import Comment

        print(json.dumps(list(Comment.objects.values_list("body", flat=True))))
        return 0
    with database_of_its_own() as database_url:
        account = try_it(wanted.times, database_url)
    print(account)
    return 0 if account.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
