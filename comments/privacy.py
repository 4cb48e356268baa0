"""Personal data: what is erased by the clock, and how a person is taken out of what they said.

Of a person who is forgotten stay the date, the record, and the words that a moderator has published or declined, under
"Anonymous". All else is withdrawn, and its words are gone: nobody can publish a comment that says nothing.
"""

import datetime
import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.urls import reverse
from django.utils.html import escape
from post_office.models import STATUS, Email

from blog import pages
from comments import erasure_log
from comments.models import (
    Address,
    Appeal,
    Comment,
    CommentQuerySet,
    Decision,
    Lease,
    Note,
    Notice,
    Policy,
    Report,
    Skip,
    Wording,
)
from comments.moderation import Kind, Outcome, last_decision, locked, move, present, status_changes, words_changes
from comments.notifications import digest, letters_about
from comments.wordlists import UNSPACED_LETTER

THIRTY_DAYS = datetime.timedelta(days=30)
ONE_DAY = datetime.timedelta(days=1)
A_YEAR = datetime.timedelta(days=365)
ERASED_NAME = "Anonymous"
# Of a letter, what is no words: the tags and the characters by name of its HTML, and addresses in both.
TAG, LINK, CHARACTER = r"<[^<>]*>|", r"\w+://[^\s<>]+", r"|&#?\w+;"
# Hangul syllables, to whose words particles are joined.
HANGUL = re.compile("[\uac00-\ud7a3]")
BATCH = 1_000
FORGOTTEN_AT_ONCE = 200

Status, Act, Via = Comment.Status, Decision.Act, Decision.Via
# A moderator has said yes or no to these, and the record speaks of their words.
KEEPS_WORDS = (Status.APPROVED, Status.REJECTED)


def erase_due(now: datetime.datetime) -> None:
    """Blank what has been kept long enough. Called by the worker, again and again."""
    Comment.objects.exclude(network_key="").filter(submitted_at__lt=now - ONE_DAY).update(network_key="")
    Report.objects.exclude(network_key="").filter(at__lt=now - ONE_DAY).update(network_key="")
    a_month_ago = now - THIRTY_DAYS
    for some in _in_batches(_decided_before(a_month_ago).filter(Q(ip_address__isnull=False) | ~Q(user_agent=""))):
        some.update(ip_address=None, user_agent="")
    for status in (Status.REJECTED, Status.SPAM, Status.WITHDRAWN):
        _blank_addresses(status, a_month_ago)
    days = Policy.objects.current().days_to_keep_addresses
    if days is not None:
        _blank_addresses(Status.APPROVED, now - datetime.timedelta(days=days))
    answered = Report.objects.filter(answered_at__lt=a_month_ago)
    answered.filter(Q(ip_address__isnull=False) | ~Q(email_key="")).update(ip_address=None, email="", email_key="")
    Email.objects.exclude(status=STATUS.queued).filter(last_updated__lt=a_month_ago).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    Lease.objects.filter(until__lt=now - ONE_DAY).delete()
    Skip.objects.filter(at__lt=a_month_ago).delete()
    Notice.objects.filter(goes_at__lt=now - A_YEAR).delete()


def _blank_addresses(status: str, before: datetime.datetime) -> None:
    kept = _decided_before(before).filter(status=status).exclude(email="", email_key="")
    for some in _in_batches(kept):
        if status != Status.APPROVED:
            # What it said earlier was kept for an undo.
            Wording.objects.filter(comment__in=some).delete()
        some.update(email="", email_key="", notify_decision=False, notify_replies=False)


def _decided_before(at: datetime.datetime) -> CommentQuerySet:
    return Comment.objects.filter(waiting_since__isnull=True, decided_at__lt=at)


def _in_batches(comments: CommentQuerySet) -> Iterator[CommentQuerySet]:
    """The oldest of some comments, again and again until none is left, so that no colleague waits for all of them."""
    while some := list(comments.order_by("decided_at").values_list("pk", flat=True)[:BATCH]):
        # Who was called back meanwhile is no longer among them.
        yield comments.filter(pk__in=some)


def erase(email: str, now: datetime.datetime, at_most: int | None = None) -> int:
    """Take a person out of all that was said with their address. Returns how many comments that was.

    It goes on in short steps, each whole, so that nobody waits for all of it; called again, it does what `at_most` or
    an interruption left. What names the address beside the comments goes last.
    """
    key = email.casefold()
    if not key:
        # Those who gave none are many persons, not one.
        return 0
    erasure_log.remember(erasure_log.of_address(key), now)
    return _erase(email, now, at_most)


