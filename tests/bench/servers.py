"""Starts what is measured, keeps it on one core, and reads from /proc what it has used."""

import contextlib
import http.client
import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from asiaunbound.management.commands import serve
from tests.faults.installation import ROOT

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
SECONDS_TO_START = 60
# As many as `manage.py serve` has if nobody says otherwise.
THREADS = 4


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(frozen=True)
class Server:
    pid: int
    port: int

    @property
    def cpu_seconds(self) -> float:
        return cpu_seconds(self.pid)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()


def web_server(application: str, port: int, *options: str) -> list[str]:
    """The very command of `manage.py serve`, for any application; of an option given twice, the last one counts."""
    command = serve.web_server("127.0.0.1", port, THREADS)
    return [*command[:-1], *options, application]


@contextmanager
def started(command: list[str], environment: Mapping[str, str], port: int, log: Path) -> Iterator[Server]:
    """A server on its core, once it answers; it has ended, with all it started, when this is left."""
    with log.open("ab") as written:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=written, stderr=written, preexec_fn=partial(pin, 0, SERVER_CORE)
        )
        server = Server(process.pid, port)
        try:
            wait_for(server, process, log)
            yield server
        finally:
            end(process)


def wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    end_at = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end_at and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            server.get("/")
            return
        time.sleep(0.1)
    raise RuntimeError(f"A server did not start:\n{log.read_text()[-3000:]}")


def end(process: subprocess.Popen[bytes]) -> None:
    below = tree(process.pid)
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        for pid in below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        process.wait()


def pin(pid: int, *cores: int) -> None:
    """Keep a process, and what it will start, on these cores; 0 is this one. One that has just ended is left alone."""
    with contextlib.suppress(ProcessLookupError):
        os.sched_setaffinity(pid, cores)


def tree(pid: int) -> list[int]:
    """A process and all that it, or one of its threads, has started."""
    found = [pid]
    for above in found:
        for path in Path(f"/proc/{above}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += map(int, path.read_text().split())
    return found


def cpu_seconds(pid: int) -> float:
    """What a process and all below it have used so far, with those that have ended."""
    total = 0
    for each in tree(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))
    return total / TICKS_A_SECOND


def megabytes(pid: int) -> float:
    """The memory of a process and all below it; what they share is counted once."""
    total = 0
    for each in tree(pid):
        with contextlib.suppress(OSError):
            found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{each}/smaps_rollup").read_text(), re.MULTILINE)
            total += int(found[1]) if found else 0
    return total / 1024
