"""Writers change posts and comments while readers read: nobody may see what an answered change has done away with.

    python tests/faults/race.py --seconds 60 --writers 8 --readers 16 --workers 2 --machines 1

On the PostgreSQL that DATABASE_URL names, else on SQLite. Half of the writers are processes that call the functions, as
a command does; the others are browsers, signed in at the pages of the staff. Readers compare what they see with what
was answered, and say what was stale. With two machines, each has a store of its own and one database; what a change on
one has done away with may be seen on the other for a second. With `--nginx`, all go through nginx, which sends what it
finds as files.
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
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.faults.installation import ROOT, Installation, database_of_its_own
from tests.faults.writers import NEVER, PASSWORD, Act, ByFunctions, OverTheWeb, Way, Writer
from tests.in_front import BehindNginx, is_of_a_file

TITLE = re.compile(r"Post (\d+) version (\d+)<")
REMARK = re.compile(r"remark (\d+) of post (\d+)\.")
SECONDS_ALLOWED_TO_ANOTHER_MACHINE = 1.0


def prepare(writers: int) -> None:
    """Posts, the one account that does all, and no limit to comments from one connection; prints the posts' ids."""
    from blog.roles import EDITORS, MODERATORS
    from tests.make import make_post, make_publication, make_staff
    from tests.make_comments import set_policy

    make_publication()
    desk = make_staff("desk", EDITORS, MODERATORS)
    desk.set_password(PASSWORD)
    desk.save()
    set_policy(most_from_network=1_000_000, noticed_from_network=1_000_000)
    print(json.dumps([make_post(f"Post {number} version 0", slug=f"post-{number}").pk for number in range(writers)]))


def write(way: Way, number: int, seconds: float, least: int = 0) -> None:
    """What a process of its own does; it prints what it has done."""
    end = time.monotonic() + seconds
    writer = Writer(way, number, lambda act: print(json.dumps(act), flush=True))
    writer.write(lambda: time.monotonic() > end and writer.answered >= least)


# The readers, threads of the process that judges.


@dataclass
class Seen:
    asked: float
    path: str
    post: int
    machine: int
    answered: float = NEVER
    status: int = 0
    is_from_file: bool = False
    is_half: bool = False
    has_unpublished: bool = False
    versions: dict[int, int] = field(default_factory=dict)
    remarks: set[int] | None = None


@dataclass
class Reading:
    """What the readers saw, and how often a connection was cut: half an answer that is known to be half."""

    seen: list[Seen] = field(default_factory=list)
    cut_off: int = 0


def read(port: int, machine: int, writers: int, is_over: Callable[[], bool], reading: Reading) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while not is_over():
        number = random.randrange(writers)
        path = random.choice((f"/2017/03/15/post-{number}/", f"/2017/03/15/post-{number}/", "/"))
        seen = Seen(time.monotonic(), path, number, machine)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            reading.cut_off += 1
            connection.close()
            time.sleep(0.02)
            continue
        seen.answered, seen.status = time.monotonic(), answer.status
        seen.is_from_file = is_of_a_file(answer.headers.get("ETag", ""))
        seen.is_half = seen.status == 200 and not text.rstrip().endswith("</html>")
        seen.has_unpublished = " unpublished " in text
        seen.versions = {int(post): int(version) for post, version in TITLE.findall(text)}
        if path != "/":
            seen.remarks = {int(remark) for remark, post in REMARK.findall(text)}
        reading.seen.append(seen)
        time.sleep(0.002)
    connection.close()


# The judge.


@dataclass
class Verdict:
    reads: int
    changes: int
    not_taken: dict[str, int]
    wrong: list[str]
    statuses: dict[int, int]
    cut_off: int
    from_files: int
    drawn: int = 0
    states: int = 0

    def __str__(self) -> str:
        lines = [
            f"{self.reads} reads: {self.statuses}, {self.cut_off} cut off, {self.from_files} from files",
            f"{self.changes} changes answered, not taken: {self.not_taken or 'none'}",
            f"stale, half or not yet public: {len(self.wrong)}",
        ]
        return "\n".join([*lines, *self.wrong[:10]])

    def of_renderings(self) -> str:
        each, again = self.states / max(self.changes, 1), self.drawn / max(self.states, 1)
        return (
            f"{self.states} pages thrown away and asked for again: {each:.2f} for each change\n"
            f"{self.drawn} renderings: {again:.2f} for each page thrown away"
        )


def judge(acts: list[Act], reading: Reading, machines: int = 1) -> Verdict:
    of_post: dict[int, list[Act]] = {}
    for act in acts:
        of_post.setdefault(act.post, []).append(act)
    wrong = []
    for seen in reading.seen:
        if seen.is_half or seen.has_unpublished:
            wrong.append(f"{seen.path}: {'half a page' if seen.is_half else 'what was only saved'}")
        for post, version in seen.versions.items():
            wrong += wrong_version(seen, version, of_post.get(post, []), since(seen, post, machines))
        if seen.remarks is not None and seen.status == 200:
            wrong += wrong_remarks(seen, seen.remarks, of_post.get(seen.post, []), since(seen, seen.post, machines))
    answered = sum(act.answered != NEVER for act in acts if act.kind != "saved")
    return Verdict(
        reads=len(reading.seen),
        changes=answered,
        not_taken=dict(Counter(act.why for act in acts if act.answered == NEVER)),
        wrong=wrong,
        statuses=dict(Counter(seen.status for seen in reading.seen)),
        cut_off=reading.cut_off,
        from_files=sum(seen.is_from_file for seen in reading.seen),
    )


