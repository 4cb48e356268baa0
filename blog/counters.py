"""Counters that every process of this machine has in its memory: what a page was made from stands while they stand.

One file of 65,536 numbers, mapped by every worker and command. A tag has one of them (now and then two tags share
one: then a page is thrown away for nothing). Moving a counter gives it a new random value, so two who move the same
one need no lock. The file is written in full when it is made, so moving needs no room on the disk.

The first numbers are the machine's own: a mark that moves with every change; number and nonce of the last Change
this machine has followed; the machine's start, for after a power cut the disk may hold counters from before a change;
and a ring of the Changes that a process here has carried out itself, so that nobody does it twice.
"""

import fcntl
import hashlib
import mmap
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

SLOTS = 65_536
SIZE = SLOTS * 8
MARK, NUMBER, NONCE, START = 0, 1, 2, 3
RING, RING_SIZE = 16, 1_024
FIRST_TAG = 2_048

type Row = tuple[int, int, list[str]]
type Slots = tuple[tuple[int, int], ...]


@lru_cache(maxsize=10_000)
def slot(tag: str) -> int:
    digest = hashlib.blake2b(tag.encode(), digest_size=8).digest()
    return FIRST_TAG + int.from_bytes(digest) % (SLOTS - FIRST_TAG)


def machine_start() -> int:
    try:
        return int(Path("/proc/sys/kernel/random/boot_id").read_text().replace("-", ""), 16) % 2**63
    except (OSError, ValueError):
        return 0


class Counters:
    """The counters in a folder. Raises OSError where they cannot be opened or made."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "counters"
        self.lock_path = folder / "lock"
        folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            if not self.path.exists() or self.path.stat().st_size != SIZE:
                self._make()
            self._map()
            if self.values[START] != machine_start():
                self.forget_everything()
                self.values[START] = machine_start()

    def snapshot(self) -> bytes:
        """All counters as they are; taken before the first query of a page."""
        return bytes(self._map_of_file)

    @property
    def mark(self) -> int:
        return self.values[MARK]

    def stand(self, slots: Slots) -> bool:
        values = self.values
        return all(values[slot] == value for slot, value in slots)

    def move(self, tags: Iterable[str], number: int) -> None:
        """Carry out a change that is committed: from here on no page that shows one of the tags is served."""
        for tag in tags:
            self.values[slot(tag)] = secrets.randbits(64)
        # After them: who has seen the new mark, looks at the others again.
        self.values[MARK] = secrets.randbits(64)
        self.values[RING + number % RING_SIZE] = number

    def forget_everything(self) -> None:
        self._map_of_file[FIRST_TAG * 8 :] = os.urandom((SLOTS - FIRST_TAG) * 8)
        self.values[MARK] = secrets.randbits(64)

    @property
    def followed(self) -> tuple[int, int]:
        """Number and nonce of the last Change that this machine knows to be carried out."""
        return self.values[NUMBER], self.values[NONCE]

    def follow(self, since: tuple[int, int], rows: Sequence[Row], newest: tuple[int, int]) -> None:
        """Carry out the Changes that nobody here has.

        `rows` are those from the number of `since` on, which was `followed` before they were read. If the first is
        not the very one this machine saw last, then Changes are missing (trimmed, or the database is another one, or
        was put back to an earlier day), and everything is forgotten; `newest` is then the one to go on from.
        """
        with self._locked():
            known = since == (0, 0) or (rows and rows[0][:2] == since)
            if since == (0, 0) and rows and rows[0][0] != 1:
                known = False
            if not known:
                self.forget_everything()
                self._set_followed(newest)
                return
            for number, nonce, tags in rows:
                if number <= self.followed[0]:
                    continue
                if self.values[RING + number % RING_SIZE] != number:
                    self.move(tags, number)
                self._set_followed((number, nonce))

    @property
    def is_current(self) -> bool:
        """False once somebody has deleted the file: other processes may have made themselves another one."""
        try:
            found = self.path.stat()
        except OSError:
            return False
        return (found.st_ino, found.st_dev) == self._identity

    def close(self) -> None:
        self.values.release()
        self._map_of_file.close()

    def _set_followed(self, to: tuple[int, int]) -> None:
        self.values[NUMBER], self.values[NONCE] = to

    def _make(self) -> None:
        own = bytes(FIRST_TAG * 8)
        made = self.path.with_suffix(".new")
        made.write_bytes(own + os.urandom(SIZE - len(own)))
        made.replace(self.path)

    def _map(self) -> None:
        with self.path.open("r+b") as file:
            found = os.fstat(file.fileno())
            self._map_of_file = mmap.mmap(file.fileno(), SIZE)
        self._identity = found.st_ino, found.st_dev
        self.values = memoryview(self._map_of_file).cast("Q")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Held for microseconds, and never by who reads or writes a page."""
        self.lock_path.parent.mkdir(parents=True, exist_ok=True)
        with self.lock_path.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
