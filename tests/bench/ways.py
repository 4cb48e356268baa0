"""How pages are stored here, beside other ways of doing it: `other_ways.py` in Django's cache and in Varnish.

    python tests/bench/ways.py

It takes some minutes, on a PostgreSQL of its own unless DATABASE_URL names one. What is not installed is named and left
out (Debian: varnish varnish-modules redis-server memcached). "Older" is an answer without a change that was answered
(or committed, where the process was killed then) before it was asked for. CPU is of all but the load, on one core.
"""

import json
import os
import re
import resource
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench import databases, load, servers
from tests.bench.rounds import Plan, Round
from tests.bench.servers import Server
from tests.faults import race
from tests.faults.door import Door
from tests.faults.installation import ROOT, Installation, database_of_its_own, free_port
from tests.faults.writers import Act, ByFunctions

CLIENTS = ROOT / "var" / "ways"
OWN = [sys.executable, "tests/bench/ways.py", "--do"]
POST = "/2017/03/15/long/"
ROUNDS, SECONDS_OF_LOAD, SECONDS_OF_RACE, SECONDS_WATCHED = 3, 3, 8, 3
WRITERS, READERS, WORKERS, THREADS = 4, 6, 2, 2
REDIS = "redis-server --bind 127.0.0.1 --port {port} --dir {folder} --save '' --maxmemory 64mb"
REDIS += " --maxmemory-policy allkeys-lru"
AT_REDIS = "redis://127.0.0.1:{port}"
MEMCACHED = "memcached -l 127.0.0.1 -p {port} -U 0 -m 64 -u nobody"
VARNISH = "varnishd -F -j none -n {folder}/varnish -a 127.0.0.1:{port} -f {folder}/ways.vcl -s malloc,64m"
RULES = """vcl 4.1;
import xkey;
backend app { .host = "127.0.0.1"; .port = "%s"; }
acl ours { "127.0.0.1"; }
sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ ours) { return (synth(403)); }
        set req.http.gone = xkey.purge(req.http.changed);
        return (synth(200));
    }
}
sub vcl_backend_response {
    if (beresp.http.xkey) { set beresp.ttl = 300s; set beresp.do_gzip = true; return (deliver); }
}
sub vcl_deliver { unset resp.http.xkey; }
"""


@dataclass
class Way:
    name: str
    middleware: str = "CachedPages"
    backend: str = ""
    # The cache's address for the application; a path or an address of the program.
    location: str = "127.0.0.1:{port}"
    program: str = ""
    is_guarded: bool = True
    is_ours: bool = False


WAYS = [
    Way("drawn each time", middleware=""),
    Way("A files", backend="filebased.FileBasedCache", location="{folder}/cache"),
    Way("A same database", backend="db.DatabaseCache", location="kept_pages"),
    Way("A Redis", backend="redis.RedisCache", location=AT_REDIS, program=REDIS),
    Way("A Redis, no mark", backend="redis.RedisCache", location=AT_REDIS, program=REDIS, is_guarded=False),
    Way("A memcached", backend="memcached.PyMemcacheCache", program=MEMCACHED),
    Way("B Varnish", middleware="PurgedPages", program=VARNISH),
    Way("C stored pages", is_ours=True),
]


