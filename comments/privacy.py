"""Personal data: what is erased by the clock, and what a person can ask for."""

import datetime
import secrets
from collections.abc import Iterator

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from post_office.models import STATUS, Email

from blog import pages
from blog.links import absolute
from comments.models import Comment, CommentQuerySet, Policy

THIRTY_DAYS = datetime.timedelta(days=30)
ONE_DAY = datetime.timedelta(days=1)
ERASED_NAME = "Anonymous"
BATCH = 1_000

Status = Comment.Status


def erase_due(now: datetime.datetime) -> None:
    """Blank what has been kept long enough. Called by the worker, again and again."""
    Comment.objects.exclude(network_key="").filter(submitted_at__lt=now - ONE_DAY).update(network_key="")
    a_month_ago = now - THIRTY_DAYS
    for some in _in_batches(_decided_before(a_month_ago).filter(Q(ip_address__isnull=False) | ~Q(user_agent=""))):
        some.update(ip_address=None, user_agent="")
    for status in (Status.REJECTED, Status.SPAM, Status.WITHDRAWN):
        _blank_addresses(status, a_month_ago)
    days = Policy.objects.current().days_to_keep_addresses
    if days is not None:
        _blank_addresses(Status.APPROVED, now - datetime.timedelta(days=days))
    Email.objects.exclude(status=STATUS.queued).filter(last_updated__lt=now - THIRTY_DAYS).delete()
    Session.objects.filter(expire_date__lt=now).delete()


def _blank_addresses(status: str, before: datetime.datetime) -> None:
    kept = _decided_before(before).filter(status=status).exclude(email="", email_key="")
    for some in _in_batches(kept):
        some.update(email="", email_key="", notify_decision=False, notify_replies=False)


def _decided_before(at: datetime.datetime) -> CommentQuerySet:
    return Comment.objects.filter(waiting_since__isnull=True, decided_at__lt=at)


def _in_batches(comments: CommentQuerySet) -> Iterator[CommentQuerySet]:
    """The oldest of some comments, again and again until none is left, so that no colleague waits for all of them."""
    while some := list(comments.order_by("decided_at").values_list("pk", flat=True)[:BATCH]):
        # Who was called back meanwhile is no longer among them.
        yield comments.filter(pk__in=some)


def export(email: str) -> dict[str, list[dict[str, str]]]:
    """Everything kept under an e-mail address, as plain text; empty fields are left out."""
    if not email:
        return {"comments": [], "mails": []}
    comments = Comment.objects.filter(email_key=email.casefold()).select_related("thread__post").order_by("pk")
    mails = Email.objects.filter(to__iexact=email).order_by("pk")
    return {
        "comments": [_filled(_comment_as_text(comment)) for comment in comments.iterator(chunk_size=500)],
        "mails": [
            _filled({"subject": mail.subject, "text": mail.message, "made": mail.created.isoformat()})
            for mail in mails.iterator(chunk_size=500)
        ],
    }


def _comment_as_text(comment: Comment) -> dict[str, str]:
    return {
        "name": comment.name,
        "email": comment.email,
        "website": comment.website,
        "ip_address": comment.ip_address or "",
        "user_agent": comment.user_agent,
        "submitted": comment.submitted_at.isoformat(),
        "status": comment.status,
        "post": comment.thread.post.title,
        "text": comment.body,
        "link": absolute(comment.get_absolute_url()),
    }


def _filled(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def erase(email: str) -> int:
    """Take a person out of what they wrote; text and date stay. Returns how many comments that was.

    The address of each comment's own page changes too, and so does its fingerprint, which was made from the address.
    """
    if not email:
        # Those who gave none are many persons, not one.
        return 0
    with transaction.atomic():
        found = list(Comment.objects.filter(email_key=email.casefold()).values_list("pk", flat=True))
        for pk in found:
            Comment.objects.filter(pk=pk).update(
                user=None, name=ERASED_NAME, email="", email_key="", website="", user_agent="", ip_address=None,
                network_key="", notify_decision=False, notify_replies=False,
                fingerprint=secrets.token_hex(32), token=secrets.token_urlsafe(24),
            )  # fmt: skip
        Email.objects.filter(to__iexact=email).delete()
        shown = Comment.objects.filter(pk__in=found, status=Status.APPROVED).values_list("thread__post_id", flat=True)
        pages.changed(*(f"thread:{pk}" for pk in set(shown)))
    return len(found)
