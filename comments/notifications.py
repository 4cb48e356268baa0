"""Who is told what, by mail: written into the mail queue in the transaction of what it tells, sent by `manage.py work`.

To an address that nobody has proven, a mail quotes nothing that was typed and goes at most once a day, or the form
would be a way to send mail to anybody.
"""

import datetime
import hashlib

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from post_office import mail
from post_office.models import STATUS, Email

from blog.links import absolute
from blog.models import Publication
from comments.models import Comment, Decision, Notice

# An undo within this time cancels the mail about the decision.
UNDO_SECONDS = datetime.timedelta(seconds=60)
ONE_DAY = datetime.timedelta(days=1)


def comment_waits(comment: Comment, now: datetime.datetime) -> None:
    """Tell the moderators of the first comment that waits after an empty queue, and of no other."""
    if Comment.objects.waiting().exclude(pk=comment.pk).exists():
        return
    context = {"comment": comment, "desk": absolute(reverse("admin:comments_comment_changelist"))}
    for address in _moderators():
        _tell(f"waits:{comment.pk}", address, "waits", context, now, now)


def comment_decided(comment: Comment, decision: Decision, now: datetime.datetime) -> None:
    """Tell the commenter, if they asked, that their comment was published or declined; spam is told nothing.

    `comment` is the row as it was before the decision.
    """
    _cancel(comment)
    _tell_commenter(comment, decision, now)


def decision_undone(comment: Comment, standing: Decision | None, now: datetime.datetime) -> None:
    """Take back the mail about a decision that was undone; the one that stands again is told if it never was."""
    _cancel(comment)
    if standing:
        _tell_commenter(comment, standing, now)


def comment_withdrawn(comment: Comment) -> None:
    _cancel(comment)


def _tell_commenter(comment: Comment, decision: Decision, now: datetime.datetime) -> None:
    if not comment.notify_decision or not comment.email:
        return
    if decision.to_status not in (Comment.Status.APPROVED, Comment.Status.REJECTED):
        return
    post = comment.thread.post
    context = {
        "decision": decision,
        "page": absolute(comment.get_absolute_url()),
        # What is not public is not told: its title may be one that nobody has published.
        "title": post.display_title if post.is_published(now) else "",
    }
    at = now + UNDO_SECONDS
    if comment.user_id is None:
        at = max(at, _free_again(comment.email, now))
    _tell(_event(comment, decision.pk), comment.email, "decided", context, at, now)


def own_page_wanted(comment: Comment, now: datetime.datetime) -> None:
    """Mail a comment's private address to its writer, who lost it; not if that address had a mail today."""
    if _free_again(comment.email, now) <= now:
        context = {"comment": comment, "page": absolute(comment.get_absolute_url())}
        _tell(f"own-page:{comment.pk}:{now:%Y-%m-%d}", comment.email, "own_page", context, now, now)


def own_data_wanted(email: str, page: str, now: datetime.datetime) -> None:
    """Mail the address of all that is kept under an e-mail address there; not if it had a mail today."""
    if _free_again(email, now) <= now:
        _tell(f"own-data:{now:%Y-%m-%d}", email, "own_data", {"page": page}, now, now)


def _moderators() -> list[str]:
    found = get_user_model().objects.with_perm(
        "comments.moderate_all", backend="django.contrib.auth.backends.ModelBackend"
    )
    return sorted({user.email for user in found if user.is_staff and user.email})


def _free_again(address: str, now: datetime.datetime) -> datetime.datetime:
    """When an address that nobody has proven may get its next mail."""
    last = Notice.objects.filter(recipient=digest(address)).order_by("-goes_at").first()
    return last.goes_at + ONE_DAY if last else now


def _tell(
    event: str,
    address: str,
    name: str,
    context: dict[str, object],
    at: datetime.datetime,
    now: datetime.datetime,
) -> None:
    """Put one mail into the queue, unless this event was told to this address before."""
    try:
        with transaction.atomic():
            notice = Notice.objects.create(event=event, recipient=digest(address), goes_at=at)
    except IntegrityError:
        return
    context = {**context, "publication": Publication.objects.current()}
    notice.mail = mail.send(
        recipients=[address],
        subject=" ".join(render_to_string(f"comments/mail/{name}-subject.txt", context).split()),
        message=render_to_string(f"comments/mail/{name}.txt", context),
        headers={"Auto-Submitted": "auto-generated"},
        scheduled_time=at if at > now else None,
    )
    notice.save(update_fields=["mail"])


def _cancel(comment: Comment) -> None:
    """Take back what the queue still holds about a decision that no longer stands."""
    told = [_event(comment, pk) for pk in comment.decisions.values_list("pk", flat=True)]
    waiting = Notice.objects.filter(event__in=told, mail__status=STATUS.queued)
    mails = list(waiting.values_list("mail_id", flat=True))
    waiting.delete()
    Email.objects.filter(pk__in=mails, status=STATUS.queued).delete()


def _event(comment: Comment, decision_pk: int) -> str:
    return f"decision:{comment.pk}:{decision_pk}"


def digest(address: str) -> str:
    """So that the record of who was told keeps nobody's address."""
    return hashlib.sha256(address.casefold().encode()).hexdigest()
