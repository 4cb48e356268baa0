"""kill -9 of the web server, of its workers and of `manage.py work` under load, again and again.

    python tests/faults/killing.py --times 100

No comment that was acknowledged is lost and none is there twice, no change that was answered is unseen later, nobody is
sent half a page or an old one, every letter is sent. On the PostgreSQL that DATABASE_URL names, else on SQLite. Only
processes of its own are killed.
"""

import argparse
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.faults import race
from tests.faults.browser import Browser
from tests.faults.installation import ROOT, SECONDS_TO_START, Installation, database_of_its_own
from tests.faults.writers import Act, OverTheWeb, Writer

# Mostly when it has work to do, now and then before it has come up again.
OFTEN, PAUSES = 0.9, (0.1, 0.5, 1, 2, 4)
SECONDS_FOR_ONE = 8
WEB_WORKER, WEB_SERVER, WORKER = "web worker", "web server", "worker"
WRITERS, READERS, SENDERS = 2, 4, 2
# The address of each letter that was delivered, as the file of it has it.
MESSAGE_ID = re.compile(r"^Message-ID: (\S+)", re.MULTILINE)


@dataclass
class Account:
    """What people were told, and what became of it."""

    killed: Counter[str] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    sent_again: int = 0
    other_statuses: Counter[int] = field(default_factory=Counter)
    not_given_back: int = 0
    acts: list[Act] = field(default_factory=list)
    verdict: race.Verdict | None = None
    lost: list[str] = field(default_factory=list)
    twins: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    letters: int = 0
    unsent: list[str] = field(default_factory=list)
    sent_twice: int = 0

    @property
    def is_good(self) -> bool:
        assert self.verdict is not None
        if self.sent_twice > self.killed[WORKER]:
            # One that a killed worker had handed over and not yet marked goes again, as the same message.
            return False
        return not (self.verdict.wrong or self.lost or self.twins or self.stale or self.unsent or self.not_given_back)

    def __str__(self) -> str:
        return (
            f"{self.verdict}\n"
            f"{len(self.acknowledged)} comments acknowledged ({self.sent_again} sent again for want of an answer, "
            f"other answers {dict(self.other_statuses)}, {self.not_given_back} without what was typed): "
            f"{len(self.lost)} lost, {len(self.twins)} there twice\n"
            f"afterwards stale in the store: {self.stale or 'nothing'}\n"
            f"{self.letters} letters: {len(self.unsent)} not sent, {self.sent_twice} twice"
        )


