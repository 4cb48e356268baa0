"""What readers say under the demo posts: plain values, read from one text file for each post.

Before each comment stands a line such as ``@ 3 | Noor J. | noor@example.org | +2h30m | approved | re 1``:
its number, who wrote it, when, what became of it, and the number of the comment it answers.
``+`` counts from the publication of the post; ``-`` counts back from loading, so that what waits has waited
days and not years. A rejected comment has its reason after a colon. Each paragraph is one line.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

TEXTS = Path(__file__).parent / "texts"

State = Literal["pending", "approved", "rejected", "spam", "withdrawn"]
Opening = Literal["default", "closed", "open"]
REASONS = ("off-topic", "abusive", "personal-details", "advertising", "unreadable", "duplicate")

UNITS = {"d": "days", "h": "hours", "m": "minutes"}
HEADING = re.compile(
    r"^@ (?P<number>\d+) \| (?P<name>[^|]+) \| (?P<email>\S+) \| (?P<sign>[+-])(?P<span>(?:\d+[dhm])+)"
    r" \| (?P<state>[a-z]+)(?::(?P<reason>[a-z-]+))?(?: \| re (?P<reply_to>\d+))?$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Comment:
    """Numbered from 1 within its post, always after the comment it answers."""

    number: int
    name: str
    email: str
    text: str
    state: State
    reason: str
    reply_to: int | None
    after_post: timedelta | None
    before_loading: timedelta | None

    def written_at(self, published_at: datetime, now: datetime) -> datetime:
        if self.before_loading is None:
            return published_at + (self.after_post or timedelta())
        # Loaded on the day of its post, a comment must still not be older than what it is about.
        return max(now - self.before_loading, published_at + timedelta(minutes=self.number))


@dataclass(frozen=True, slots=True)
class Thread:
    post: str
    comments: tuple[Comment, ...]
    opening: Opening = "default"
    paused_for: timedelta | None = None
    pause_sentence: str = ""


def read(post: str) -> tuple[Comment, ...]:
    text = (TEXTS / f"{post}.txt").read_text(encoding="utf-8")
    headings = list(HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    return tuple(
        comment(heading, text[heading.end() : end].strip()) for heading, end in zip(headings, ends, strict=True)
    )


def comment(heading: re.Match[str], text: str) -> Comment:
    span = timedelta(**{UNITS[unit]: int(count) for count, unit in re.findall(r"(\d+)([dhm])", heading["span"])})
    return Comment(
        number=int(heading["number"]),
        name=heading["name"],
        email=heading["email"],
        text=text,
        state=known_state(heading["state"]),
        reason=heading["reason"] or "",
        reply_to=int(heading["reply_to"]) if heading["reply_to"] else None,
        after_post=span if heading["sign"] == "+" else None,
        before_loading=span if heading["sign"] == "-" else None,
    )


def known_state(word: str) -> State:
    states: tuple[State, ...] = get_args(State)
    return states[states.index(word)]


def threads() -> tuple[Thread, ...]:
    """Posts that are missing here have nothing said under them, and follow the publication's usual rules."""
    return (
        Thread("one-river-many-calendars", read("one-river-many-calendars")),
        Thread("the-quiet-arithmetic-of-a-strait", read("the-quiet-arithmetic-of-a-strait"), opening="closed"),
        Thread("when-the-grid-crosses-the-border", read("when-the-grid-crosses-the-border")),
        Thread("the-last-bus-to-the-terraced-town", read("the-last-bus-to-the-terraced-town")),
        Thread("who-reads-the-monsoon", read("who-reads-the-monsoon")),
        Thread("the-long-way-round", read("the-long-way-round")),
        Thread("terraces-and-treaties", read("terraces-and-treaties")),
        Thread(
            "cables-under-a-crowded-sea",
            read("cables-under-a-crowded-sea"),
            paused_for=timedelta(days=14),
            pause_sentence="Many readers have written about this post. "
            "We have paused its comments for two weeks to read what has come in; please come back then.",
        ),
        Thread("a-delta-learns-to-live-with-salt", read("a-delta-learns-to-live-with-salt"), opening="open"),
    )
