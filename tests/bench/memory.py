"""How much memory the web server and the worker take together, with the demo publication."""

import sys
import urllib.parse
import urllib.request

from tests.bench import databases, servers
from tests.bench.comparisons import Ground
from tests.bench.servers import Server
from tests.bench.sites import asia_unbound
from tests.bench.table import Row
from tests.faults.installation import free_port

ALLOWED = 300
ROUNDS = 20
POST = "/2026/11/10/a-delta-learns-to-live-with-salt/"
PATHS = ("/", POST, "/regions/asia/", "/feed/", "/2024/", "/admin/login/")


def memory(ground: Ground) -> Row:
    folder = ground.folder / "demo"
    folder.mkdir()
    with databases.empty(ground.kind, folder) as url:
        site, port = asia_unbound(folder, url), free_port()
        site.run("manage.py", "migrate", "--verbosity", "0")
        site.run("manage.py", "demo")
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        with servers.started(command, site.environment(), port, folder / "server.log") as server:
            at_rest = servers.megabytes(server.pid)
            for number in range(ROUNDS):
                for path in PATHS:
                    assert server.get(path).status == 200, path
                say_something(server, number)
            at_work = servers.megabytes(server.pid)
    sides = {"at rest": {"megabytes": at_rest}, "after 140 requests": {"megabytes": at_work}}
    ratio = at_work / ALLOWED
    what = "Memory of web server and worker together"
    return Row(what, sides, f"of {ALLOWED} MB, at most 1", ratio, ratio <= 1)


def say_something(server: Server, number: int) -> None:
    words = urllib.parse.urlencode(
        {"name": "Reader", "email": f"reader{number}@example.org", "body": f"Remark number {number}"}
    )
    address = f"http://127.0.0.1:{server.port}{POST}comments/"
    asked = urllib.request.Request(address, words.encode(), {"X-Forwarded-For": f"10.0.0.{number}"})
    urllib.request.urlopen(asked, timeout=10).read()
