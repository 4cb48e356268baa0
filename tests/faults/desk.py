"""Ten moderators clear one queue at the same time, while the web server and the worker are killed at random.

    python tests/faults/desk.py --moderators 10 --comments 500 --times 10

Every comment is decided exactly once, no decision that was answered is lost, the record adds up, and there is one
letter about each. A worker that is killed between handing letters over and noting it hands them over again; how many
there were is printed. On the PostgreSQL that DATABASE_URL names, else on SQLite. Only processes of its own are killed.
"""

import argparse
import http.client
import json
import random
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.faults import race
from tests.faults.browser import Answer, Browser
from tests.faults.installation import Installation, database_of_its_own
from tests.faults.killing import MESSAGE_ID, PAUSES, WEB_SERVER, WEB_WORKER, WORKER, House
from tests.faults.writers import PASSWORD

DESK = "/admin/comments/comment/"
WAITING_ROW = re.compile(r'data-row="(\d+:\d+)" data-waits')
ACTS = {"approve": "approved", "reject": "rejected", "spam": "spam"}
# Before they look what is left, for colleagues decide meanwhile.
DECIDED_AT_A_TIME = 5
SECONDS_FOR_ALL = 600


@dataclass
class Clearing:
    """What the moderators were answered, and what was found afterwards."""

    comments: int
    answered: dict[str, set[str]] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    sent_again: int = 0
    refused: int = 0
    other_statuses: Counter[int] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    seconds: float = 0
    wrong: list[str] = field(default_factory=list)
    letters: int = 0
    sent_twice: int = 0

    @property
    def is_good(self) -> bool:
        # One that a killed worker had handed over and not yet marked goes again, as the same message.
        return not self.wrong and not self.other_statuses and self.sent_twice <= self.killed[WORKER]

    def __str__(self) -> str:
        return (
            f"{self.comments} comments cleared in {self.seconds:.1f} s, killed meanwhile {dict(self.killed)}\n"
            f"{self.taken.total()} decisions answered by {len(self.taken)} moderators, "
            f"{self.refused} refused because a colleague was first, "
            f"{self.sent_again} sent again for want of an answer, other answers {dict(self.other_statuses)}\n"
            f"{self.letters} letters delivered, {self.sent_twice} of them twice\n"
            f"wrong: {'; '.join(self.wrong) or 'nothing'}"
        )


class Moderator:
    def __init__(self, port: int, name: str, clearing: Clearing, until: float) -> None:
        self.browser, self.name, self.clearing, self.until = Browser(port), name, clearing, until

    def clear(self) -> None:
        self._answered(lambda: self.browser.sign_in(self.name, PASSWORD))
        while rows := WAITING_ROW.findall(self._answered(lambda: self.browser.get(DESK)).text):
            for row in random.sample(rows, min(len(rows), DECIDED_AT_A_TIME)):
                self._decide(row, random.choice(list(ACTS)))
        self.browser.close()

    def _decide(self, row: str, act: str) -> None:
        """Who gets no answer presses the same button again."""
        fields = {act: row, "csrfmiddlewaretoken": self.browser.token}
        answer = self._answered(lambda: self.browser.post(f"{DESK}decide/", fields))
        if answer.status == 303:
            self.clearing.answered.setdefault(row, set()).add(act)
            self.clearing.taken[self.name] += 1
        elif answer.status == 409:
            self.clearing.refused += 1
        else:
            self.clearing.other_statuses[answer.status] += 1

    def _answered(self, ask: Callable[[], Answer]) -> Answer:
        while time.monotonic() < self.until:
            try:
                answer = ask()
            except (OSError, http.client.HTTPException):
                answer = Answer(503, "")
            if answer.status < 500:
                return answer
            self.clearing.sent_again += 1
            time.sleep(0.05)
        raise AssertionError("The queue was not cleared in time.")


def prepare(moderators: int, comments: int) -> None:
    from blog.roles import MODERATORS
    from comments.models import Comment
    from tests.make import make_post, make_publication, make_staff
    from tests.make_comments import make_comment, set_policy

    make_publication()
    set_policy(most_from_network=1_000_000, noticed_from_network=1_000_000)
    for number in range(moderators):
        moderator = make_staff(f"mo{number}", MODERATORS)
        moderator.set_password(PASSWORD)
        moderator.save()
    post = make_post()
    for number in range(comments):
        make_comment(post, Comment.Status.PENDING, body=f"Remark {number}.", notify_decision=True)


