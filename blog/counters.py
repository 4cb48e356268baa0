"""Counters that every process of this machine has in its memory: what a page was made from stands while they stand.

One file of 65,536 numbers, mapped by every worker and command. A tag has one of them (now and then two tags share
one: then a page is thrown away for nothing). Moving a counter gives it a new random value, so two who move the same
one need no lock. The file is written in full when it is made, so moving needs no room on the disk.

The first numbers are the machine's own: a mark that moves with every change; number and nonce of the last Change
this machine has followed; the machine's start, for after a power cut the disk may hold counters from before a change;
the release whose pages are put in front, and whether something there could not be taken away (`blog.front_files`);
and a ring of the Changes that a process here has carried out itself, so that nobody does it twice.
"""

import fcntl
import hashlib
import mmap
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from blog.front_files import FrontFiles

SLOTS = 65_536
SIZE = SLOTS * 8
MARK, NUMBER, NONCE, START, RELEASE, IN_DOUBT = 0, 1, 2, 3, 4, 5
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
    """The counters in a folder. Raises OSError where they cannot be opened or made.

    Whoever moves one takes away what lies in front and shows it.
    """

    def __init__(self, folder: Path, front: FrontFiles) -> None:
        self.path = folder / "counters"
        self.lock_path = folder / "lock"
        self.front = front
        folder.mkdir(parents=True, exist_ok=True)
        with self.locked():
            is_new = not self.path.exists() or self.path.stat().st_size != SIZE
            if is_new:
                self._make()
            self._map()
            if is_new or self.values[START] != machine_start():
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
        """Carry out a change that is committed: from here on no page that shows one of the tags is sent."""
        slots = {slot(tag) for tag in tags}
        self._move(slots)
        with self.locked():
            touched = self._take_away(slots)
        self.front.settle(touched)
        self.values[RING + number % RING_SIZE] = number

    def forget_everything(self) -> set[Path]:
        """Done under the lock."""
        self._map_of_file[FIRST_TAG * 8 :] = os.urandom((SLOTS - FIRST_TAG) * 8)
        self.values[MARK] = secrets.randbits(64)
        return self._take_away(None)

    def begin_release(self, release: int) -> None:
        """From here on, only processes of this release put pages in front; those that others have put are gone.

        A release of 0 leaves the place to whoever comes first.
        """
        touched = set()
        with self.locked():
            if self.values[RELEASE] != release:
                touched = self._take_away(None)
                self.values[RELEASE] = release
        self.front.settle(touched)

    def may_be_in_front(self, release: int, slots: Slots) -> bool:
        """Whether a page may be put in front; while the lock is held, that stays so."""
        is_ours = self.values[RELEASE] in (0, release) and not self.values[IN_DOUBT]
        return is_ours and self.is_current and self.stand(slots)

    def put_in_front(self, release: int, slots: Slots, put: Callable[[], None]) -> None:
        with self.locked():
            if self.may_be_in_front(release, slots):
                self.values[RELEASE] = release
                put()

    def empty_front(self) -> None:
        with self.locked():
            self._take_away(None)

    def look_after_front(self) -> None:
        """Try again to take away what could not be."""
        if self.values[IN_DOUBT]:
            self.empty_front()

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
        with self.locked():
            known = since == (0, 0) or (rows and rows[0][:2] == since)
            if since == (0, 0) and rows and rows[0][0] != 1:
                known = False
            touched = self._carry_out(rows) if known else self.forget_everything()
            if not known:
                self._set_followed(newest)
            elif rows and rows[-1][0] > self.followed[0]:
                self._set_followed(rows[-1][:2])
        self.front.settle(touched)

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

    def _carry_out(self, rows: Sequence[Row]) -> set[Path]:
        seen = self.followed[0]
        left = [row for row in rows if row[0] > seen and self.values[RING + row[0] % RING_SIZE] != row[0]]
        slots = {slot(tag) for _number, _nonce, tags in left for tag in tags}
        self._move(slots)
        return self._take_away(slots)

    def _move(self, slots: set[int]) -> None:
        for one in slots:
            self.values[one] = secrets.randbits(64)
        if slots:
            # After them: who has seen the new mark, looks at the others again.
            self.values[MARK] = secrets.randbits(64)

    def _take_away(self, slots: set[int] | None) -> set[Path]:
        """Under the lock. Where something cannot be taken away, all of it is; where that fails too, it is known."""
        if slots is not None:
            with suppress(OSError):
                return self.front.take_away(slots)
        try:
            touched = self.front.take_all_away()
        except OSError as error:
            self.values[IN_DOUBT] = 1
            self.front.complain(error)
            return set()
        self.values[IN_DOUBT] = 0
        return touched

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
    def locked(self) -> Iterator[None]:
        """Held for microseconds by who makes, follows or puts in front, and never by who sends a page."""
        self.lock_path.parent.mkdir(parents=True, exist_ok=True)
        # Only read, so that it can be had where nothing can be written.
        file = os.open(self.lock_path, os.O_RDONLY | os.O_CREAT, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)
