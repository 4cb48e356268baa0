"""Words that moderators look for, found in one walk through a text however many they are.

An entry matches whole words, in capitals or not, with accents or not, in letters that look alike, and with digits or
signs in place of letters. Digits do not join words: "bad" is in "bad3", and not in "baddest". A space in it stands for
any spaces and punctuation, a star at its beginning or end for more letters. In scripts that put no spaces between
words it matches anywhere.

The walk is Aho and Corasick's: all entries are one tree of letters, and each letter of the text is one step in it. At a
letter that does not fit, it goes on from the longest end of what was read that begins an entry.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from django.utils.translation import gettext as _

from comments.lookalikes import plain, readings

LONGEST_ENTRY = 64
MOST_ENTRIES = 2_000
# More marks help nobody to read.
MOST_MATCHES = 100
TAG = re.compile(r"<[^<>]*>")
GAP, LETTERS, DIGITS, UNSPACED = " ", "letters", "digits", "unspaced"
# Thai and Lao, Tibetan, Burmese, Khmer, Japanese, Chinese.
UNSPACED_LETTER = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uaa60-\uaa7f"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True)
class Found:
    """An entry as it stands in the list, and where in the text it was found."""

    entry: str
    start: int
    end: int


@dataclass(frozen=True)
class Entry:
    """An entry as it is compared, and whether a letter may stand before it and after it."""

    written: str
    letters: str
    is_open_before: bool
    is_open_after: bool


@dataclass
class Node:
    """A place in the tree: what was read of one or more entries."""

    steps: dict[str, int] = field(default_factory=dict)
    # Where to go on if the next letter does not fit.
    back: int = 0
    # What ends here: if a word ends here too, or whatever follows.
    at_end: list[Entry] = field(default_factory=list)
    anywhere: list[Entry] = field(default_factory=list)


@dataclass
class Folded:
    """A text as it is compared, and for each of its letters the place of the one it was made from."""

    letters: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def add(self, text: str, start: int, end: int) -> None:
        letters, places = self.letters, self.places
        last = letters[-1] if letters else ""
        for place in range(start, end):
            for letter in _compared(text[place]):
                if letter != GAP or last != GAP:
                    letters.append(letter)
                    places.append(place)
                    last = letter

    def is_edge(self, at: int, neighbour: int) -> bool:
        """Whether a word can begin or end at a letter, for what stands beside it."""
        kind = _kind(self.letters[at])
        return kind == UNSPACED or not 0 <= neighbour < len(self.letters) or _kind(self.letters[neighbour]) != kind


class Matcher:
    """All entries of one list, ready to be looked for."""

    def __init__(self, entries: Iterable[str]) -> None:
        self.nodes = [Node()]
        for entry in sorted(map(_entry, entries), key=lambda entry: len(entry.letters)):
            if entry.letters:
                self._grow(entry)
        self._tie()

    @property
    def has_entries(self) -> bool:
        return len(self.nodes) > 1

    def find(self, text: str) -> list[Found]:
        """The matches in a text, by place; of those that begin together the longest."""
        return self.find_in(fold(text)) if self.has_entries else []

    def find_in(self, readings: Iterable[Folded]) -> list[Found]:
        """The same in what `fold` made of a text, for one that is looked through for several lists."""
        found: dict[int, Found] = {}
        for folded in readings:
            for match in islice(self._walk(folded), MOST_MATCHES):
                if match.start not in found or found[match.start].end < match.end:
                    found[match.start] = match
        return sorted(found.values(), key=lambda match: match.start)[:MOST_MATCHES]

    def _grow(self, entry: Entry) -> None:
        node = self.nodes[0]
        for letter in entry.letters:
            # What a shorter one with a star finds already is not looked for again, so that few can end at one letter.
            if any(shorter.is_open_before or not entry.is_open_before for shorter in node.anywhere):
                return
            if letter not in node.steps:
                node.steps[letter] = len(self.nodes)
                self.nodes.append(Node())
            node = self.nodes[node.steps[letter]]
        ending = node.anywhere if entry.is_open_after else node.at_end
        if all(entry.is_open_before and not other.is_open_before for other in ending):
            ending.append(entry)

    def _tie(self) -> None:
        """Tell each place where to go on, those near the root first."""
        waiting = list(self.nodes[0].steps.values())
        for number in waiting:
            node = self.nodes[number]
            for letter, step in node.steps.items():
                waiting.append(step)
                self.nodes[step].back = self._step(node.back, letter)
            back = self.nodes[node.back]
            node.at_end = node.at_end + back.at_end if node.at_end else back.at_end
            node.anywhere = node.anywhere + back.anywhere if node.anywhere else back.anywhere

    def _step(self, number: int, letter: str) -> int:
        while number and letter not in self.nodes[number].steps:
            number = self.nodes[number].back
        return self.nodes[number].steps.get(letter, 0)

    def _walk(self, folded: Folded) -> Iterator[Found]:
        nodes = self.nodes
        node = root = nodes[0]
        for at, letter in enumerate(folded.letters):
            number = node.steps.get(letter)
            if number is None:
                # Most letters begin nothing.
                number = 0 if node is root else self._step(node.back, letter)
            node = nodes[number]
            ending = node.anywhere
            if node.at_end and folded.is_edge(at, at + 1):
                ending = ending + node.at_end
            for entry in ending:
                first = at + 1 - len(entry.letters)
                if entry.is_open_before or folded.is_edge(first, first - 1):
                    yield _found(entry, folded, first, at)


def entries(text: str) -> list[str]:
    """The entries of a list as it was typed: one on a line."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def faults(text: str) -> list[str]:
    """What is wrong with a list as it was typed, in sentences that name the entry."""
    found = []
    typed = entries(text)
    if len(typed) > MOST_ENTRIES:
        found.append(_("Please keep to %(most)s entries; there are %(number)s.") % _numbers(MOST_ENTRIES, len(typed)))
    for entry in typed:
        compared = _entry(entry).letters
        if len(entry) > LONGEST_ENTRY:
            found.append(_("“%(entry)s” is longer than %(most)s letters.") % {"entry": entry, "most": LONGEST_ENTRY})
        elif "*" in entry[1:-1]:
            found.append(_("“%s” has a star in its middle; it can stand at the beginning and at the end.") % entry)
        elif len(compared) < 2 and not UNSPACED_LETTER.match(compared):
            found.append(_("“%s” has too few letters and digits: it would be found everywhere.") % entry)
    return found


