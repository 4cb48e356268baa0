"""The two blogs that are compared: each in a folder and a database of its own, with the same content."""

import hashlib
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import servers
from tests.bench.servers import Server
from tests.faults.installation import ROOT, free_port

BENCH = ROOT / "tests" / "bench"
VAR = ROOT / "var" / "bench"

# What starts an application at a port.
type Command = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Site:
    name: str
    package: str
    folder: Path
    database_url: str
    seed: str
    # Where packages lie that the publication itself does without.
    packages: Path | None = None
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(50))

    def environment(self, **more: str) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(str(path) for path in (ROOT, self.packages) if path),
            "DJANGO_SETTINGS_MODULE": f"{self.package}.settings",
            "VAR_DIR": str(self.folder),
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": self.secret,
            # So that each comment can come from another address.
            "TRUSTED_PROXIES": "127.0.0.1",
            **more,
        }

    def run(self, *command: str, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.environment(**more), capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
        return done.stdout

    def prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.run("-m", "django", "migrate", "--run-syncdb", "--verbosity", "0")
        self.run("-m", self.seed)

    @contextmanager
    def served(self, command: Command = servers.web_server, **more: str) -> Iterator[Server]:
        port = free_port()
        words = command(f"{self.package}.wsgi:application", port)
        with servers.started(words, self.environment(**more), port, self.folder / "server.log") as server:
            yield server


def asia_unbound(folder: Path, database_url: str) -> Site:
    site = Site("Asia Unbound", "asiaunbound", folder, database_url, "tests.bench.seed")
    site.run("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    return site


def plain_django(folder: Path, database_url: str) -> Site:
    package = "tests.bench.plain_django"
    packages = installed(BENCH / "plain_django" / "requirements.txt")
    return Site("plain Django", package, folder, database_url, f"{package}.seed", packages)


def installed(requirements: Path) -> Path:
    """A folder with these packages and no others; made once, and anew when the file is another one."""
    folder = VAR / hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]
    if not folder.exists():
        beside = folder.with_suffix(".new")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--upgrade", "--target", str(beside), "--requirement", str(requirements)]
        subprocess.run(command, check=True)
        beside.rename(folder)
    return folder