def tell() -> None:
    """What is in the database; the letters about decisions, which wait for an undo, are made due."""
    import django

    django.setup()
    from django.db.models import F
    from post_office.models import Email

    from comments.models import Comment, Decision, Notice, Thread

    Email.objects.filter(scheduled_time__isnull=False).update(scheduled_time=F("created"))
    rows = Comment.objects.order_by("pk").values_list("pk", "version", "status")
    decisions = Decision.objects.order_by("pk").values_list("comment_id", "version", "from_status", "to_status")
    told = {
        "comments": list(rows),
        "decisions": list(decisions),
        "approved_count": Thread.objects.get().approved_count,
        "letters": list(Notice.objects.filter(event__startswith="decision:").values_list("event", flat=True)),
    }
    print(json.dumps(told))


def judged(clearing: Clearing, told: dict[str, Any]) -> list[str]:
    wrong = []
    decided = {pk: (version, before, to) for pk, version, before, to in told["decisions"]}
    if len(decided) != len(told["decisions"]) or len(decided) != clearing.comments:
        wrong.append(f"{len(told['decisions'])} decisions about {len(decided)} comments")
    letters = Counter(int(event.split(":")[1]) for event in told["letters"])
    for pk, version, status in told["comments"]:
        if (version, decided.get(pk)) != (2, (1, "pending", status)):
            wrong.append(f"comment {pk} is {status}, version {version}, decided {decided.get(pk)}")
        if any(ACTS[act] != status for act in clearing.answered.get(f"{pk}:1", ())):
            wrong.append(f"comment {pk} is {status}, and {clearing.answered[f'{pk}:1']} was answered")
        if letters[pk] != (status != "spam"):
            wrong.append(f"{letters[pk]} letters about the decision on comment {pk}, which is {status}")
    approved = sum(status == "approved" for _pk, _version, status in told["comments"])
    if told["approved_count"] != approved:
        wrong.append(f"{approved} approved, and {told['approved_count']} counted")
    return wrong


def try_it(moderators: int, comments: int, times: int, database_url: str) -> Clearing:
    installation, clearing = Installation(workers=2, database_url=database_url), Clearing(comments)
    house = House(installation)
    try:
        installation.prepare()
        how_many = ("--moderators", str(moderators), "--comments", str(comments))
        installation.run("tests/faults/desk.py", "--prepare", *how_many)
        house.keep_up()
        house.wait()
        _clear(house, clearing, moderators, times)
        house.wait()
        house.stop()
        told = json.loads(installation.run("tests/faults/desk.py", "--tell").stdout)
        clearing.wrong = judged(clearing, told)
        installation.run("manage.py", "work", "--once")
        _look_at_letters(installation, clearing)
        return clearing
    finally:
        house.stop()
        installation.remove()


def _clear(house: House, clearing: Clearing, moderators: int, times: int) -> None:
    began, is_over = time.monotonic(), threading.Event()
    until = began + SECONDS_FOR_ALL
    with race.all_at_once(is_over) as begin:
        people = [Moderator(house.installation.port, f"mo{number}", clearing, until) for number in range(moderators)]
        for moderator in people:
            begin(moderator.clear)
        while len(clearing.answered) < clearing.comments and time.monotonic() < until:
            time.sleep(random.choice(PAUSES[:3]))
            if clearing.killed.total() < times:
                what = random.choices((WEB_WORKER, WEB_SERVER, WORKER), (5, 2, 3))[0]
                clearing.killed[what] += house.kill(what)
            house.keep_up()
    clearing.seconds = time.monotonic() - began


def _look_at_letters(installation: Installation, clearing: Clearing) -> None:
    written = "\n".join(path.read_text() for path in (installation.folder / "mail").glob("*"))
    delivered = Counter(MESSAGE_ID.findall(written))
    clearing.letters = len(delivered)
    clearing.sent_twice = sum(count > 1 for count in delivered.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in (("moderators", 10), ("comments", 500), ("times", 10)):
        parser.add_argument(f"--{name}", type=int, default=number)
    for name in ("prepare", "tell"):
        parser.add_argument(f"--{name}", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.tell:
        tell()
        return 0
    if wanted.prepare:
        import django

        django.setup()
        prepare(wanted.moderators, wanted.comments)
        return 0
    with database_of_its_own() as database_url:
        clearing = try_it(wanted.moderators, wanted.comments, wanted.times, database_url)
    print(clearing)
    return 0 if clearing.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
