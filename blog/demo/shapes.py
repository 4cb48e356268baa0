"""What the demo publication is made of: plain values, with nothing here that needs Django."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

CREDIT = "Illustration: Asia Unbound"


@dataclass(frozen=True, slots=True)
class Publication:
    presenter: str
    name: str
    tagline: str


@dataclass(frozen=True, slots=True)
class Region:
    slug: str
    name: str
    parent: str | None
    description: str


@dataclass(frozen=True, slots=True)
class Author:
    slug: str
    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""
    family_first: bool = False
    is_organisation: bool = False
    role: str = ""
    biography: str = ""


@dataclass(frozen=True, slots=True)
class LeadPhoto:
    """`name` is what `blog.demo.pictures.draw` is asked for. A decorative one has no alt text."""

    name: str
    alt: str
    caption: str
    credit: str = CREDIT
    is_decorative: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """Published posts have a fixed time, so their addresses never change; a scheduled one counts from loading."""

    slug: str
    title: str
    short_title: str
    summary: str
    authors: tuple[str, ...]
    regions: tuple[str, ...]
    published_at: datetime | None = None
    days_from_loading: int | None = None
    lead_photo: LeadPhoto | None = None
    # "by A for B": the guest stands in `authors`, the host here, and a line says who the guest is.
    for_author: str = ""
    guest_line: str = ""

    @property
    def state(self) -> Literal["published", "scheduled", "draft"]:
        if self.published_at is not None:
            return "published"
        return "draft" if self.days_from_loading is None else "scheduled"


@dataclass(frozen=True, slots=True)
class Page:
    slug: str
    title: str