class House:
    """A web server and a worker, as `manage.py serve` starts them, and as a system starts them again."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.worker: subprocess.Popen[bytes] | None = None

    def keep_up(self) -> None:
        if self.installation.has_ended:
            self.installation.start()
        if self.worker is None or self.worker.poll() is not None:
            with (self.installation.folder / "worker.log").open("ab") as log:
                command = [sys.executable, "manage.py", "work", "--every", "0.2"]
                self.worker = subprocess.Popen(
                    command, cwd=ROOT, env=self.installation.environment, stdout=log, stderr=log
                )

    def wait(self) -> None:
        """Where its workers die again and again, the server gives up."""
        until = time.monotonic() + SECONDS_TO_START
        while not self.installation.answers():
            assert time.monotonic() < until, "The server does not come up again."
            self.keep_up()
            time.sleep(0.1)

    def kill(self, what: str) -> bool:
        workers, server = self.installation.worker_ids(), self.installation.server
        if what == WEB_WORKER:
            return bool(workers) and killed(random.choice(workers))
        if what == WORKER:
            assert self.worker is not None
            return killed(self.worker.pid)
        assert server is not None
        is_killed = killed(server.pid)
        # What a system does with the others of a group whose first has died.
        for pid in workers:
            killed(pid)
        server.wait()
        return is_killed

    def stop(self) -> None:
        if self.worker is not None:
            self.worker.terminate()
            self.worker.wait()


def killed(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def kill(house: House, account: Account, times: int) -> None:
    until = time.monotonic() + times * SECONDS_FOR_ONE
    while account.killed.total() < times and time.monotonic() < until:
        if random.random() < OFTEN:
            house.wait()
        time.sleep(random.choice(PAUSES))
        what = random.choices((WEB_WORKER, WEB_SERVER, WORKER), (7, 1, 2))[0]
        account.killed[what] += house.kill(what)
        house.keep_up()


def send(port: int, account: Account, is_over: threading.Event, own: str) -> None:
    """A reader who gets no answer sends the same words again."""
    reader, number = Browser(port), 0
    while not is_over.is_set():
        number += 1
        words = f"Words {own}-{number}."
        typed = {"name": "Rita", "email": f"sender{own}-{number}@example.org", "body": words}
        while not is_over.is_set():
            time.sleep(0.05)
            try:
                answer = reader.post("/2017/03/15/post-0/comments/", typed)
            except (OSError, http.client.HTTPException):
                account.sent_again += 1
                continue
            if answer.status == 303:
                account.acknowledged.add(words)
            else:
                account.other_statuses[answer.status] += 1
                account.not_given_back += words not in answer.text
            break
    reader.close()


def try_it(times: int, database_url: str) -> Account:
    installation, account = Installation(workers=2, database_url=database_url), Account()
    house = House(installation)
    try:
        pks = prepare(installation)
        house.wait()

        def kill_and_see() -> None:
            kill(house, account, times)
            # And what is seen when all is up again.
            house.wait()
            time.sleep(1)

        under_load(installation.port, account, pks, kill_and_see)
        house.stop()
        look_after(installation, account)
        return account
    finally:
        house.stop()
        installation.remove()


def prepare(installation: Installation) -> list[int]:
    installation.prepare()
    pks: list[int] = json.loads(installation.run("tests/faults/race.py", "--prepare", "--writers", str(WRITERS)).stdout)
    return pks


def under_load(
    port: int, account: Account, pks: list[int], meanwhile: Callable[[], None], earlier: Account | None = None
) -> None:
    """Readers, senders of comments and the staff at work, for so long as `meanwhile` takes."""
    is_over, reading, account.acts = threading.Event(), race.Reading(), list(earlier.acts if earlier else [])
    # What is done now is told from what was done earlier by its number.
    made = 1_000_000 if earlier else 0
    with race.all_at_once(is_over) as begin:
        for _number in range(READERS):
            begin(race.read, port, 0, WRITERS, is_over.is_set, reading)
        for own in range(SENDERS):
            begin(send, port, account, is_over, f"{made}-{own}")
        for number, pk in enumerate(pks):
            begin(Writer(OverTheWeb(port, number, pk), number, account.acts.append, made).write, is_over.is_set)
        meanwhile()
    account.verdict = race.judge(account.acts, reading)


def look_after(installation: Installation, account: Account) -> None:
    """Into the database, into the store and into the letters, when all is done."""
    installation.run("manage.py", "work", "--once")
    told = json.loads(installation.run("tests/faults/killing.py", "--tell").stdout)
    kept = Counter(told["words"])
    account.lost = sorted(account.acknowledged - set(kept))
    account.twins = sorted(words for words, count in kept.items() if count > 1)
    account.stale = told["stale"]
    written = "\n".join(path.read_text() for path in (installation.folder / "mail").glob("*"))
    delivered = Counter(MESSAGE_ID.findall(written))
    account.letters = len(told["letters"])
    account.unsent = sorted(set(told["letters"]) - set(delivered))
    account.sent_twice = sum(count > 1 for count in delivered.values())


def tell() -> None:
    """What is in the database, and which stored pages are not what would be drawn."""
    import django

    django.setup()
    from django.utils import timezone
    from post_office.models import STATUS, Email

    from blog import following
    from comments.models import Comment
    from tests import stored

    following.follow()
    due = Email.objects.exclude(scheduled_time__gt=timezone.now()).exclude(status=STATUS.failed)
    told = {
        "words": list(Comment.objects.values_list("body", flat=True)),
        "stale": stored.differences(),
        "letters": list(due.values_list("message_id", flat=True)),
    }
    print(json.dumps(told))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--tell", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.tell:
        tell()
        return 0
    with database_of_its_own() as database_url:
        account = try_it(wanted.times, database_url)
    print(f"killed: {dict(account.killed)}\n{account}")
    return 0 if account.is_good and account.killed.total() == wanted.times else 1


if __name__ == "__main__":
    sys.exit(main())
