"""What came before a comment: by the same person, over the same connection, and in the same words.

Every submission waits for this, so it is one question. Each part of it is found by an index of its own and has a limit
of its own; Django asks no such question of SQLite, so it is written out here.
"""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from comments.models import Comment, Policy

TEN_MINUTES, NINETY_DAYS = datetime.timedelta(minutes=10), datetime.timedelta(days=90)
MOST_BY_PERSON, MOST_IN_SAME_WORDS = 100, 20
# Shorter words, such as thanks, are said by many.
SHORTEST_COMPARED = 30


class Sent(NamedTuple):
    """One of them, as far as it is read."""

    id: int
    thread_id: int
    user_id: int | None
    email_key: str
    status: str
    submitted_at: datetime.datetime


# SQLite finds the index of connections only where its condition is said too.
WHERE = {
    "account": "user_id = %s AND submitted_at BETWEEN %s AND %s ORDER BY submitted_at DESC LIMIT %s",
    "guest": "email_key = %s AND submitted_at BETWEEN %s AND %s ORDER BY submitted_at DESC LIMIT %s",
    "connection": "network_key = %s AND NOT network_key = '' AND submitted_at BETWEEN %s AND %s LIMIT %s",
    "words": "words_key = %s AND status <> 'withdrawn' ORDER BY id DESC LIMIT %s",
}
COLUMNS = ", ".join(Sent._fields)
PARTS = {
    name: f"SELECT * FROM (SELECT '{name}', {COLUMNS} FROM comments_comment WHERE {where}) AS of_{name}"  # noqa: S608
    for name, where in WHERE.items()
}
SUBMITTED_AT = Comment._meta.get_field("submitted_at").get_col("comments_comment")


@dataclass(frozen=True)
class Earlier:
    # In ninety days, the newest first: a hundred at most, or as many as the flood limit counts.
    by_person: Sequence[Sent] = ()
    # How many in ten minutes; no more are counted than a limit needs.
    over_connection: int = 0
    # The newest twenty.
    in_same_words: Sequence[Sent] = ()


def words_key(text: str) -> int | None:
    """The same for the same words, whatever their spaces and capitals; None where they are too few to tell anything."""
    text = " ".join(text.split()).casefold()
    if len(text) < SHORTEST_COMPARED:
        return None
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], signed=True)


def than(comment: Comment, now: datetime.datetime, policy: Policy) -> Earlier:
    """What was sent before a comment, be it stored already or not."""
    of_person = (now - NINETY_DAYS, now, max(MOST_BY_PERSON, policy.most_in_ten_minutes))
    asked: dict[str, Sequence[Any]] = {}
    if comment.user_id:
        asked["account"] = (comment.user_id, *of_person)
    elif comment.email_key:
        asked["guest"] = (comment.email_key, *of_person)
    if comment.network_key:
        most = max(policy.most_from_network, policy.noticed_from_network)
        asked["connection"] = (comment.network_key, now - TEN_MINUTES, now, most)
    if comment.words_key is not None:
        asked["words"] = (comment.words_key, MOST_IN_SAME_WORDS)
    found = defaultdict[str, list[Sent]](list)
    for name, sent in _answers(asked) if asked else ():
        if sent.id != comment.pk:
            found[name].append(sent)
    by_person = sorted(found["account"] + found["guest"], key=lambda sent: sent.submitted_at, reverse=True)
    return Earlier(by_person, len(found["connection"]), found["words"])


def _answers(asked: dict[str, Sequence[Any]]) -> list[tuple[str, Sent]]:
    adapt = connection.ops.adapt_unknown_value
    converters = connection.ops.get_db_converters(SUBMITTED_AT)
    with connection.cursor() as cursor:
        question = " UNION ALL ".join(PARTS[name] for name in asked)
        cursor.execute(question, [adapt(value) for values in asked.values() for value in values])
        rows = cursor.fetchall()
    answers = []
    for name, *columns, submitted_at in rows:
        for convert in converters:
            submitted_at = convert(submitted_at, SUBMITTED_AT, connection)
        answers.append((name, Sent._make([*columns, submitted_at])))
    return answers
