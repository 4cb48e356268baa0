"""What is compared with what, and the goal that the design sets for it."""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import content, databases, servers
from tests.bench.load import BROWSER, FEW_READERS, Commenting, Load, form_of, reading
from tests.bench.rounds import Plan
from tests.bench.servers import Answer, Server
from tests.bench.sites import Site
from tests.bench.table import Goal, Row, compared
from tests.faults.installation import ROOT, free_port

SPEED = Goal("CPU of the other / ours", lambda ours, theirs: theirs.cpu_ms / ours.cpu_ms, at_least=0.7)
COST = Goal("CPU of ours / the other", lambda ours, theirs: ours.cpu_ms / theirs.cpu_ms, at_most=0.5)
TAKEN = Goal("a second, ours / the other", lambda ours, theirs: ours.per_second / theirs.per_second, at_least=1.0)

NEWEST = "/2017/03/15/post-0/"
# A page here and there, and the words that stand last on it.
POST = (NEWEST, "/post-0/", content.comments()[-1].body)
HOME = ("/", "/", content.posts()[content.POSTS_ON_THE_FRONT_PAGE - 1].title)
OF_THE_SERVER = {"date", "server"}


@dataclass(frozen=True)
class Ground:
    """Where a comparison takes place: both sites on one kind of database, filled alike."""

    kind: str
    folder: Path
    ours: Site
    plain: Site
    plan: Plan


def stored(ground: Ground) -> Row:
    with ground.ours.served() as ours, constant(ground.folder, kept(ours, NEWEST)) as theirs:
        assert own(theirs.get(NEWEST, BROWSER)) == own(kept(ours, NEWEST))
        sides = {"Asia Unbound": (ours, reading(ours, NEWEST)), "a constant": (theirs, reading(theirs, NEWEST))}
        found = ground.plan.in_turn(sides)
    what = "A stored page, beside a constant answer of the same bytes and headers"
    return compared(what, SPEED, *found.items())


def kept(server: Server, path: str) -> Answer:
    """What a browser gets of a page that was asked for before."""
    server.get(path, BROWSER)
    answer = server.get(path, BROWSER)
    # Only what is stored is compressed.
    assert answer.status == 200 and ("content-encoding", "br") in own(answer)[0], answer.headers
    return answer


def own(answer: Answer) -> tuple[list[tuple[str, str]], bytes]:
    """Headers and bytes of an answer, without what the server adds to every one."""
    headers = sorted((name.lower(), value) for name, value in answer.headers)
    return [header for header in headers if header[0] not in OF_THE_SERVER], answer.body


@contextmanager
def constant(folder: Path, answer: Answer) -> Iterator[Server]:
    """The same server with an application that only answers."""
    path, port = folder / "answer.pickle", free_port()
    path.write_bytes(pickle.dumps(own(answer)))
    command = servers.web_server("tests.bench.constant:application", port)
    environment = {"PYTHONPATH": str(ROOT), "BENCH_ANSWER": str(path)}
    with servers.started(command, environment, port, folder / "constant.log") as server:
        yield server


def post(ground: Ground) -> Row:
    with ground.ours.served(STORED_PAGES="0") as ours:
        return drawn(ground, ours, "A post with 20 comments, where nothing is stored", *POST)


def home(ground: Ground) -> Row:
    with ground.ours.served(STORED_PAGES="0") as ours:
        return drawn(ground, ours, "The front page, where nothing is stored", *HOME)


def post_anew(ground: Ground) -> Row:
    with ground.ours.served(drawing_anew) as ours:
        return drawn(ground, ours, "The same post after a decision about its comments: drawn, compressed, kept", *POST)


def home_anew(ground: Ground) -> Row:
    with ground.ours.served(drawing_anew) as ours:
        return drawn(ground, ours, "The front page after that decision: drawn, compressed, kept", *HOME)


def drawing_anew(_application: str, port: int) -> list[str]:
    return servers.web_server("tests.bench.drawn_anew:application", port)


def drawn(ground: Ground, ours: Server, what: str, path: str, plain_path: str, last_words: str) -> Row:
    """The same page of both blogs; the words are those that stand last on it."""
    with ground.plain.served() as plain:
        sides: dict[str, tuple[Server, Load]] = {}
        for site, server, place in ((ground.ours, ours, path), (ground.plain, plain, plain_path)):
            answer = server.get(place)
            assert answer.status == 200 and last_words in answer.body.decode(), f"{site.name} shows something else."
            sides[site.name] = (server, reading(server, place, readers=FEW_READERS))
        found = ground.plan.in_turn(sides)
    return compared(what, COST, *found.items())


def comments(ground: Ground) -> Row:
    with ground.ours.served() as ours, ground.plain.served() as plain:
        sent_to_ours = to_ours(ours, "Bench")
        plain_forms = [form_of(plain, f"/{post.slug}/") for post in content.posts()]
        sent_to_plain = Commenting(plain, "Bench", 302, plain_forms)
        sides = {ground.ours.name: (ours, sent_to_ours), ground.plain.name: (plain, sent_to_plain)}
        found = ground.plan.in_turn(sides)
    is_all_there(sent_to_ours, databases.count(ground.ours.database_url, "comments_comment", "body", "Bench "))
    is_all_there(sent_to_plain, databases.count(ground.plain.database_url, "django_comments", "comment", "Bench "))
    return compared("Comments taken, eight at a time, each of them looked at", TAKEN, *found.items())


def to_ours(server: Server, name: str) -> Commenting:
    """Comments spread over all posts: nobody is to search a thread of thousands for what was said already."""
    forms = [form_of(server, f"/{post.published_at:%Y/%m/%d}/{post.slug}/") for post in content.posts()]
    return Commenting(server, name, 303, forms)


def is_all_there(commenting: Commenting, found: tuple[int, int]) -> None:
    rows, texts = found
    if not rows == texts == commenting.taken:
        raise RuntimeError(f"{commenting.taken} comments were taken, but there are {rows} with {texts} texts.")
