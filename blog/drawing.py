"""Pieces of pages that depend on nothing but their words: a process draws each once and keeps it for a while.

A list is drawn anew with each change of one of its posts, and then all other cards are as they were. A piece is found
by all that is in it, so it can never be out of date. (Time zone and language are settings.)
"""

import datetime
import html
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from blog.models import Byline, Post

# While templates are being written, nothing is kept.
KEPT = 0 if settings.DEBUG else 1_000


class Signature(NamedTuple):
    role: str
    name: str
    address: str


class Card(NamedTuple):
    """What a list shows of a post. `aside` is what the page adds to it."""

    address: str
    title: str
    summary: str
    day: datetime.date | None
    signatures: tuple[Signature, ...]
    aside: str


@lru_cache(KEPT)
def card(shown: Card) -> SafeString:
    drawn: SafeString = render_to_string("blog/_card.html", {**shown._asdict(), "byline": byline(shown.signatures)})
    return drawn


def signatures(post: Post) -> tuple[Signature, ...]:
    lines = post.bylines.all()
    return tuple(Signature(line.role, line.author.name, line.author.get_absolute_url()) for line in lines)


@lru_cache(KEPT)
def byline(signatures: tuple[Signature, ...]) -> SafeString:
    """ "by A, B, and C", or "by A for B" for a guest, each name linked; empty if nobody signed."""
    return format_html(_("by {}"), _linked_names(signatures)) if signatures else SafeString()


def byline_text(signatures: tuple[Signature, ...]) -> str:
    """Return the byline as plain text without its "by": "A, B, and C", or "A for B"; empty if nobody signed."""
    return html.unescape(strip_tags(_linked_names(signatures)))


def _linked_names(signatures: tuple[Signature, ...]) -> SafeString:
    by = _series([_link(each) for each in signatures if each.role == Byline.Role.BY])
    host = _series([_link(each) for each in signatures if each.role == Byline.Role.FOR])
    return format_html(_("{} for {}"), by, host) if by and host else by or host


def _link(signature: Signature) -> SafeString:
    return format_html('<a href="{}" rel="author">{}</a>', signature.address, signature.name)


def _series(names: list[SafeString]) -> SafeString:
    if len(names) == 2:
        return format_html(_("{} and {}"), *names)
    if len(names) > 2:
        return format_html(
            _("{}, and {}"), format_html(", ".join("{}" for _name in names[:-1]), *names[:-1]), names[-1]
        )
    return names[0] if names else SafeString()