class Trial(Installation):
    """One way with a database of its own; readers come to `port`, which is Varnish's where there is one."""

    def __init__(self, way: Way, database_url: str, static: Path) -> None:
        super().__init__(workers=WORKERS, threads=THREADS, database_url=database_url)
        self.way, self.version = way, 0
        self.program: subprocess.Popen[bytes] | None = None
        self.web_port, self.program_port = self.port, free_port()
        if way.program == VARNISH:
            self.port = self.program_port
        (self.folder / "ways.vcl").write_text(RULES % self.web_port)
        (self.folder / "static").symlink_to(static)
        if way.backend.startswith("db."):
            self.run(*OWN[1:], "make a table")

    @property
    def environment(self) -> dict[str, str]:
        way = {"BACKEND": self.way.backend, "LOCATION": self.placed(self.way.location), "WAY": self.way.middleware}
        way |= {"IS_OURS": str(self.way.is_ours), "IS_GUARDED": str(self.way.is_guarded)}
        return super().environment | way | {"PYTHONPATH": f"{ROOT}:{CLIENTS}"}

    def placed(self, text: str) -> str:
        return text.format(port=self.program_port, folder=self.folder)

    def start_all(self) -> None:
        if self.way.program:
            with (self.folder / "program.log").open("ab") as log:
                self.program = subprocess.Popen(shlex.split(self.placed(self.way.program)), stdout=log, stderr=log)
        self.start_web()

    def start_web(self) -> None:
        readers, self.port = self.port, self.web_port
        self.start("asiaunbound.wsgi:application" if self.way.is_ours else "tests.bench.other_ways:application")
        self.port = readers
        self.wait()
        self.statuses()

    def end_program(self) -> None:
        if self.program is not None:
            self.program.kill()
            self.program.wait()
            self.program = None

    def remove(self) -> None:
        self.end_program()
        super().remove()

    def look(self) -> tuple[str, int]:
        """Status and version of the post's page."""
        try:
            status, text = self.get(POST)
        except OSError:
            return "no answer", 0
        found = re.search(r"Version (\d+)", text)
        return str(status), int(found[1]) if found else 0

    def statuses(self) -> str:
        """Asked often enough for each worker to have its turn."""
        return " ".join(sorted({self.look()[0] for _time in range(8)}))

    def change(self, how: str = "") -> str:
        """Change the post in another process and say what readers got, and for how long it was older than that."""
        self.statuses()
        self.version += 1
        command = [*OWN, "change", str(self.version), how]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True)
        seen, end = [], float("inf")
        while time.monotonic() < end:
            seen.append((time.monotonic(), *self.look()))
            time.sleep(0.02)
            if end == float("inf") and process.poll() is not None:
                end = time.monotonic() + SECONDS_WATCHED
        changed = float(process.communicate()[0])
        since = [(asked - changed, status, version) for asked, status, version in seen if asked > changed]
        older = max(
            (after for after, status, version in since if status == "200" and version < self.version), default=0
        )
        lasted = "throughout" if older > SECONDS_WATCHED - 0.5 else f"{older:.1f} s"
        return f"{' '.join(sorted({status for _after, status, _version in since}))}, older {lasted}"


# In a process of its own, in the trial's environment.


def do(act: str, number: str = "", how: str = "") -> None:
    import django

    if os.environ.get("IS_OURS") == "False":
        from tests.bench import other_ways  # noqa: F401
    django.setup()
    from django.core.management import call_command

    if act == "make a table":
        call_command("createcachetable")
    elif act == "write":
        race.write(ByFunctions(int(number)), int(number), SECONDS_OF_RACE)
    else:
        change(int(number), how) if act == "change" else prepare()


def prepare() -> None:
    from tests.make import make_author, make_post
    from tests.make_comments import make_comment

    race.prepare(WRITERS)
    words = "<p>Ships wait in the strait while the pilots argue about the tide, the wind and the price of rice.</p>"
    post = make_post("Version 0", slug="long", body=words * 60, authors=[make_author()])
    for _number in range(20):
        make_comment(post)


