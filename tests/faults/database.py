"""PostgreSQL stopped, refusing, hanging, held and read-only in the middle of a load: what each kind of request got.

    python tests/postgres.py python tests/faults/database.py --seconds 5

The workers reach the database through a door of this process. Each kind of request goes on all the while; the tables
that are printed say what it got before and during the failure, and how long after it all was well again.
"""

import argparse
import http.client
import json
import os
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.blog.forms_of_posts import ADD, read
from tests.faults.browser import Answer, Browser
from tests.faults.door import FAULTS, Door, fault
from tests.faults.installation import Installation, database_of_its_own
from tests.faults.race import all_at_once
from tests.faults.writers import PASSWORD

SECONDS_TO_BE_WELL = 30


@dataclass(frozen=True)
class Kind:
    """One kind of request, as one of many people sends it; `number` is another one each time."""

    name: str
    ask: Callable[[Browser, int], Answer]
    well: int = 200
    at_once: int = 2
    # Typed words come back where they are not taken.
    has_words: bool = False


@dataclass
class Got:
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    half: int = 0
    lost_words: int = 0

    def add(self, kind: Kind, answer: Answer, number: int, seconds: float) -> None:
        self.statuses[answer.status] += 1
        self.slowest = max(self.slowest, seconds)
        is_page = answer.text.lower().startswith("<!doctype html>")
        self.half += is_page and not answer.text.rstrip().endswith("</html>")
        self.lost_words += kind.has_words and answer.status >= 400 and f"Words {number}." not in answer.text

    def __str__(self) -> str:
        counts = ", ".join(f"{count} × {status or 'nothing'}" for status, count in sorted(self.statuses.items()))
        faults = (f", {self.half} half" if self.half else "") + (f", {self.lost_words} lost" if self.lost_words else "")
        return f"{counts}{faults}, slowest {self.slowest:.1f} s"


def get(path: str) -> Callable[[Browser, int], Answer]:
    return lambda browser, number: browser.get(path.format(number))


