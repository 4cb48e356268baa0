"""An installation of its own for a trial: a folder, a database and web workers, all on this machine, all gone after it.

Only processes that it has started itself are ever ended.
"""

import contextlib
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START = 60
COUNTED = "tests.faults.counted:application"


class Installation:
    def __init__(self, *, workers: int = 2, threads: int = 4, database_url: str = "", secret: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="asiaunbound-trial-"))
        self.workers, self.threads = workers, threads
        # Where it is asked; another one if something stands before it.
        self.port = self.own_port = free_port()
        self.database_url = database_url or f"sqlite:///{self.folder / 'trial.sqlite3'}"
        self.secret = secret or secrets.token_urlsafe(50)
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "asiaunbound.settings",
            "VAR_DIR": str(self.folder),
            "SITE_URL": "http://127.0.0.1:8000",
            # The second is the name under which tests.stored asks.
            "ALLOWED_HOSTS": "127.0.0.1,testserver",
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": self.secret,
            "GRANIAN_BLOCKING_THREADS": str(self.threads),
        }

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done

    def prepare(self) -> None:
        self.run("manage.py", "migrate", "--verbosity", "0")
        self.run("manage.py", "collectstatic", "--no-input", "--verbosity", "0")

    def start(self, application: str = COUNTED) -> None:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(self.own_port), "--http", "1"]
        command += ["--workers", str(self.workers), "--no-ws"]
        command += ["--respawn-failed-workers", "--respawn-interval", "0.1", "--workers-kill-timeout", "3"]
        command += ["--log-level", "critical", application]
        with (self.folder / "server.log").open("ab") as log:
            self.server = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def wait(self, path: str = "/healthz") -> None:
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            if self.answers(path):
                return
            time.sleep(0.1)
        raise AssertionError(f"The server did not start: {(self.folder / 'server.log').read_text()[-3000:]}")

    def answers(self, path: str = "/healthz") -> bool:
        try:
            return self.get(path, timeout=2)[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def get(self, path: str, timeout: float = 15) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def worker_ids(self) -> list[int]:
        """The web workers: the server's own children that have loaded the application."""
        assert self.server is not None
        try:
            found = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text().split()
            return [int(pid) for pid in found if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        except OSError:
            return []

    @property
    def has_ended(self) -> bool:
        return self.server is None or self.server.poll() is not None

    def drawn(self) -> Counter[bytes]:
        """How often each page was drawn in each of its states (`tests.faults.counted`)."""
        told = b"".join(path.read_bytes() for path in self.folder.glob("drawn-*"))
        return Counter(told[start : start + 16] for start in range(0, len(told), 16))

    def stop(self) -> None:
        if self.server is not None:
            self.server.send_signal(signal.SIGTERM)
            try:
                self.server.wait(15)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()
            self.server = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def database_of_its_own(template: str = "template1") -> Iterator[str]:
    """The address of a new PostgreSQL database where DATABASE_URL names a server, else of a file to come ("")."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield ""
        return
    import psycopg

    name = f"trial_{os.getpid()}_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    head, _mark, query = server.partition("?")
    yield head.rpartition("/")[0] + f"/{name}" + (f"?{query}" if query else "")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
