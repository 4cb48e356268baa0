"""Who is told what, by mail: written into the mail queue in the transaction of what it tells, sent by `manage.py work`.

`letters` is the one door into that queue; whom something concerns is decided beside it, one module for each kind of
person. What the rest of the house says happened is told here.
"""

import datetime
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.urls import reverse
from post_office.models import Email

from comments.models import Comment, Decision, Notice, Report
from comments.notifications import authors, commenters, moderators
from comments.notifications.commenters import own_data_wanted, own_page_wanted, report_answered
from comments.notifications.letters import UNDO_SECONDS, cancel, digest, in_one_order
from comments.notifications.moderators import appeal_made, comment_waits, remind, report_made

# The comment stays public; whatever else is still to be told of it remains true.
ABOUT_WORDS = (Decision.Act.PUBLISH_WORDS, Decision.Act.DECLINE_WORDS)

__all__ = [
    "UNDO_SECONDS",
    "appeal_made",
    "comment_decided",
    "comment_received",
    "comment_waits",
    "comment_withdrawn",
    "decision_undone",
    "digest",
    "letters_about",
    "own_data_wanted",
    "own_page_wanted",
    "remind",
    "report_answered",
    "report_answers_undone",
    "report_made",
    "several_to_be_decided",
]


def comment_received(comment: Comment, now: datetime.datetime) -> None:
    """A new comment waits: its commenter hears that it arrived, if they asked, and moderators that it is there."""
    commenters.tell_received(comment, now)
    moderators.comment_waits(comment, now)


def comment_decided(comment: Comment, decision: Decision, now: datetime.datetime) -> None:
    """Tell whom a decision concerns, in a minute; spam is told nothing. `comment` is the row before the decision."""
    if decision.act not in ABOUT_WORDS:
        _take_back(comment)
    _tell(comment, decision, now)


def decision_undone(comment: Comment, standing: Decision | None, now: datetime.datetime) -> None:
    """Take back the letters about the decision just undone; the one that stands again is told if it never was."""
    undone = Decision.objects.get(undone_by=comment.decisions.filter(undoes__isnull=False).latest("pk"))
    if undone.from_status == undone.to_status:
        # It is where it was: what is still to be told of that remains true.
        cancel([commenters.event(comment, undone)])
        return
    _take_back(comment)
    if standing:
        _tell(comment, standing, now)


def report_answers_undone(reports: Iterable[Report]) -> None:
    cancel([commenters.event_of_answer(report) for report in reports])


def several_to_be_decided(comments: Iterable[Comment]) -> None:
    """Before several comments are decided in one transaction: two of those never wait for each other's letters."""
    chosen = Comment.objects.filter(pk__in=[comment.pk for comment in comments], notify_decision=True)
    in_one_order(chosen.values_list("email", flat=True))


def comment_withdrawn(comment: Comment) -> None:
    _take_back(comment)


def letters_about(comment: Comment) -> QuerySet[Email]:
    """The letters that may quote a comment: those of its events, and those that lead to its own page or to the desk."""
    events = [*commenters.events(comment), authors.event(comment)]
    told = Notice.objects.filter(event__in=events, mail__isnull=False)
    desk = reverse("admin:comments_comment_change", args=[comment.pk])
    leading = Q(message__contains=comment.token) | Q(message__contains=desk)
    found: QuerySet[Email] = Email.objects.filter(Q(pk__in=told.values("mail_id")) | leading)
    return found


def _tell(comment: Comment, decision: Decision, now: datetime.datetime) -> None:
    commenters.tell_decided(comment, decision, now)
    authors.tell_published(comment, decision, now)


def _take_back(comment: Comment) -> None:
    """Whatever the queue still holds about a comment is overtaken by what happens to it now."""
    cancel([*commenters.events(comment), authors.event(comment)])
