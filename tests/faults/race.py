"""Writers change posts and comments while readers read: nobody may see what an answered change has done away with.

    python tests/faults/race.py --seconds 60 --writers 8 --readers 16 --workers 2 --machines 1

On the PostgreSQL that DATABASE_URL names, else on SQLite. Each writer is a process with a post of its own, and writes
down when each act began and when it was answered; readers compare what they see with that, and say what was stale.
With two machines, each has a store of its own and one database; what a reader sees on the other may be a second old.
"""

import argparse
import http.client
import json
import random
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.faults.installation import ROOT, Installation, database_of_its_own

TITLE = re.compile(r"Post (\d+) version (\d+)<")
REMARK = re.compile(r"remark (\d+) of post (\d+)\.")
SECONDS_ALLOWED_TO_ANOTHER_MACHINE = 1.0


@dataclass
class Seen:
    asked: float
    answered: float
    path: str
    machine: int
    versions: dict[int, int] = field(default_factory=dict)
    remarks: set[int] | None = None
    status: int = 200
    post: int = 0


# A writer, in a process of its own.


def write(number: int, seconds: float) -> None:
    import django

    django.setup()
    from django.db import OperationalError
    from django.utils import timezone

    from blog import publishing, revisions
    from blog.models import Post
    from blog.publishing import Step
    from comments import moderation
    from tests.make import make_editor, make_moderator
    from tests.make_comments import make_comment

    editor, moderator = make_editor(), make_moderator()
    post = Post.objects.get(slug=f"post-{number}")
    end, made, version, shown = time.monotonic() + seconds, 0, 0, list[Any]()

    def done(kind: str, value: int, began: float) -> None:
        print(json.dumps([number, kind, value, began, time.monotonic()]), flush=True)

    while time.monotonic() < end:
        act = random.choice(("publish", "publish", "approve", "approve", "reject"))
        try:
            if act == "publish":
                newest = revisions.latest(post)
                assert newest is not None
                snapshot = newest.snapshot | {"title": f"Post {number} version {version + 1}"}
                began = time.monotonic()
                publishing.publish(post, snapshot, Step(newest.number, editor, timezone.now()))
                version += 1
                done("version", version, began)
            elif act == "approve":
                made += 1
                body, email = f"This is remark {made} of post {number}.", f"r{number}-{made}@example.org"
                said = make_comment(post, "pending", body=body, email=email)
                began = time.monotonic()
                shown.append((made, moderation.decide(said.pk, 1, "approved", moderator, timezone.now()).comment))
                done("shown", made, began)
            elif shown:
                remark, comment = shown.pop(0)
                began = time.monotonic()
                moderation.decide(comment.pk, comment.version, "rejected", moderator, timezone.now())
                done("hidden", remark, began)
        except OperationalError as error:
            # The database was busy for too long: nothing was answered, so nothing is promised.
            print(json.dumps([number, "busy", str(error), 0, 0]), flush=True)
        time.sleep(random.uniform(0, 0.1))


def prepare(writers: int) -> None:
    import django

    django.setup()
    from tests.make import make_editor, make_moderator, make_post, make_publication

    make_publication()
    make_editor()
    make_moderator()
    for number in range(writers):
        make_post(f"Post {number} version 0", slug=f"post-{number}")


# The readers, threads of the process that judges.


def read(installation: Installation, machine: int, writers: int, end: float, found: list[Seen]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=30)
    while time.monotonic() < end:
        number = random.randrange(writers)
        path = random.choice((f"/2017/03/15/post-{number}/", f"/2017/03/15/post-{number}/", "/"))
        asked = time.monotonic()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            connection.close()
            continue
        seen = Seen(asked, time.monotonic(), path, machine, status=answer.status, post=number)
        seen.versions = {int(post): int(version) for post, version in TITLE.findall(text)}
        if path != "/":
            seen.remarks = {int(remark) for remark, post in REMARK.findall(text)}
        found.append(seen)
    connection.close()


# The judge.


@dataclass
class Verdict:
    reads: int
    changes: int
    stale: list[str]
    drawn: int
    busy: int
    statuses: dict[int, int]

    def __str__(self) -> str:
        lines = [
            f"{self.reads} reads, {self.changes} changes answered, {self.busy} not taken, {self.drawn} pages drawn",
            f"statuses: {self.statuses}",
            f"stale answers: {len(self.stale)}",
        ]
        return "\n".join([*lines, *self.stale[:10]])