def change(version: int, how: str) -> None:
    from django.conf import settings
    from django.core.cache import cache
    from django.db import transaction

    from blog.models import Post
    from tests.make import publish_again

    def between_commit_and_clean_up() -> None:
        if how == "killed":
            print(time.monotonic(), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        elif how == "deleted" and os.environ["IS_OURS"] == "True":
            shutil.rmtree(settings.PAGES_ROOT)
            shutil.rmtree(settings.RUN_ROOT)
        elif how == "deleted":
            cache.clear()

    post = Post.objects.get(slug="long")
    if how == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    with transaction.atomic():
        transaction.on_commit(between_commit_and_clean_up)
        publish_again(post, title=f"Version {version}")
    print(time.monotonic(), flush=True)


# What is measured.


@dataclass(frozen=True)
class WithItsProgram(Server):
    program: int | None

    @property
    def cpu_seconds(self) -> float:
        return servers.cpu_seconds(self.pid) + (servers.cpu_seconds(self.program) if self.program else 0)


def costs(trials: list[Trial]) -> dict[str, list[Round]]:
    """Reading the post's page, from each in turn."""
    sides = {}
    for trial in trials:
        assert trial.server
        server = WithItsProgram(trial.server.pid, trial.port, trial.program.pid if trial.program else None)
        sides[trial.way.name] = (server, load.reading(server, POST, {"Accept-Encoding": "gzip"}))
    with databases.pinned_postgres(databases.POSTGRESQL) as postgres:
        return Plan(ROUNDS, SECONDS_OF_LOAD, lambda told: None, postgres).in_turn(sides)


def stale_reads(trial: Trial) -> str:
    """Reads in a race that were older than a change answered before."""
    reading = race.Reading()
    elsewhere = partial(servers.pin, 0, servers.LOAD_CORE)
    writers = [
        subprocess.Popen(
            [*OWN, "write", str(number)],
            cwd=ROOT, env=trial.environment, stdout=subprocess.PIPE, preexec_fn=elsewhere,
        )
        for number in range(WRITERS)
    ]  # fmt: skip

    def read() -> None:
        elsewhere()
        while any(writer.poll() is None for writer in writers):
            # The readers would leave the writers no room.
            time.sleep(0.05)
            until = time.monotonic() + 0.05
            race.read(trial.port, 0, WRITERS, lambda: time.monotonic() > until, reading)  # noqa: B023

    threads = [threading.Thread(target=read) for _reader in range(READERS)]
    for thread in threads:
        thread.start()
    acts = [Act(*json.loads(line)) for writer in writers for line in writer.communicate()[0].splitlines()]
    for thread in threads:
        thread.join()
    seen = [one for one in reading.seen if one.status == 200]
    stale = sum(bool(race.judge(acts, race.Reading([one])).wrong) for one in seen)
    return f"{stale:,} of {len(seen):,}, {len(acts)} changes"


def without_database(trial: Trial) -> str:
    """With the database stopped: as it runs; the web server started anew; the cache's program started anew too."""
    door = Door(trial.database_url)
    trial.stop()
    trial.database_url = door.url
    trial.start_web()
    door.shut()
    found = [trial.statuses()]
    trial.stop()
    trial.start_web()
    found.append(trial.statuses())
    trial.stop()
    trial.end_program()
    trial.start_all()
    found.append(trial.statuses())
    door.open()
    return ", ".join(found)


def full(trial: Trial) -> str:
    if trial.way.program == REDIS:
        with socket.create_connection(("127.0.0.1", trial.program_port)) as redis:
            redis.sendall(b"CONFIG SET maxmemory 1\r\n")
            assert redis.recv(100).startswith(b"+OK")
        return trial.change()
    if not (trial.way.is_ours or trial.way.backend.startswith("filebased.")):
        return "not tried"
    # No file can grow: to whoever writes one, that is a full disk.
    assert trial.server
    for pid in servers.tree(trial.server.pid):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    return trial.change("full")


def gone(trial: Trial) -> str:
    trial.end_program()
    return trial.change("" if trial.way.program else "deleted")


def missing(way: Way) -> str:
    program = way.program.partition(" ")[0]
    if program and not shutil.which(program):
        return program
    lacks_keys = way.program == VARNISH and not list(Path("/usr/lib").glob("**/libvmod_xkey.so"))
    return "varnish-modules" if lacks_keys else ""


def compare(stack: ExitStack) -> None:
    template = Installation(database_url=stack.enter_context(database_of_its_own()))
    stack.callback(template.remove)
    template.prepare()
    template.run(*OWN[1:], "prepare")
    name = template.database_url.partition("?")[0].rpartition("/")[2]
    trials = []
    for way in WAYS:
        if lacks := missing(way):
            print(f"{way.name} is left out, for {lacks} is not installed.")
            continue
        trials.append(Trial(way, stack.enter_context(database_of_its_own(name)), template.folder / "static"))
        stack.callback(trials[-1].remove)
        trials[-1].start_all()
    rounds = costs(trials)
    figures = [("way", "CPU ms a request", "stale reads in a race")]
    faults = [("way", "killed after commit", "no database; web, all anew", "store full", "store deleted or ended")]
    for trial in trials:
        used = [each.cpu_ms + each.database_ms for each in rounds[trial.way.name]]
        cost = f"{statistics.median(used):.3f} ({min(used):.3f}-{max(used):.3f})"
        figures.append((trial.way.name, cost, stale_reads(trial)))
        # A change before, so that no page ends by itself while it is watched.
        killed = trial.change() and trial.change("killed")
        stopped = without_database(trial)
        faults.append((trial.way.name, killed, stopped, full(trial), gone(trial)))
        trial.remove()
    for row in (*figures, *faults):
        print(f"{row[0]:18}" + "".join(f"{cell:28}" for cell in row[1:]))


def main() -> None:
    # All that is started from here, the database too, stays on one core, but for the load.
    servers.pin(0, servers.SERVER_CORE)
    os.chdir(ROOT)
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        os.execv(sys.executable, [sys.executable, "tests/postgres.py", *OWN[:2]])
    if not shutil.which("wrk"):
        sys.exit("The load comes from wrk, which is not installed.")
    if not CLIENTS.exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(CLIENTS)]
        subprocess.run([*command, "redis[hiredis]", "pymemcache"], check=True)
    # What stops this ends what it has started.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with ExitStack() as stack:
        compare(stack)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--do"]:
        do(*sys.argv[2:])
    else:
        main()
