"""Pieces of pages that depend on nothing but their words: a process draws each once and keeps it for a while.

A page is drawn anew with each decision about its comments, and then all but one of them are as they were. A piece is
found by all that is in it, so it can never be out of date. (Time zone and language are settings.)
"""

import datetime
from functools import lru_cache
from typing import NamedTuple

from crispy_forms.utils import render_crispy_form
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from comments.forms import CommentForm
from comments.models import Policy

# While templates are being written, nothing is kept.
COMMENTS_KEPT = 0 if settings.DEBUG else 2_000
FORMS_KEPT = 0 if settings.DEBUG else 20


class Said(NamedTuple):
    """An approved comment as it stands in its thread.

    `answers` is the name of whom it answers where that cannot be seen from its place, and empty if that comment is
    gone. Below `base` lie the addresses of all that concerns the post's comments.
    """

    pk: int
    name: str
    website: str
    is_staff: bool
    submitted_at: datetime.datetime
    body_html: str
    edited_at: datetime.datetime | None
    is_edited_by_staff: bool
    depth: int
    answers: str | None
    base: str
    can_be_answered: bool


class Blank(NamedTuple):
    """What decides how a form looks in which nobody has written yet; `has_mail` is `settings.MAIL_WORKS`."""

    is_email_required: bool
    has_website: bool
    max_length: int
    has_mail: bool
    parent: int | None


class Along(NamedTuple):
    """What may be said along with a decision, as it stands in its form; `choices` are the reasons' ids and labels."""

    prefix: str
    choices: tuple[tuple[str, str], ...]
    reason: str
    note: str
    longest: int


@lru_cache(COMMENTS_KEPT)
def comment(said: Said) -> SafeString:
    drawn: SafeString = render_to_string("comments/_comment.html", said._asdict())
    return drawn


@lru_cache(FORMS_KEPT)
def fields(blank: Blank) -> SafeString:
    policy = Policy(
        is_email_required=blank.is_email_required, has_website=blank.has_website, max_length=blank.max_length
    )
    form = CommentForm(policy=policy, initial={"parent": blank.parent} if blank.parent else None)
    drawn: SafeString = render_crispy_form(form)
    return drawn


@lru_cache(COMMENTS_KEPT)
def said_along(along: Along) -> SafeString:
    """Drawn by hand: a page of the desk has one at each comment, and a widget draws each choice by templates."""
    drawn: SafeString = render_to_string("admin/comments/comment/_said_along.html", along._asdict())
    return drawn
