"""What the authors of a post hear: each comment on it that is published, and nothing of what is not."""

import datetime

from django.utils.text import Truncator

from blog.links import absolute
from comments import threads
from comments.models import Comment, Decision, Preference
from comments.notifications import staff
from comments.notifications.letters import LONGEST_QUOTED, UNDO_SECONDS, Letter, to_staff

Status = Comment.Status


def tell_published(comment: Comment, decision: Decision, now: datetime.datetime) -> None:
    """Tell a public post's own people of a comment on it, but not of their own, nor of what they decided themselves."""
    post = comment.thread.post
    if not is_publication(decision) or not post.is_published(now):
        return
    context = {
        "comment": comment,
        "written": Truncator(comment.body).chars(LONGEST_QUOTED),
        "title": post.display_title,
        "public": absolute(f"{threads.base_address(post)}at/{comment.pk}/"),
    }
    silent = Preference.objects.filter(is_told_of_comments=False).values("user")
    for user in staff.owners(post).exclude(pk__in=silent):
        knows_it = user.pk in (comment.user_id, decision.by_id) or user.email.casefold() == comment.email_key
        if not knows_it:
            letter = Letter(user.email, event(comment), "on_your_post", context)
            to_staff(letter, now + UNDO_SECONDS, now)


def event(comment: Comment) -> str:
    return f"on-your-post:{comment.pk}"


def is_publication(decision: Decision) -> bool:
    """Whether a decision made a comment public that was not."""
    return decision.to_status == Status.APPROVED != decision.from_status
