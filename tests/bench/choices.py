"""Which server, and with which settings: the same three loads under each of them."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from tests.bench import servers
from tests.bench.comparisons import NEWEST, Ground, to_ours
from tests.bench.load import FEW_READERS, Load, reading
from tests.bench.servers import Server
from tests.bench.sites import BENCH, Command, installed
from tests.bench.table import Row, figures_of
from tests.faults.installation import ROOT


def granian(*options: str) -> Command:
    return lambda application, port: servers.web_server(application, port, *options)


def gunicorn(*options: str) -> Command:
    """One worker of one thread unless told otherwise."""
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--log-level", "warning", *options]
    return lambda application, port: [*command, "--bind", f"127.0.0.1:{port}", application]


CHOICES: Mapping[str, Command] = {
    "granian as serve starts it": granian(),
    "1 thread": granian("--blocking-threads", "1"),
    "2 threads": granian("--blocking-threads", "2"),
    "8 threads": granian("--blocking-threads", "8"),
    "2 workers of 2 threads": granian("--workers", "2", "--blocking-threads", "2"),
    "2 workers of 4 threads": granian("--workers", "2", "--blocking-threads", "4"),
    "runtime mode st": granian("--runtime-mode", "st"),
    "runtime mode mt": granian("--runtime-mode", "mt"),
    "gunicorn, 4 threads": gunicorn("--threads", "4"),
    "gunicorn, 2 workers of 4 threads": gunicorn("--workers", "2", "--threads", "4"),
}


def stored(ground: Ground) -> Row:
    return under_each(ground, "A stored page", lambda name, server: reading(server, NEWEST))


def post(ground: Ground) -> Row:
    what = "A post with 20 comments, not stored"
    return under_each(ground, what, lambda name, server: reading(server, NEWEST, readers=FEW_READERS), STORED_PAGES="0")


def comments(ground: Ground) -> Row:
    return under_each(ground, "Comments taken, eight at a time", lambda name, server: to_ours(server, name))


def under_each(ground: Ground, what: str, load: Callable[[str, Server], Load], **more: str) -> Row:
    more["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(installed(BENCH / "gunicorn.txt"))])
    with ExitStack() as stack:
        started = {name: stack.enter_context(ground.ours.served(command, **more)) for name, command in CHOICES.items()}
        found = ground.plan.in_turn({name: (server, load(name, server)) for name, server in started.items()})
    return Row(what, figures_of(found))
