"""A stored page as nginx sends it, with the configuration of `manage.py nginx`, beside a file as nginx sends it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import servers
from tests.bench.comparisons import NEWEST, Ground
from tests.bench.load import reading
from tests.bench.servers import Server
from tests.bench.table import Goal, Row, compared
from tests.faults.installation import free_port
from tests.in_front import Nginx

AS_A_FILE = Goal("CPU of the other / ours", lambda ours, theirs: theirs.cpu_ms / ours.cpu_ms, at_least=0.9)
GZIP, PLAIN = {"Accept-Encoding": "gzip"}, {"Accept-Encoding": "identity"}
OF_A_FILE = re.compile(r'"[0-9a-f]+-[0-9a-f]+"')


def nginx(ground: Ground) -> Row:
    port, site = free_port(), ground.ours
    address = f"http://127.0.0.1:{port}"
    with site.served(SITE_URL=address, FRONT_SERVER="nginx") as program:
        printed = site.run("manage.py", "nginx", "--port", str(program.port), SITE_URL=address)
        with started(ground.folder / "nginx", printed, port) as ours:
            for _ in range(3):
                # Drawn, then asked for again, and from then on sent by nginx alone.
                sent = ours.get(NEWEST, GZIP)
            assert OF_A_FILE.fullmatch(dict(sent.headers)["ETag"]), sent.headers
            with a_file(ground.folder, ours) as theirs:
                assert theirs.get(NEWEST, GZIP).body == sent.body
                sides = {"Asia Unbound": (ours, reading(ours, NEWEST)), "a file": (theirs, reading(theirs, NEWEST))}
                found = ground.plan.in_turn(sides)
    return compared("A stored page sent by nginx, beside a file of the same bytes", AS_A_FILE, *found.items())


@contextmanager
def a_file(folder: Path, ours: Server) -> Iterator[Server]:
    port, root = free_port(), folder / "file"
    page = root / NEWEST[1:] / "index.html"
    page.parent.mkdir(parents=True)
    page.write_bytes(ours.get(NEWEST, PLAIN).body)
    page.with_suffix(".html.gz").write_bytes(ours.get(NEWEST, GZIP).body)
    told = f"server {{ listen 127.0.0.1:{port}; root {root}; gzip_static on; }}"
    with started(folder / "nginx-file", told, port) as server:
        yield server


@contextmanager
def started(folder: Path, printed: str, port: int) -> Iterator[Server]:
    command = Nginx(folder, printed, {}).command
    with servers.started(command, {}, port, folder / "output.log") as server:
        yield server