def judge(log: list[list[Any]], seen: list[Seen], drawn: int) -> Verdict:
    acts = [line for line in log if line[1] != "busy"]
    versions: dict[int, list[tuple[float, int]]] = {}
    remarks: dict[int, dict[int, dict[str, tuple[float, float]]]] = {}
    for post, kind, value, began, answered in acts:
        if kind == "version":
            versions.setdefault(post, []).append((answered, value))
        else:
            remarks.setdefault(post, {}).setdefault(value, {})[kind] = (began, answered)
    stale = []
    for one in seen:
        allowed = SECONDS_ALLOWED_TO_ANOTHER_MACHINE if one.machine else 0.0
        since = one.asked - allowed
        for post, version in one.versions.items():
            due = max((value for answered, value in versions.get(post, []) if answered < since), default=0)
            if version < due:
                stale.append(f"{one.path}: post {post} in version {version}, {due} was answered before")
        if one.remarks is not None and one.status == 200:
            stale += wrong_remarks(one, remarks.get(one.post, {}), since)
    statuses: dict[int, int] = {}
    for one in seen:
        statuses[one.status] = statuses.get(one.status, 0) + 1
    return Verdict(len(seen), len(acts), stale, drawn, len(log) - len(acts), statuses)


def wrong_remarks(one: Seen, remarks: dict[int, dict[str, tuple[float, float]]], since: float) -> list[str]:
    assert one.remarks is not None
    never = (float("inf"), float("inf"))
    wrong = []
    for remark, times in remarks.items():
        shown, hidden = times.get("shown", never), times.get("hidden", never)
        if shown[1] < since and hidden[0] > one.answered and remark not in one.remarks:
            wrong.append(f"{one.path}: remark {remark} is missing, though its approval was answered")
        if hidden[1] < since and remark in one.remarks:
            wrong.append(f"{one.path}: remark {remark} is there, though its rejection was answered")
    return wrong


def race(*, seconds: float, writers: int, readers: int, workers: int, machines: int, database_url: str) -> Verdict:
    first = Installation(workers=workers, database_url=database_url)
    others = [
        Installation(workers=workers, database_url=first.database_url, secret=first.secret)
        for _number in range(machines - 1)
    ]
    both = [first, *others]
    try:
        first.prepare()
        first.run("tests/faults/race.py", "--prepare", "--writers", str(writers))
        for installation in both:
            (installation.folder / "static").mkdir(exist_ok=True)
            installation.start()
        for installation in both:
            installation.wait()
            for number in range(writers):
                installation.get(f"/2017/03/15/post-{number}/")
        before = sum(installation.drawn() for installation in both)
        return _run(both, seconds, writers, readers, before)
    finally:
        for installation in both:
            installation.remove()


def _run(both: list[Installation], seconds: float, writers: int, readers: int, before: int) -> Verdict:
    seen: list[Seen] = []
    command = [sys.executable, "tests/faults/race.py", "--seconds", str(seconds)]
    processes = [
        subprocess.Popen(
            [*command, "--write", str(number)], cwd=ROOT, env=both[0].environment, stdout=subprocess.PIPE, text=True
        )
        for number in range(writers)
    ]
    end = time.monotonic() + seconds + 2
    threads = [
        threading.Thread(target=read, args=(both[number % len(both)], number % len(both), writers, end, seen))
        for number in range(readers)
    ]
    for thread in threads:
        thread.start()
    log = []
    for process in processes:
        told, _nothing = process.communicate(timeout=seconds + 60)
        log += [json.loads(line) for line in told.splitlines()]
    for thread in threads:
        thread.join()
    return judge(log, seen, sum(installation.drawn() for installation in both) - before)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    for name, number in (("writers", 8), ("readers", 16), ("workers", 2), ("machines", 1)):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--write", type=int)
    parser.add_argument("--prepare", action="store_true")
    wanted = parser.parse_args()
    if wanted.prepare:
        prepare(wanted.writers)
        return 0
    if wanted.write is not None:
        write(wanted.write, wanted.seconds)
        return 0
    with database_of_its_own() as database_url:
        verdict = race(
            seconds=wanted.seconds,
            writers=wanted.writers,
            readers=wanted.readers,
            workers=wanted.workers,
            machines=wanted.machines,
            database_url=database_url,
        )
    print(verdict)
    return 1 if verdict.stale else 0


if __name__ == "__main__":
    sys.exit(main())
