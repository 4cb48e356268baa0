"""Where on the desk somebody is: which list, how narrowed, in what order, and the key behind which its page begins."""

import datetime
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from blog.keysets import EPOCH, MICROSECOND
from comments.models import Comment, Preference

Status = Comment.Status
WAITING, REPORTED = "waiting", "reported"
TABS = (WAITING, Status.APPROVED.value, Status.REJECTED.value, Status.SPAM.value, REPORTED)
# The two faces of what waits: the ten that were handed to who looks, and everything.
YOURS, ALL = "yours", "all"
KEY = re.compile(r"([0-9]{1,17})-([1-9][0-9]{0,16})")
ANY_KEY = re.compile(r"[0-9]{1,17}(-[0-9]{1,17}){0,2}")
ID = re.compile(r"[1-9][0-9]{0,16}")
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LONGEST_TEXT = 200
MOST_HOURS = 24 * 366 * 10
NOT_FILTERS = ("tab", "after", "own_page", "face", "order")


def key(at: datetime.datetime, pk: int) -> str:
    """A row's place in a list by time: microseconds since 1970, a hyphen, and the id."""
    return f"{(at - EPOCH) // MICROSECOND}-{pk}"


def read_key(text: str) -> tuple[datetime.datetime, int] | None:
    match = KEY.fullmatch(text)
    return (EPOCH + int(match[1]) * MICROSECOND, int(match[2])) if match else None


def read_id(text: str) -> int | None:
    return int(text) if ID.fullmatch(text) else None


@dataclass(frozen=True)
class Place:
    """One place on the desk, which is its address. What is no place is read as the start."""

    tab: str = WAITING
    after: str = ""
    # A decision taken on one comment's own page leads back there.
    own_page: int | None = None
    face: str = YOURS
    # Of `Preference.Order`; empty is as who looks likes it.
    order: str = ""
    # What the list is narrowed to. A post, a region (with those within it) and an author are ids.
    post: int | None = None
    region: int | None = None
    author: int | None = None
    # A commenter: a name, or an e-mail address where who looks may see those; or whoever wrote the comment of an id.
    who: str = ""
    by: int | None = None
    # The code of a signal.
    signal: str = ""
    outlook: str = ""
    kind: str = ""
    # At least so many hours old.
    older: int | None = None
    # "1": those about which a colleague was asked.
    asked: str = ""
    # Words to be looked for.
    q: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Place":
        def one_of(name: str, choices: Any, otherwise: str = "") -> str:
            value = given.get(name, "")
            return value if value in choices else otherwise

        hours = read_id(given.get("older", ""))
        after = given.get("after", "")
        return cls(
            tab=one_of("tab", TABS, WAITING),
            after=after if ANY_KEY.fullmatch(after) else "",
            own_page=read_id(given.get("own_page", "")),
            face=one_of("face", (YOURS, ALL), YOURS),
            order=one_of("order", Preference.Order.values),
            post=read_id(given.get("post", "")),
            region=read_id(given.get("region", "")),
            author=read_id(given.get("author", "")),
            who=_plain(given.get("who", "")),
            by=read_id(given.get("by", "")),
            signal=signal if CODE.fullmatch(signal := given.get("signal", "")) else "",
            outlook=one_of("outlook", [str(value) for value in Comment.Outlook.values]),
            kind=one_of("kind", Comment.Waits.values),
            older=min(hours, MOST_HOURS) if hours else None,
            asked=one_of("asked", ("1",)),
            q=_plain(given.get("q", "")),
        )

    @property
    def filters(self) -> dict[str, Any]:
        """What the list is narrowed to, by name."""
        return {name: value for name, value in self._all if value and name not in NOT_FILTERS}

    @property
    def is_yours(self) -> bool:
        """Whether it is the ten that were handed to who looks: whoever narrows or pages wants to see all there is."""
        return self.tab == WAITING and self.face == YOURS and not (self.filters or self.after)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What a form that leads back here carries along."""
        usual = {"tab": WAITING, "face": YOURS}
        return [(name, str(value)) for name, value in self._all if value and value != usual.get(name)]

    @property
    def start(self) -> "Place":
        """The first page of the same list."""
        return replace(self, after="")

    def url(self, done: int | None = None) -> str:
        """Its address; with the id of a comment just decided, the one at which the page says so in its place."""
        if self.own_page:
            return reverse("admin:comments_comment_change", args=[self.own_page])
        query = self.fields + ([("done", str(done))] if done else [])
        path = reverse("admin:comments_comment_changelist")
        return f"{path}{'?' if query else ''}{urlencode(query)}{'#done' if done else ''}"

    @cached_property
    def query(self) -> str:
        """So that what is opened from there leads back."""
        return f"own_page={self.own_page}" if self.own_page else self.url().partition("?")[2]

    @property
    def _all(self) -> list[tuple[str, Any]]:
        return [(field.name, getattr(self, field.name)) for field in fields(self)]


def _plain(text: str) -> str:
    """What was typed into a field, as far as any database can take it, and no longer than anybody needs."""
    return "".join(sign for sign in text[:LONGEST_TEXT] if unicodedata.category(sign) not in ("Cc", "Cs")).strip()