def since(seen: Seen, post: int, machines: int) -> float:
    """What was answered before this moment must be seen. Writers are spread over the machines as their posts are."""
    return seen.asked - (0 if post % machines == seen.machine else SECONDS_ALLOWED_TO_ANOTHER_MACHINE)


def wrong_version(seen: Seen, version: int, acts: Iterable[Act], since: float) -> Iterator[str]:
    due = max((act.value for act in acts if act.kind == "version" and act.answered < since), default=0)
    if version < due:
        yield f"{seen.path}: version {version}, though {due} was answered before"


def wrong_remarks(seen: Seen, remarks: set[int], acts: Iterable[Act], since: float) -> Iterator[str]:
    shown = {act.value: act for act in acts if act.kind == "shown"}
    hidden = {act.value: act for act in acts if act.kind == "hidden"}
    for remark, approval in shown.items():
        rejection = hidden.get(remark)
        is_untouched = rejection is None or rejection.began > seen.answered
        if remark not in remarks and approval.answered < since and is_untouched:
            yield f"{seen.path}: remark {remark} is missing, though its approval was answered"
        if remark in remarks and rejection is not None and rejection.answered < since:
            yield f"{seen.path}: remark {remark} is there, though its rejection was answered"
    for remark in remarks:
        if remark not in shown or shown[remark].began > seen.answered:
            yield f"{seen.path}: remark {remark} is there, and nobody had approved it"


# All together.


@contextmanager
def all_at_once(is_over: threading.Event) -> Iterator[Callable[..., None]]:
    """Threads that go on until it is over, which it is at the end of the block. What one of them raises is raised."""
    with ThreadPoolExecutor(max_workers=100) as pool:
        begun = list[Future[None]]()
        try:
            yield lambda *words: begun.append(pool.submit(*words))
        finally:
            is_over.set()
    for thread in begun:
        thread.result()


def race(
    *,
    seconds: float,
    least: int = 0,
    writers: int,
    readers: int,
    workers: int,
    machines: int,
    database_url: str,
    nginx: bool = False,
) -> Verdict:
    kind = BehindNginx if nginx else Installation
    first = kind(workers=workers, database_url=database_url)
    others = [
        kind(workers=workers, database_url=first.database_url, secret=first.secret) for _number in range(machines - 1)
    ]
    both = [first, *others]
    try:
        first.prepare()
        pks = json.loads(first.run("tests/faults/race.py", "--prepare", "--writers", str(writers)).stdout)
        for installation in others:
            (installation.folder / "static").mkdir()
        for installation in both:
            installation.start()
        for installation in both:
            installation.wait()
            for number in range(writers):
                installation.get(f"/2017/03/15/post-{number}/")
            installation.get("/")
        before = [installation.drawn() for installation in both]
        verdict = _run(both, pks, seconds, least, readers)
        for installation, drawn_before in zip(both, before, strict=True):
            drawn = installation.drawn() - drawn_before
            verdict.drawn += drawn.total()
            verdict.states += len(drawn)
        return verdict
    finally:
        for installation in both:
            installation.remove()


def _run(both: list[Installation], pks: list[int], seconds: float, least: int, readers: int) -> Verdict:
    reading, acts, is_over = Reading(), list[Act](), threading.Event()
    with all_at_once(is_over) as begin:
        for number in range(readers):
            machine = number % len(both)
            begin(read, both[machine].port, machine, len(pks), is_over.is_set, reading)
        processes = [
            start_writer(both[number % len(both)], number, pk, seconds, least) for number, pk in enumerate(pks)
        ]
        for process in processes:
            told, _nothing = process.communicate(timeout=seconds + 60)
            acts += [Act(*json.loads(line)) for line in told.splitlines()]
        time.sleep(SECONDS_ALLOWED_TO_ANOTHER_MACHINE)
    assert all(process.returncode == 0 for process in processes)
    return judge(acts, reading, len(both))


def start_writer(installation: Installation, number: int, pk: int, seconds: float, least: int) -> subprocess.Popen[str]:
    """Half of them are browsers, on each of the machines."""
    command = [sys.executable, "tests/faults/race.py", "--seconds", str(seconds), "--least", str(least)]
    command += ["--write", str(number)]
    if number // 2 % 2 == 0:
        command += ["--port", str(installation.port), "--pk", str(pk)]
    return subprocess.Popen(command, cwd=ROOT, env=installation.environment, stdout=subprocess.PIPE, text=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--least", type=int, default=0, help="changes of each writer, should it take longer")
    for name, number in (("writers", 8), ("readers", 16), ("workers", 2), ("machines", 1)):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--nginx", action="store_true", help="put nginx before each machine")
    # What it says to itself.
    for name in ("write", "port", "pk"):
        parser.add_argument(f"--{name}", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.prepare or wanted.write is not None:
        import django

        django.setup()
    if wanted.prepare:
        prepare(wanted.writers)
        return 0
    if wanted.write is not None:
        way = OverTheWeb(wanted.port, wanted.write, wanted.pk) if wanted.port else ByFunctions(wanted.write)
        write(way, wanted.write, wanted.seconds, wanted.least)
        return 0
    with database_of_its_own() as database_url:
        verdict = race(
            seconds=wanted.seconds,
            least=wanted.least,
            writers=wanted.writers,
            readers=wanted.readers,
            workers=wanted.workers,
            machines=wanted.machines,
            database_url=database_url,
            nginx=wanted.nginx,
        )
    print(verdict, verdict.of_renderings(), sep="\n")
    return 1 if verdict.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
