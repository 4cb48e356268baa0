"""Pages as plain files, for a web server in front of the program that sends what it finds and asks nobody.

There, a file's existence is permission. So `blog.counters` has these files put and taken away under its lock, and both
need all three of these:

- A page is put only while its counters stand, which is asked under the lock.
- A change first moves the counters, then takes the lock and the pages away, and only then is it answered. Whoever had
  the lock before it left a page that it finds; whoever has it later sees that the counters have moved.
- The index, a folder for each counter with a name for each page that shows it, is written before the page. Whoever is
  killed between the two leaves a name too many, which costs nothing, and never one too few.

A page has no end here, for no web server looks at the clock, and comes in two encodings. What is taken away is away
after a power cut too, and what is there is whole: the web server may be running again before the program is.
"""

import hashlib
import logging
import math
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

logger = logging.getLogger(__name__)

# The second is the one that is looked for first, so it is the last to come and the first to go.
FILES = {"index.html.gz": "gzip", "index.html": ""}
# Beyond these, it is quicker to begin anew; what is still good comes back from the store without being drawn.
MOST_ONE_BY_ONE = 500
LONGEST_NAME = 255
SECONDS_BETWEEN_COMPLAINTS = 60
SECONDS_A_DRAFT_MAY_TAKE = 60 * 60

type Drafts = dict[str, Path]


class FrontFiles:
    """The files in a folder. `pages` holds a folder for each place, such as 5f2a/2017/03/15/harbors/."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Pages and index in one folder, so that both go at once.
        self.now = folder / "now"
        self.pages = self.now / "pages"
        self.index = self.now / "index"
        self._complained_at = -math.inf

    def has(self, place: str) -> bool:
        return (self.pages / place / "index.html").exists()

    @contextmanager
    def drafts(self, bodies: dict[str, bytes]) -> Iterator[Drafts]:
        """Write a page beside its place, before anybody has to wait for that."""
        own = f"draft-{secrets.token_hex(8)}"
        found = {name: self.folder / f"{own}-{name}" for name in FILES}
        try:
            for name, encoding in FILES.items():
                _write(found[name], bodies[encoding])
            yield found
        finally:
            for path in found.values():
                path.unlink(missing_ok=True)

    # What follows is done under the lock of the counters.

    def put(self, place: str, slots: Iterable[int], drafts: Drafts) -> None:
        self._note(place, slots)
        folder = self.pages / place
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            drafts[name].replace(folder / name)

    def take_away(self, slots: Iterable[int]) -> set[Path]:
        """Take away all that shows one of these. Answers the folders to `settle` before anybody is told."""
        touched: set[Path] = set()
        if not self.now.exists():
            return touched
        for slot in slots:
            names = _names(self.index / str(slot))
            if len(names) > MOST_ONE_BY_ONE:
                return self.take_all_away()
            for name in names:
                folder = self.pages / name.replace(",", "/")
                for file in reversed(FILES):
                    with suppress(FileNotFoundError):
                        (folder / file).unlink()
                        touched.add(folder)
                (self.index / str(slot) / name).unlink()
            if names:
                (self.index / str(slot)).rmdir()
        return touched

    def take_all_away(self) -> set[Path]:
        """At once, however many there are; `sweep` deletes them later."""
        with suppress(FileNotFoundError):
            self.now.rename(self.folder / f"gone-{secrets.token_hex(8)}")
            return {self.folder}
        return set()

    def _note(self, place: str, slots: Iterable[int]) -> None:
        """Hard links to one empty file, for a page may show a hundred things and a disk has only so many files."""
        first, *others = (self.index / str(slot) / place.replace("/", ",") for slot in dict.fromkeys(slots))
        first.parent.mkdir(parents=True, exist_ok=True)
        first.touch()
        for other in others:
            other.parent.mkdir(exist_ok=True)
            with suppress(FileExistsError):
                other.hardlink_to(first)

    # And this without it.

    def settle(self, folders: Iterable[Path]) -> None:
        """Return when what was taken away would be away after a power cut too."""
        for folder in folders:
            try:
                _settle(folder)
            except FileNotFoundError:
                # Somebody has taken everything away since.
                _settle(self.folder)

    def sweep(self) -> None:
        """Delete what was taken away all at once, and what somebody was writing when they were killed."""
        for path in self.folder.glob("gone-*"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self.folder.glob("draft-*"):
            with suppress(FileNotFoundError):
                if path.stat().st_ctime < time.time() - SECONDS_A_DRAFT_MAY_TAKE:
                    path.unlink()

    def complain(self, error: OSError) -> None:
        now = time.monotonic()
        if now - self._complained_at > SECONDS_BETWEEN_COMPLAINTS:
            self._complained_at = now
            logger.error(
                "The web server in front may be sending pages that have changed since, for they cannot be taken away: "
                "%s. Make %s writable again, and all is well a second later. Until then, stop the web server.",
                error,
                self.folder,
            )


def place_of(start: str, path: str) -> str | None:
    """The place of a path such as 2017/03/15/harbors/, or None where its name in the index would be too long."""
    place = f"{start}/{path}"
    return place if len(place) <= LONGEST_NAME else None


def _write(path: Path, body: bytes) -> None:
    """Web servers tell versions of a file apart by its length and the second of its last change, so that says what
    is in it: two pages of one length, drawn in the same second, are then two."""
    # As many bits as every file system keeps.
    told = int.from_bytes(hashlib.blake2b(body, digest_size=4).digest()) >> 1
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.utime(file.fileno(), (told, told))
        os.fsync(file.fileno())


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []


def _settle(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
