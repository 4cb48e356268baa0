"""A disk that is full while the site runs: it goes on, nothing stale or half is sent, and no typed word is lost.

    python tests/faults/full_disk.py --seconds 10

Two small disks are mounted one after the other, for the stored pages alone and then for all of VAR_DIR, with SQLite in
it where DATABASE_URL names no PostgreSQL; each is filled to the last byte. To mount, one has to be root. Where that is
not allowed it says so and ends with 3; with --limited, nothing is mounted: the kernel refuses the web workers every
byte of a file.
"""

import argparse
import contextlib
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.faults import killing
from tests.faults.installation import Installation, database_of_its_own
from tests.faults.killing import Account

NOT_ALLOWED = 3


class NotAllowed(Exception):
    pass


class Disk(Protocol):
    def put_under(self, installation: Installation) -> contextlib.AbstractContextManager[None]:
        """Before anything is written there."""
        ...

    def fill(self, installation: Installation) -> None: ...

    def make_room(self, installation: Installation) -> None: ...


class Mounted:
    """A disk in memory, under the folder of the installation or one within it."""

    def __init__(self, within: str, megabytes: int) -> None:
        self.within, self.megabytes = within, megabytes

    def __str__(self) -> str:
        return f"a disk of {self.megabytes} MB for {self.within if self.within != '.' else 'all of VAR_DIR'}"

    @contextlib.contextmanager
    def put_under(self, installation: Installation) -> Iterator[None]:
        folder = installation.folder / self.within
        folder.mkdir(exist_ok=True)
        options = ["-t", "tmpfs", "-o", f"size={self.megabytes}m", "trial", str(folder)]
        done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotAllowed(done.stderr.strip())
        try:
            yield
        finally:
            installation.stop()
            subprocess.run(["umount", str(folder)], check=True)

    def fill(self, installation: Installation) -> None:
        """To the last byte, also with what is freed while it goes on."""
        with self._ballast(installation).open("ab", buffering=0) as file:
            for size in (1024 * 1024, 4096, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"x" * size):
                        pass

    def make_room(self, installation: Installation) -> None:
        self._ballast(installation).unlink()

    def _ballast(self, installation: Installation) -> Path:
        return installation.folder / self.within / "ballast"


class Limited:
    def __str__(self) -> str:
        return "a disk on which the web workers can write no byte"

    @contextlib.contextmanager
    def put_under(self, installation: Installation) -> Iterator[None]:
        yield

    def fill(self, installation: Installation) -> None:
        self._limit(installation, 0)

    def make_room(self, installation: Installation) -> None:
        self._limit(installation, resource.RLIM_INFINITY)

    def _limit(self, installation: Installation, size: int) -> None:
        for pid in installation.worker_ids():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@dataclass
class Found:
    during: Account = field(default_factory=Account)
    after: Account = field(default_factory=Account)
    stored_again: int = 0

    @property
    def is_good(self) -> bool:
        assert self.during.verdict is not None
        assert self.after.verdict is not None
        read = set(self.during.verdict.statuses) | set(self.after.verdict.statuses)
        is_told = set(self.during.other_statuses) <= {503} and not self.after.other_statuses
        return self.during.is_good and self.after.is_good and read == {200} and is_told

    def __str__(self) -> str:
        return (
            f"While it was full:\n{self.during}\nWith room again:\n{self.after}\nPages stored then: {self.stored_again}"
        )


def try_it(disk: Disk, seconds: float, database_url: str) -> Found:
    installation, found = Installation(workers=1, database_url=database_url), Found()
    try:
        with disk.put_under(installation):
            pks = killing.prepare(installation)
            installation.start("asiaunbound.wsgi:application")
            installation.wait()
            for path in ("/", "/2017/03/15/post-0/"):
                installation.get(path)
            disk.fill(installation)

            def stay_full() -> None:
                until = time.monotonic() + seconds
                while time.monotonic() < until or not (found.during.acknowledged or found.during.other_statuses):
                    time.sleep(0.2)
                    disk.fill(installation)

            killing.under_load(installation.port, found.during, pks, stay_full)
            disk.make_room(installation)
            before = _stored(installation)

            def recover() -> None:
                until = time.monotonic() + 60
                while time.monotonic() < until and not (found.after.acknowledged and _stored(installation) - before):
                    time.sleep(0.2)

            killing.under_load(installation.port, found.after, pks, recover, found.during)
            found.stored_again = len(_stored(installation) - before)
            for account in (found.during, found.after):
                killing.look_after(installation, account)
    finally:
        installation.remove()
    return found


def _stored(installation: Installation) -> set[tuple[str, int]]:
    return {(str(path), path.stat().st_mtime_ns) for path in installation.folder.glob("pages/*/??/*")}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--limited", action="store_true", help="mount nothing")
    wanted = parser.parse_args()
    disks: list[Disk] = [Limited()] if wanted.limited else [Mounted("pages", 2), Mounted(".", 48)]
    is_good = True
    for disk in disks:
        try:
            with database_of_its_own() as database_url:
                found = try_it(disk, wanted.seconds, database_url)
        except NotAllowed as error:
            print(f"Nothing can be mounted here, so nothing was tried: {error}\nTry it as root, or with --limited.")
            return NOT_ALLOWED
        print(f"On {disk}.\n{found}\n", flush=True)
        is_good = is_good and found.is_good
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
