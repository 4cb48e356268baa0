"""Comments found by words that stand in them, by the name or the address of who wrote them.

The words are looked for in text and name, by an index that each of the databases keeps (migration 0008_desk_lists).
A word is found by its beginning; where a script puts no spaces between words, by the beginning of a run.
"""

import unicodedata
from typing import Any

from django.db import connection

from comments import access
from comments.desk.places import Place
from comments.models import Comment, Note

# The newest so many that match are looked through; who has more gives another word.
MOST_FOUND = 2_000
MOST_WORDS = 8
REVEALS = "comments.view_personal_data"
NEWEST_WITH = {
    "sqlite": "SELECT rowid FROM comments_words WHERE comments_words MATCH %s ORDER BY rowid DESC LIMIT %s",
    "postgresql": (
        "SELECT id FROM comments_comment WHERE to_tsvector('simple', name || ' ' || body) @@ to_tsquery('simple', %s)"
        " ORDER BY id DESC LIMIT %s"
    ),
}


def among(place: Place, user: Any) -> set[int] | None:
    """The ids that words, a commenter and notes leave; None where a place asks for none of these.

    An e-mail address finds something only for who may see addresses; for others it is words like any other.
    """
    reveals = user.has_perm(REVEALS)
    found = []
    if place.q:
        is_address = reveals and "@" in place.q
        found.append(_of_address(place.q) if is_address else _with_words(place.q))
    if place.who:
        found.append(_of_address(place.who) if reveals and "@" in place.who else _of_name(place.who))
    if place.by:
        found.append(_by_same(place.by, user))
    if place.asked:
        found.append(set(Note.objects.order_by("-pk").values_list("comment_id", flat=True)[:MOST_FOUND]))
    return set.intersection(*found) if found else None


def words(text: str) -> list[str]:
    """The words of what was typed: letters, digits and the marks on them. All else separates."""
    spaced = "".join(sign if unicodedata.category(sign)[0] in "LNM" else " " for sign in text)
    return list(dict.fromkeys(spaced.split()))[:MOST_WORDS]


def _with_words(text: str) -> set[int]:
    wanted = words(text)
    if not wanted:
        return set()
    # Nothing is left in a word that either language of queries would read as its own.
    if connection.vendor == "postgresql":
        query = " & ".join(f"'{word}':*" for word in wanted)
    else:
        query = " ".join(f'"{word}"*' for word in wanted)
    with connection.cursor() as cursor:
        cursor.execute(NEWEST_WITH[connection.vendor], [query, MOST_FOUND])
        return {pk for (pk,) in cursor.fetchall()}


def _of_address(email: str) -> set[int]:
    """Of the latest that came with an address; those of nobody are many persons'."""
    found = Comment.objects.filter(email_key=email.casefold()).exclude(email_key="").order_by("-submitted_at")
    return set(found.values_list("pk", flat=True)[:MOST_FOUND])


def _by_same(pk: int, user: Any) -> set[int]:
    """Of the latest by whoever wrote a comment: who may read it need not see the address."""
    known = access.visible(user, Comment.objects.filter(pk=pk)).values_list("email_key", flat=True).first()
    return _of_address(known) if known else set()


def _of_name(name: str) -> set[int]:
    folded = name.casefold()
    named = Comment.objects.filter(pk__in=_with_words(name)).values_list("pk", "name")
    return {pk for pk, other in named if other.casefold() == folded}
