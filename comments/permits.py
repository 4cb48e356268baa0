"""What a link in a letter allows: one act, on one version of one comment, by one person, for three days."""

import datetime
from typing import NamedTuple

from django.core import signing
from django.urls import reverse

from blog.links import absolute
from comments.models import Comment

SALT = "comments.permits"
LASTS = datetime.timedelta(hours=72)
APPROVE, DECLINE = "approve", "decline"
TO_STATUS = {APPROVE: Comment.Status.APPROVED, DECLINE: Comment.Status.REJECTED}


class Permit(NamedTuple):
    comment_id: int
    version: int
    act: str
    user_id: int
    # In seconds since 1970.
    until: int


def give(comment: Comment, act: str, user_id: int, now: datetime.datetime) -> Permit:
    return Permit(comment.pk, comment.version, act, user_id, int((now + LASTS).timestamp()))


def link(permit: Permit) -> str:
    """The path that shows what is asked; only the button there does it."""
    return reverse("comments:by_mail", args=[signing.dumps(list(permit), salt=SALT)])


def absolute_link(comment: Comment, act: str, user_id: int, now: datetime.datetime) -> str:
    return absolute(link(give(comment, act, user_id, now)))


def read(token: str, now: datetime.datetime) -> Permit | None:
    """What a token allows; None for one that was not made here, was changed, or is over."""
    try:
        permit = Permit(*signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError):
        # ValueError is what base64 says of letters that are none of its own.
        return None
    return permit if now.timestamp() < permit.until else None
