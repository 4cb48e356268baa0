"""What is found out about a comment before it is screened: a question or two to the database, the rest from memory.

A submission waits for it, so everything is found by an index and bounded; what a process has read once stays until it
is changed (`comments.known`).
"""

import datetime
import hashlib
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from blog import pages
from comments.known import known_experience, known_names, known_words
from comments.lookalikes import name_keys
from comments.models import Address, Comment, WordList
from comments.notifications import digest
from comments.screening import PLACES, Match, Seen
from comments.wordlists import Folded, Matcher, fold

logger = logging.getLogger(__name__)

NINETY_DAYS = datetime.timedelta(days=90)
MOST_EARLIER, MOST_REPEATED = 100, 20
# Shorter words, such as thanks, are said by many.
SHORTEST_REPEATED = 30
DECLINED = (Comment.Status.REJECTED, Comment.Status.SPAM)
TAG = re.compile(r"<[^<>]*>")
LETTERS_OF_POST = 1_500

Facts = dict[str, Any]


class Earlier(NamedTuple):
    """What somebody sent before."""

    pk: int
    submitted_at: datetime.datetime
    status: str


def earlier(user: Any, email: str, now: datetime.datetime, least: int = 0) -> list[Earlier]:
    """What an account, or whoever gave an address, sent in ninety days, newest first: a hundred at most, or `least`."""
    if user:
        own = Comment.objects.filter(user=user)
    elif email:
        own = Comment.objects.filter(email_key=email.casefold())
    else:
        return []
    recent = own.filter(submitted_at__range=(now - NINETY_DAYS, now)).order_by("-submitted_at")
    rows = recent.values_list(*Earlier._fields)[: max(MOST_EARLIER, least)]
    return [Earlier(*row) for row in rows]


def about(comment: Comment, sent: Sequence[Earlier], now: datetime.datetime, **of_sending: Any) -> Seen:
    """What is known about a comment, stored or not, with its words as they now are and its post at hand.

    `sent` is what its commenter sent before; `of_sending` is what else `Seen` has. It never fails: what could not be
    found out is named in `Seen.unknown`.
    """
    asked = HttpRequest()
    pages.begin(asked, now)
    links = comment.body_html.count("<a ") + bool(comment.website)
    facts: Facts = {"body": comment.body, "links": links, "post": _words_of_post(comment)}
    unknown: list[str] = []
    for name, find in FINDERS.items():
        try:
            facts |= find(comment, asked, sent)
        except Exception as error:
            logger.exception("The %s of a comment could not be found out", name)
            unknown.append(name)
            if isinstance(error, DatabaseError):
                # Whoever waits is not to wait for each of the others too.
                unknown = list(FINDERS)[list(FINDERS).index(unknown[0]) :]
                break
    return Seen(**facts, **of_sending, unknown=unknown)


def words_key(text: str) -> int | None:
    """The same for the same words, whatever their spaces and capitals; None where they are too few to tell anything."""
    text = " ".join(text.split()).casefold()
    if len(text) < SHORTEST_REPEATED:
        return None
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], signed=True)


def _words_of_post(comment: Comment) -> str:
    post = comment.thread.post
    return f"{post.title} {TAG.sub(' ', post.body[:LETTERS_OF_POST])}"


def _listed_words(comment: Comment, asked: HttpRequest, sent: Sequence[Earlier]) -> Facts:
    """Folded once for both lists, for that takes longest, and not at all where both are empty."""
    words = {kind: matcher for kind, matcher in known_words(asked).items() if matcher.has_entries}
    texts = {place: fold(getattr(comment, place)) for place in PLACES} if words else {}
    found = {kind: list(_matches(words[kind], texts)) if kind in words else [] for kind in WordList.Kind.values}
    return {"noticed": found[WordList.Kind.NOTICE], "blocked": found[WordList.Kind.BLOCK]}


def _matches(matcher: Matcher, texts: Mapping[str, Sequence[Folded]]) -> Iterator[Match]:
    for place, readings in texts.items():
        for match in matcher.find_in(readings):
            yield Match(match.entry, place, (match.start, match.end) if place == "body" else None)


def _likeness(comment: Comment, asked: HttpRequest, sent: Sequence[Earlier]) -> Facts:
    judgement = known_experience(asked).judge(comment.body)
    return {"probability": judgement.probability, "reasons": judgement.reasons} if judgement else {}


def _posing(comment: Comment, asked: HttpRequest, sent: Sequence[Earlier]) -> Facts:
    """Only guests can: the name and address of an account are its own."""
    if comment.user_id:
        return {}
    names = known_names(asked)
    if comment.email.casefold() in names.emails:
        return {"poses_as": _("A guest who gave the e-mail address of a member of the staff or of an author.")}
    if names.keys & name_keys(comment.name):
        return {"poses_as": _("A guest under the name of a member of the staff, of an author or of the publication.")}
    return {}


def _repeated(comment: Comment, asked: HttpRequest, sent: Sequence[Earlier]) -> Facts:
    key = words_key(comment.body)
    if key is None:
        return {}
    same = Comment.objects.filter(words_key=key).exclude(status=Comment.Status.WITHDRAWN).exclude(pk=comment.pk)
    found = same.order_by("-pk").values_list("thread_id", "user_id", "email_key", "status")[:MOST_REPEATED]
    return {"repeated": [status for *whose, status in found if not _is_own(comment, *whose)]}


def _is_own(comment: Comment, thread_id: Any, user_id: Any, email_key: Any) -> bool:
    """Whether a comment with the same words is the same person's under the same post."""
    is_same = user_id == comment.user_id if comment.user_id else email_key and email_key == comment.email_key
    return bool(is_same) and thread_id == comment.thread_id


def _record(comment: Comment, asked: HttpRequest, sent: Sequence[Earlier]) -> Facts:
    """A guest has a record only where the address was proven, for anybody can type one."""
    found = [each.status for each in sent[:MOST_EARLIER] if each.pk != comment.pk]
    record = (found.count(Comment.Status.APPROVED), sum(status in DECLINED for status in found))
    return {"record": record} if any(record) and (comment.user_id or _is_proven(comment.email_key)) else {}


def _is_proven(email_key: str) -> bool:
    return Address.objects.filter(digest=digest(email_key), proven_at__isnull=False).exists()


Finder = Callable[[Comment, HttpRequest, Sequence[Earlier]], Facts]
# The first three ask the database only after a change.
FINDERS: dict[str, Finder] = {
    "word lists": _listed_words,
    "likeness to other comments": _likeness,
    "name and address": _posing,
    "same words elsewhere": _repeated,
    "record": _record,
}
