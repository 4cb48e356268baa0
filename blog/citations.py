"""How to cite a post: MLA 9, APA 7 and Chicago 18 (bibliography), as the manuals print it.

Nothing is lower-cased or title-cased here: a machine turns "Park Geun-hye" into "Park Geun-Hye".
APA's sentence case is the editor's, in `Work.citation_title`.
"""

import datetime
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# Not strftime: a citation is English wherever the server stands. MLA keeps May, June and July whole.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
MLA_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")

# Behind the given name in every style ("Humboldt, Alexander von"); others only in Chicago ("Berg, Hendrik van der").
# A person who is filed under the particle ("de Gaulle") has it in the family name.
TRAILING_PARTICLES = frozenset({"von", "von der", "von und zu", "vom", "zu", "de", "d'", "d’"})

CJK = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")
# Embeddings, overrides and isolates would turn around whatever follows the title where a citation is pasted.
BIDI_CONTROLS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
ELISION = re.compile(r"\d\ds?\b(?!['’])|(?:tis|twas|til|em|cause|n)\b", re.IGNORECASE)
FINAL_MARKS = ".?!…。？！"


@dataclass(frozen=True)
class Name:
    """`family_first` is for names shown as "Kim Jong Nam"; an organisation's name stands in `family`."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""
    is_organisation: bool = False
    family_first: bool = False

    @property
    def display(self) -> str:
        if self.is_organisation:
            return _clean(self.family)
        if self.is_cjk:
            return _clean(self.family) + _clean(self.given)
        family = _with_particle(self.particle, self.family)
        names = (family, self.given) if self.family_first else (self.given, family)
        return _clean(" ".join((*names, self.suffix)))

    @property
    def is_cjk(self) -> bool:
        return CJK.fullmatch(_clean(self.family) + _clean(self.given)) is not None


@dataclass(frozen=True)
class Work:
    authors: tuple[Name, ...]
    title: str
    container: str
    publisher: str
    date: datetime.date | None
    url: str
    citation_title: str = ""


@dataclass(frozen=True)
class Citation:
    style: str
    edition: str
    html: SafeString


@lru_cache(500)
def all_styles(work: Work, *, accessed: datetime.date | None = None) -> tuple[Citation, ...]:
    """`accessed` shows only where a work has no date, so a page that is kept never holds the day it was made."""
    return (
        Citation("MLA", "9th ed.", mla(work, accessed=accessed)),
        Citation("APA", "7th ed.", apa(work)),
        Citation("Chicago", "18th ed.", chicago(work, accessed=accessed)),
    )


def mla(work: Work, *, accessed: datetime.date | None = None) -> SafeString:
    publisher = "" if _is_same(work.publisher, work.container) else _plain(work.publisher)
    # What an organisation publishes itself begins with the title.
    is_own = _is_by(work, work.publisher) or (not publisher and _is_by(work, work.container))
    names = "" if is_own else _mla_names(work.authors)
    location = (_italic(work.container), publisher, _day_month_year(work.date), _without_scheme(work.url))
    seen = "" if work.date or not accessed else f"Accessed {_day_month_year(accessed)}."
    return _joined(
        " ",
        _stopped(names),
        f"“{_title(work.title, is_quoted=True)}”",
        format_html("{}.", _joined(", ", *location)),
        seen,
    )


def apa(work: Work) -> SafeString:
    names = _stopped(_apa_names(work.authors))
    date = f"({_year_month_day(work.date)})."
    title = _title(work.citation_title or work.title, is_quoted=False)
    # The name of a site is left out where its owner already stands as the author.
    container = "" if _is_by(work, work.container) else _italic(work.container, is_stopped=True)
    opening = (names, date, title) if names else (title, date)
    return _joined(" ", *opening, container, _clean(work.url))


def chicago(work: Work, *, accessed: datetime.date | None = None) -> SafeString:
    is_repeated = _is_same(work.publisher, work.container) or _is_by(work, work.publisher)
    publisher = "" if is_repeated else _plain(work.publisher)
    seen = "" if work.date or not accessed else f"Accessed {_month_day_year(accessed)}."
    date = "" if seen else _month_day_year(work.date) or "n.d."
    label = "" if re.search(r"\bblogs?\b", work.container, re.IGNORECASE) else " (blog)"
    return _joined(
        " ",
        _stopped(_chicago_names(work.authors)),
        f"“{_title(work.title, is_quoted=True)}”",
        format_html("{}{}.", _italic(work.container), label),
        _stopped(", ".join(filter(None, (publisher, date)))),
        seen,
        f"{_clean(work.url)}." if work.url else "",
    )


# Names


def _mla_names(authors: tuple[Name, ...]) -> str:
    if len(authors) > 2:
        return f"{_filed(authors[0])}, et al."
    return _series([_filed(name) if n == 0 else _plain(name.display) for n, name in enumerate(authors)], authors)


def _apa_names(authors: tuple[Name, ...]) -> str:
    names = [_filed(name, has_initials=True, keeps_order=False) for name in authors]
    if len(names) > 20:
        return f"{', '.join(names[:19])}, … {names[-1]}"
    return ", ".join([*names[:-1], f"& {names[-1]}"]) if len(names) > 1 else "".join(names)


def _chicago_names(authors: tuple[Name, ...]) -> str:
    names = [_filed(name, moves_particle=True) if n == 0 else _plain(name.display) for n, name in enumerate(authors)]
    if len(names) > 6:
        return f"{', '.join(names[:3])}, et al."
    return _series(names, authors)


def _series(names: list[str], authors: tuple[Name, ...]) -> str:
    """ "A and B" where the first is written as spoken; a comma closes one that is turned around."""
    if len(names) < 2:
        return "".join(names)
    has_comma = len(names) > 2 or names[0] != _plain(authors[0].display)
    return f"{', '.join(names[:-1])}{',' if has_comma else ''} and {names[-1]}"


def _filed(name: Name, *, has_initials: bool = False, keeps_order: bool = True, moves_particle: bool = False) -> str:
    """The name as it is filed: "Family, Given, Suffix".

    MLA and Chicago write a name that is shown family first as it is; APA gives every person initials.
    """
    is_as_written = name.is_organisation or name.is_cjk or not name.given or not name.family
    if is_as_written or (name.family_first and keeps_order):
        return _plain(name.display)
    given = _initials(name.given) if has_initials else _clean(name.given)
    particle = _clean(name.particle)
    is_trailing = particle in TRAILING_PARTICLES or (moves_particle and particle[:1].islower() and particle[-1] != "-")
    if is_trailing:
        parts = (name.family, f"{given} {particle}", name.suffix)
    else:
        parts = (_with_particle(particle, name.family), given, name.suffix)
    return _plain(", ".join(part for part in map(_clean, parts) if part))


def _with_particle(particle: str, family: str) -> str:
    particle = _clean(particle)
    return f"{particle}{'' if particle.endswith(('-', '’', "'")) else ' '}{family}".strip()


def _initials(given: str) -> str:
    words = re.sub(r"\.(?=\w)", ". ", _clean(given)).split()
    return " ".join(word if word in TRAILING_PARTICLES else _initial(word) for word in words)


def _initial(word: str) -> str:
    """ "Chung-min" is "C.-M."; a script without capitals has no initials, so its names stay whole."""
    letters = [letter for part in re.split("[-‐‑]", word) if (letter := next(filter(str.isalpha, part), ""))]
    if not letters or any(letter.lower() == letter.upper() for letter in letters):
        return word
    return "-".join(f"{letter if n == 0 else letter.upper()}." for n, letter in enumerate(letters))


def names_for_reference_managers(names: Sequence[Name]) -> list[str]:
    """Return the authors as values of `citation_author`: "Family, Given Suffix".

    Measured with Zotero's translation server of June 2026: a comma at the end keeps an organisation or a single name
    whole, what stands behind a second comma is lost, and the name of a lone author with two words on each side of the
    comma becomes two people unless a semicolon ends it.
    """
    values = [_for_reference_managers(name) for name in names]
    if len(values) == 1 and all(" " in part for part in values[0].split(", ")):
        return [f"{values[0]};" if ", " in values[0] else values[0]]
    return values


def _for_reference_managers(name: Name) -> str:
    if name.is_cjk:
        return name.display
    if name.is_organisation or not name.given or not name.family:
        return f"{name.display},"
    given = " ".join(filter(None, (name.given, name.suffix)))
    return f"{_with_particle(name.particle, name.family)}, {given}"


# Titles


def _title(title: str, *, is_quoted: bool) -> str:
    """With its final period, inside a closing quotation mark, unless ? or ! stands there already."""
    text = _plain(title)
    levels = _quotation_marks(text)
    end = len(text)
    while end - 1 in levels and text[end - 1] in "”’":
        end -= 1
    stop = "" if not end or text[end - 1] in FINAL_MARKS else "."
    if is_quoted:
        text = _one_level_in(text, levels)
    return text[:end] + stop + text[end:]


def _quotation_marks(text: str) -> dict[int, int]:
    """Where the quotation marks stand and how deep. A ’ that closes nothing is an apostrophe."""
    levels: dict[int, int] = {}
    opened: list[str] = []
    closing = {n for n, (mark, after) in enumerate(pairwise(text + " ")) if mark == "’" and not after.isalnum()}
    last = max(closing, default=-1)
    for n, mark in enumerate(text):
        if mark == "“" or (mark == "‘" and n < last):
            opened.append(mark)
            levels[n] = len(opened)
        elif opened and (opened[-1] + mark == "“”" or (opened[-1] == "‘" and n in closing)):
            levels[n] = len(opened)
            opened.pop()
    return levels


def _one_level_in(text: str, levels: dict[int, int]) -> str:
    marks = list(text.translate(str.maketrans("“”", "‘’")))
    for n, level in levels.items():
        opening, closing = "‘’" if level % 2 else "“”"
        marks[n] = opening if text[n] in "“‘" else closing
    return "".join(marks)


# Dates


def _day_month_year(date: datetime.date | None) -> str:
    return f"{date.day} {MLA_MONTHS[date.month - 1]} {date.year}" if date else ""


def _year_month_day(date: datetime.date | None) -> str:
    return f"{date.year}, {MONTHS[date.month - 1]} {date.day}" if date else "n.d."


def _month_day_year(date: datetime.date | None) -> str:
    return f"{MONTHS[date.month - 1]} {date.day}, {date.year}" if date else ""


# Text


def _clean(text: str) -> str:
    return " ".join(BIDI_CONTROLS.sub("", unicodedata.normalize("NFC", text)).split())


def _plain(text: str) -> str:
    """Clean, and never straight quotation marks or apostrophes."""
    text = _clean(text)
    curled = [" "]
    for n, mark in enumerate(text):
        curled.append(_curl(mark, curled[-1], text[n + 1 : n + 8]) if mark in "\"'" else mark)
    return "".join(curled[1:])


def _curl(mark: str, before: str, rest: str) -> str:
    is_opening = (before.isspace() or before in "([{-–—/“‘«") and rest != "" and rest[0] not in " )]},.;:!?"
    if mark == '"':
        return "“" if is_opening else "”"
    return "‘" if is_opening and not ELISION.match(rest) else "’"


def _stopped(text: str) -> str:
    return text if not text or text[-1] in FINAL_MARKS else f"{text}."


def _italic(text: str, *, is_stopped: bool = False) -> SafeString:
    """The period stands outside the italics."""
    text = _plain(text)
    stop = _stopped(text)[len(text) :] if is_stopped else ""
    return format_html("<i>{}</i>{}", text, stop) if text else SafeString()


def _joined(separator: str, *parts: str) -> SafeString:
    return format_html_join(separator, "{}", ((part,) for part in parts if part))


def _without_scheme(url: str) -> str:
    return re.sub(r"^https?://", "", _clean(url))


def _is_same(one: str, other: str) -> bool:
    return _plain(one).casefold() == _plain(other).casefold()


def _is_by(work: Work, organisation: str) -> bool:
    match work.authors:
        case (Name(is_organisation=True) as author,):
            return _is_same(author.family, organisation)
    return False
