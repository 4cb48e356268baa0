"""Comments for tests, taken and decided by the functions that take and decide them in real life."""

import datetime
from typing import Any

from django.utils import timezone

from blog import pages
from blog.models import Post
from comments import editing, moderation, submission, threads
from comments.models import Comment, Policy, Reason
from comments.submission import Sender, Words
from tests.make import make_moderator

Status = Comment.Status


def make_comment(
    post: Post,
    status: str = Status.APPROVED,
    *,
    parent: Comment | None = None,
    name: str = "Rita Reader",
    email: str | None = None,
    body: str = "",
    now: datetime.datetime | None = None,
    reason: Reason | None = None,
    sender: Sender | None = None,
    **more: Any,
) -> Comment:
    """One comment in one of the states; each is another reader's, unless an e-mail address is given."""
    now, count = now or timezone.now(), Comment.objects.count()
    words = Words(
        name=name,
        email=f"reader{count}@example.org" if email is None else email,
        body=body or f"The tide turns twice a day, and this is remark {count}.",
        parent=parent.pk if parent else None,
        **more,
    )
    comment = submission.submit(threads.of(post), Policy.objects.current(), words, sender or Sender(), now)
    if status == Status.WITHDRAWN:
        return editing.withdraw(comment.pk, comment.version, now).comment
    if status != comment.status:
        return decide(comment, status, now=now, reason=reason)
    return comment


def decide(comment: Comment, to: str, *, now: datetime.datetime | None = None, reason: Reason | None = None) -> Comment:
    outcome = moderation.decide(comment.pk, comment.version, to, make_moderator(), now or timezone.now(), reason)
    return outcome.comment


def copies(comment: Comment, count: int) -> None:
    """Many more like it, faster than by the door that they would come through."""
    fields = {f.attname: getattr(comment, f.attname) for f in Comment._meta.concrete_fields if f.name != "id"}
    Comment.objects.bulk_create(
        Comment(**fields | {"fingerprint": f"copy {number}", "token": f"copy-{number}"}) for number in range(count)
    )


def now_of(comment: Comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


def shown(comment: Comment) -> str:
    """How the desk's forms name it."""
    return f"{comment.pk}:{comment.version}"


def set_policy(**fields: Any) -> Policy:
    policy = Policy(**fields)
    policy.save()
    pages.changed("policy")
    return policy


def typed(**fields: Any) -> dict[str, Any]:
    """What a reader's browser sends."""
    return {
        "name": "Rita Reader",
        "email": "rita@example.org",
        "body": "The tide turns twice a day.",
        "parent": "",
        "subject": "",
        "seconds": "41.5",
    } | fields