class Trial:
    """One installation, one person of the staff who has signed in, and the kinds of request."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        told = json.loads(installation.run("tests/faults/database.py", "--prepare").stdout)
        self.kinds = [
            Kind("stored page", get("/2017/03/15/kept/"), at_once=4),
            Kind("stored feed", get("/authors/ada-tan/feed/")),
            Kind("stored page past its end, to be added to", get("/regions/asia/")),
            Kind("stored page past its end, to vanish", get("/2017/03/15/ending/"), well=410),
            Kind("page not stored", get("/2017/03/15/not-kept/?{}"), at_once=8),
            Kind("unknown address", get("/no-such-page-{}/"), well=404),
            Kind("comment sent", self.send_comment, well=303, has_words=True),
            Kind("commenter's own page", get(told["own_page"])),
            Kind("sign-in", self.sign_in, well=302, at_once=1),
            Kind("queue of the staff", self.look_at_queue),
            Kind("draft saved", self.save_draft, well=302, has_words=True),
            Kind("/healthz", get("/healthz")),
            Kind("/readyz", get("/readyz")),
            Kind("picture", get(told["picture"])),
            Kind("style sheet", get(told["style_sheet"])),
        ]
        self.staff = Browser(installation.port)
        self.form: dict[str, list[str]] = {}
        self.number, self.end = 0, 0.0

    def begin(self) -> None:
        self.installation.start()
        self.installation.wait()
        assert self.staff.sign_in("desk", PASSWORD).status == 302
        self.form = read(self.staff.get(ADD).text).fields

    def send_comment(self, browser: Browser, number: int) -> Answer:
        typed = {"name": "Rita", "email": f"r{number}@example.org", "body": f"Words {number}."}
        return browser.post("/2017/03/15/kept/comments/", typed)

    def sign_in(self, browser: Browser, number: int) -> Answer:
        browser.cookies = dict(self.staff.cookies)
        typed = {"username": "desk", "password": PASSWORD, "csrfmiddlewaretoken": self.staff.token}
        return browser.post("/admin/login/", typed)

    def look_at_queue(self, browser: Browser, number: int) -> Answer:
        browser.cookies = dict(self.staff.cookies)
        return browser.get("/admin/comments/comment/")

    def save_draft(self, browser: Browser, number: int) -> Answer:
        browser.cookies = dict(self.staff.cookies)
        typed = {"title": [f"Words {number}."], "uid": [str(uuid.uuid4())], "act": ["save"]}
        return browser.post(ADD, self.form | typed)

    def ask(self, kind: Kind) -> tuple[Answer, int, float]:
        """On a connection of its own, as one more reader."""
        self.number += 1
        browser, number, began = Browser(self.installation.port, timeout=20), self.number, time.monotonic()
        try:
            return kind.ask(browser, number), number, time.monotonic() - began
        except (OSError, http.client.HTTPException):
            return Answer(0, ""), number, time.monotonic() - began
        finally:
            browser.close()

    def load(self, seconds: float) -> dict[str, Got]:
        found, is_over = {kind.name: Got() for kind in self.kinds}, threading.Event()

        def go(kind: Kind) -> None:
            while not is_over.is_set():
                answer, number, took = self.ask(kind)
                found[kind.name].add(kind, answer, number, took)
                time.sleep(0.1)

        with all_at_once(is_over) as begin:
            for kind in self.kinds:
                for _person in range(kind.at_once):
                    begin(go, kind)
            time.sleep(seconds)
        return found

    def seconds_until_well(self) -> dict[str, float]:
        found, began, is_over = dict[str, float](), time.monotonic(), threading.Event()

        def go(kind: Kind) -> None:
            while self.ask(kind)[0].status != kind.well and time.monotonic() - began < SECONDS_TO_BE_WELL:
                time.sleep(0.1)
            found[kind.name] = time.monotonic() - began

        with all_at_once(is_over) as begin:
            for kind in self.kinds:
                begin(go, kind)
        return found

    def store(self) -> None:
        """Every page but one is drawn now; two of them end in a moment, and this waits until they have."""
        for seconds in (3, 10, 30):
            end = float(self.installation.run("tests/faults/database.py", "--end-in", str(seconds)).stdout)
            for kind in self.kinds:
                if kind.name.startswith("stored"):
                    assert self.ask(kind)[0].status == 200, kind
            if time.time() < end:
                self.end = end
                return
        raise AssertionError("This machine is too slow.")


@dataclass
class Result:
    fault: str
    kinds: list[Kind]
    before: dict[str, Got]
    during: dict[str, Got]
    started_meanwhile: int
    well_after: dict[str, float]

    def __str__(self) -> str:
        """A table in Markdown."""
        lines = [
            f"{self.fault.capitalize()}: {FAULTS[self.fault]}. A worker started meanwhile sent a stored page with "
            f"{self.started_meanwhile}.\n",
            "| asked for | before | during | well again after |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {name} | {self.before[name]} | {got} | {self.well_after[name]:.1f} s |"
            for name, got in self.during.items()
        ]
        return "\n".join([*lines, ""])


def try_all(seconds: float, database_url: str, faults: tuple[str, ...] = tuple(FAULTS)) -> Iterator[Result]:
    door = Door(database_url)
    # As many as `manage.py serve` starts.
    installation = Installation(workers=1, threads=4, database_url=door.url)
    try:
        installation.prepare()
        trial = Trial(installation)
        trial.begin()
        before = trial.load(seconds)
        for name in faults:
            trial.store()
            with fault(name, door, database_url):
                time.sleep(max(0, trial.end - time.time()))
                during = trial.load(seconds)
                installation.stop()
                installation.start()
                installation.wait()
                started_meanwhile = installation.get("/2017/03/15/kept/")[0]
            yield Result(name, trial.kinds, before, during, started_meanwhile, trial.seconds_until_well())
        trial.staff.close()
    finally:
        installation.remove()
        door.shut()


# In a process of its own, which has set up Django.


def prepare() -> None:
    """What is asked for, and the addresses that nobody can know before."""
    from django.templatetags.static import static

    from blog.roles import EDITORS, MODERATORS
    from tests.make import make_author, make_photo, make_post, make_publication, make_region, make_staff
    from tests.make_comments import make_comment, set_policy

    make_publication()
    desk = make_staff("desk", EDITORS, MODERATORS)
    desk.set_password(PASSWORD)
    desk.save()
    set_policy(most_from_network=1_000_000, noticed_from_network=1_000_000)
    post = make_post("Kept", slug="kept", authors=[make_author("Ada Tan")], regions=[make_region("Asia")])
    make_post("Not kept", slug="not-kept")
    make_post("Ending", slug="ending")
    told = {
        "own_page": make_comment(post, "pending").get_absolute_url(),
        "picture": make_photo().file.url,
        "style_sheet": static("css/site.css"),
    }
    print(json.dumps(told))


def end_in(seconds: float) -> None:
    """One post ends and another one begins in so many seconds, and the one that is not to be stored is thrown away."""
    import datetime

    from django.utils import timezone

    from blog.models import Post, Region
    from tests.make import make_post, publish_again

    publish_again(Post.objects.get(slug="not-kept"))
    at = timezone.now() + datetime.timedelta(seconds=seconds)
    make_post("Coming", status="scheduled", published_at=at, regions=[Region.objects.get()])
    publish_again(Post.objects.get(slug="ending"), expire_at=at.isoformat())
    print(at.timestamp())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--faults", nargs="+", choices=FAULTS, default=tuple(FAULTS))
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--end-in", type=float, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.prepare or wanted.end_in:
        import django

        django.setup()
        if wanted.prepare:
            prepare()
        else:
            end_in(wanted.end_in)
        return 0
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        print("Run it with a PostgreSQL: python tests/postgres.py python tests/faults/database.py")
        return 2
    with database_of_its_own() as database_url:
        for result in try_all(wanted.seconds, database_url, tuple(wanted.faults)):
            print(result, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
