"""What is found out about a comment before it is screened, almost all of it from memory.

A submission waits for it. What was sent before is known (`comments.earlier`); what a process has read once stays
until it is changed (`comments.known`).
"""

import datetime
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from blog import pages
from comments import markup
from comments.earlier import MOST_BY_PERSON, Earlier, Sent
from comments.known import known_experience, known_names, known_words
from comments.lookalikes import name_keys
from comments.models import Address, Comment, WordList
from comments.notifications import digest
from comments.screening import PLACES, Match, Seen
from comments.wordlists import Folded, Matcher, fold

logger = logging.getLogger(__name__)

DECLINED = (Comment.Status.REJECTED, Comment.Status.SPAM)
TAG = re.compile(r"<[^<>]*>")
LETTERS_OF_POST = 1_500

Facts = dict[str, Any]


def about(comment: Comment, before: Earlier, now: datetime.datetime, **of_sending: Any) -> Seen:
    """What is known about a comment, stored or not, with its words as they now are and its post at hand.

    `before` is what was sent before it; `of_sending` is what else `Seen` has. It never fails: what could not be found
    out is named in `Seen.unknown`.
    """
    asked = HttpRequest()
    pages.begin(asked, now)
    links = markup.count_addresses(comment.body) + bool(comment.website)
    facts: Facts = {"body": comment.body, "links": links, "post": _words_of_post(comment)}
    unknown: list[str] = []
    for name, find in FINDERS.items():
        try:
            facts |= find(comment, asked, before)
        except Exception as error:
            logger.exception("The %s of a comment could not be found out", name)
            unknown.append(name)
            if isinstance(error, DatabaseError):
                # Whoever waits is not to wait for each of the others too.
                unknown = list(FINDERS)[list(FINDERS).index(unknown[0]) :]
                break
    return Seen(**facts, **of_sending, unknown=unknown)


def _words_of_post(comment: Comment) -> str:
    post = comment.thread.post
    return f"{post.title} {TAG.sub(' ', post.body[:LETTERS_OF_POST])}"


def _listed_words(comment: Comment, asked: HttpRequest, before: Earlier) -> Facts:
    """Folded once for both lists, for that takes longest, and not at all where both are empty."""
    words = {kind: matcher for kind, matcher in known_words(asked).items() if matcher.has_entries}
    texts = {place: fold(getattr(comment, place)) for place in PLACES} if words else {}
    found = {kind: list(_matches(words[kind], texts)) if kind in words else [] for kind in WordList.Kind.values}
    return {"noticed": found[WordList.Kind.NOTICE], "blocked": found[WordList.Kind.BLOCK]}


def _matches(matcher: Matcher, texts: Mapping[str, Sequence[Folded]]) -> Iterator[Match]:
    for place, readings in texts.items():
        for match in matcher.find_in(readings):
            yield Match(match.entry, place, (match.start, match.end) if place == "body" else None)


def _likeness(comment: Comment, asked: HttpRequest, before: Earlier) -> Facts:
    judgement = known_experience(asked).judge(comment.body)
    return {"probability": judgement.probability, "reasons": judgement.reasons} if judgement else {}


def _posing(comment: Comment, asked: HttpRequest, before: Earlier) -> Facts:
    """Only guests can: the name and address of an account are its own."""
    if comment.user_id:
        return {}
    names = known_names(asked)
    if comment.email.casefold() in names.emails:
        return {"poses_as": _("A guest who gave the e-mail address of a member of the staff or of an author.")}
    if names.keys & name_keys(comment.name):
        return {"poses_as": _("A guest under the name of a member of the staff, of an author or of the publication.")}
    return {}


def _repeated(comment: Comment, asked: HttpRequest, before: Earlier) -> Facts:
    """Not what the same person said under the same post."""
    return {"repeated": [each.status for each in before.in_same_words if not _is_by_same_person(comment, each)]}


def _is_by_same_person(comment: Comment, other: Sent) -> bool:
    if other.thread_id != comment.thread_id:
        return False
    return other.user_id == comment.user_id if comment.user_id else "" != other.email_key == comment.email_key


def _record(comment: Comment, asked: HttpRequest, before: Earlier) -> Facts:
    """A guest has a record only where the address was proven, for anybody can type one."""
    found = [each.status for each in before.by_person[:MOST_BY_PERSON]]
    record = (found.count(Comment.Status.APPROVED), sum(status in DECLINED for status in found))
    return {"record": record} if any(record) and (comment.user_id or _is_proven(comment.email_key)) else {}


def _is_proven(email_key: str) -> bool:
    return Address.objects.filter(digest=digest(email_key), proven_at__isnull=False).exists()


Finder = Callable[[Comment, HttpRequest, Earlier], Facts]
# The first three ask the database only after a change.
FINDERS: dict[str, Finder] = {
    "word lists": _listed_words,
    "likeness to other comments": _likeness,
    "name and address": _posing,
    "same words elsewhere": _repeated,
    "record": _record,
}