def _erase(
    email: str, now: datetime.datetime, at_most: int | None = None, until: datetime.datetime | None = None
) -> int:
    """Erase what was sent `until` then: what somebody says after their erasure is not meant by it."""
    key, count = email.casefold(), 0
    until = until or datetime.datetime.max.replace(tzinfo=datetime.UTC)
    theirs = Comment.objects.filter(email_key=key, submitted_at__lte=until).order_by("-submitted_at")
    while some := list(theirs.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
        if at_most is not None and count >= at_most:
            return count
        count += _forget_some(some, key, now)
    for report in Report.objects.filter(email_key=key, at__lte=until):
        _forget_report(report)
    Email.objects.filter(to__iexact=email, created__lte=until).delete()
    Notice.objects.filter(recipient=digest(email)).delete()
    # Who asked for no more letters gets none after this either; of the address, only its digest is kept for that.
    Address.objects.filter(digest=digest(email), refused_at__isnull=True).delete()
    return count


def erase_again(now: datetime.datetime) -> int:
    """Erase once more what a backup that was put back has brought again. Returns of how many persons and comments.

    To be called when the worker starts; after it, `erased_but_here` is 0.
    """
    count = 0
    for email, until in _back_by_address():
        _erase(email, now, until=until)
        count += 1
    for comment in _back_by_comment():
        outcome = forget(comment.pk, comment.version, now)
        count += outcome.kind == Kind.DONE
    return count


def erased_but_here() -> int:
    """How many persons and single comments are here though they were erased."""
    return sum(1 for _found in _back_by_address()) + sum(1 for _found in _back_by_comment())


def _back_by_address() -> list[tuple[str, datetime.datetime]]:
    """Addresses that were erased and have something from before that, with when it was asked for."""
    erasures = erasure_log.read()
    oldest: dict[str, datetime.datetime] = {}
    for rows, sent in ((Comment.objects, "submitted_at"), (Report.objects, "at")):
        named = rows.exclude(email_key="").order_by().values_list("email_key").annotate(Min(sent))
        for key, at in named if erasures else ():
            oldest[key] = min(at, oldest.get(key, at))
    asked = {key: erasures.get(erasure_log.of_address(key)) for key in oldest}
    return [(key, at) for key, at in asked.items() if at is not None and oldest[key] <= at]


def _back_by_comment() -> list[Comment]:
    """Comments that were erased one by one: their pages had other addresses from then on."""
    erasures = erasure_log.read()
    tokens = Comment.objects.order_by().values_list("pk", "token").iterator(chunk_size=2_000) if erasures else ()
    back = [pk for pk, token in tokens if erasure_log.of_comment(token) in erasures]
    return list(Comment.objects.filter(pk__in=back))


def _forget_some(some: list[int], key: str, now: datetime.datetime) -> int:
    with transaction.atomic():
        rows = (
            Comment.objects.select_for_update(of=("self",), no_key=True).select_related("thread__post").order_by("pk")
        )
        found = list(rows.filter(pk__in=some, email_key=key))
        letters = letters_about(found)
        shown = {tag for comment in found for tag in _forgotten(comment, letters[comment.pk], now)}
        pages.changed(*sorted(shown))
    return len(found)


def forget(comment_id: int, version: int, now: datetime.datetime) -> Outcome:
    """Take its commenter out of one comment, if it is as they saw it."""
    with transaction.atomic():
        before = locked(comment_id)
        if before.version != version:
            return Outcome(Kind.CONFLICT, before, last_decision(before))
        erasure_log.remember(erasure_log.of_comment(before.token), now)
        pages.changed(*_forgotten(before, letters_about([before])[before.pk], now))
    return Outcome(Kind.DONE, present(comment_id), last_decision(before))


def delete_for_ever(comment_id: int, version: int, by: Any, now: datetime.datetime, note: str = "") -> Outcome:
    """Blank a comment's words and its person, for the one who answers for the site. The row and its record stay.

    Nobody can take it back, nor decide about it any more.
    """
    with transaction.atomic():
        before = locked(comment_id)
        letters = letters_about([before])
        erasure_log.remember(erasure_log.of_comment(before.token), now)
        changes = status_changes(before, Status.WITHDRAWN, now) | _nobody() | _no_words()
        if move(before, version, changes, Act.DELETE, by, now, note=note) is None:
            return Outcome(Kind.CONFLICT, present(comment_id), last_decision(before))
        _take_out(before)
        Email.objects.filter(pk__in=letters[before.pk]).delete()
        if before.status == Status.APPROVED:
            pages.changed(f"thread:{before.thread.post_id}", f"comment-count:{before.thread.post_id}")
    return Outcome(Kind.DONE, present(comment_id), last_decision(before))


def _forgotten(before: Comment, letters: Iterable[int], now: datetime.datetime) -> list[str]:
    """Take the person out of a locked comment and of the letters about it; what shows the change."""
    changes = _nobody() | {"waiting_since": None} | (words_changes() if before.proposed_body else {})
    about = Email.objects.filter(pk__in=letters)
    if before.status in KEEPS_WORDS:
        # Those to its writer name the address of its page; those to moderators may quote words that nobody published.
        desk = reverse("admin:comments_comment_change", args=[before.pk])
        about.filter(Q(message__contains=before.token) | Q(message__contains=desk)).delete()
        _unname(before.name, about)
    else:
        changes |= _no_words()
        changes |= status_changes(before, Status.WITHDRAWN, now)
        about.delete()
    move(before, before.version, changes, Act.FORGET, None, now, via=Via.OWN_PAGE)
    _take_out(before)
    return [f"thread:{before.thread.post_id}"] if before.status == Status.APPROVED else []


def _nobody() -> dict[str, Any]:
    """The columns of a comment whose person is gone, with what was made from them: its page has another address."""
    return {
        "user": None, "name": ERASED_NAME, "email": "", "email_key": "", "website": "", "user_agent": "",
        "ip_address": None, "network_key": "", "notify_decision": False, "notify_replies": False, "signals": [],
        "fingerprint": secrets.token_hex(32), "token": secrets.token_urlsafe(24),
    }  # fmt: skip


def _no_words() -> dict[str, Any]:
    return {"body": "", "body_html": "", "proposed_body": "", "proposed_html": ""}


def _take_out(before: Comment) -> None:
    """What stands beside a comment and speaks of its person."""
    Wording.objects.filter(comment=before).delete()
    Note.objects.filter(comment=before).delete()
    Lease.objects.filter(comment=before).delete()
    Appeal.objects.filter(comment=before).update(words="")


def _unname(name: str, letters: QuerySet[Email]) -> None:
    """Letters to others may name who commented: those of the desk are kept for a month, and some wait to be sent."""
    drawn = escape(name)
    for mail in letters if name not in (ERASED_NAME, "") else ():
        Email.objects.filter(pk=mail.pk).update(
            subject=_without(name, mail.subject),
            message=_without(name, mail.message),
            html_message=_without(drawn, mail.html_message, TAG),
        )


def _without(name: str, text: str, kept: str = "") -> str:
    """A text that names nobody; its links, and what else is kept, stay whole, whatever somebody called themselves."""
    # A name ends where no mark follows, for with it the letter is another one. Where no spaces stand between words, or
    # particles follow a name at once, a letter may stand beside it.
    before = "" if UNSPACED_LETTER.match(name[0]) else r"(?<!\w)"
    is_joined = UNSPACED_LETTER.match(name[-1]) or HANGUL.match(name[-1])
    whole = rf"{before}{re.escape(name)}{'' if is_joined else r'(?!\w)'}(?![{marks()}])"
    parts = re.compile(f"{kept}{LINK}|(?P<name>{whole}){CHARACTER if kept else ''}")
    return parts.sub(lambda part: ERASED_NAME if part["name"] else part[0], text)


@lru_cache
def marks() -> str:
    """All combining marks, as they stand in the brackets of a pattern."""
    found = [code for code in range(0x300, 0xE01F0) if unicodedata.category(chr(code))[0] == "M"]
    return "".join(map(chr, found))


def _forget_report(report: Report) -> None:
    """Its words stay: they are about somebody else's comment, and whoever answers it needs them."""
    Report.objects.filter(pk=report.pk).update(
        email="", email_key="", ip_address=None, network_key="",
        fingerprint=secrets.token_hex(32), token=secrets.token_urlsafe(18),
    )  # fmt: skip