def _numbers(most: int, number: int) -> dict[str, int]:
    return {"most": most, "number": number}


def _entry(written: str) -> Entry:
    folded = Folded()
    folded.add(written, 0, len(written))
    return Entry(written, "".join(folded.letters).strip(GAP), written.startswith("*"), written.endswith("*"))


def fold(text: str) -> list[Folded]:
    """The ways in which a text may be meant: as it is typed, and without its tags, and both without their disguise."""
    tags = [match.span() for match in TAG.finditer(text)]
    ways: list[list[tuple[int, int]]] = [[], tags] if tags else [[]]
    return [_folded(reading, hidden) for reading in readings(text) for hidden in ways]


def _folded(text: str, hidden: list[tuple[int, int]]) -> Folded:
    folded, at = Folded(), 0
    for start, end in hidden:
        folded.add(text, at, start)
        at = end
    folded.add(text, at, len(text))
    return folded


def _found(entry: Entry, folded: Folded, first: int, last: int) -> Found:
    """The match, with the letters that its stars stand for."""
    if entry.is_open_before:
        first = next((at for at in range(first, max(first - LONGEST_ENTRY, 0), -1) if folded.is_edge(at, at - 1)), 0)
    if entry.is_open_after:
        end = min(last + LONGEST_ENTRY, len(folded.letters) - 1)
        last = next((at for at in range(last, end) if folded.is_edge(at, at + 1)), end)
    return Found(entry.written, folded.places[first], folded.places[last] + 1)


@lru_cache(maxsize=4_096)
def _compared(letter: str) -> tuple[str, ...]:
    return tuple(GAP if _kind(part) == GAP else part for part in plain(letter))


@lru_cache(maxsize=4_096)
def _kind(letter: str) -> str:
    """What a letter joins with: letters with letters, digits with digits; those of unspaced scripts with nothing."""
    if UNSPACED_LETTER.match(letter):
        return UNSPACED
    if letter.isnumeric():
        return DIGITS
    return LETTERS if letter.isalpha() or unicodedata.category(letter)[0] == "M" else GAP
