"""Who is told what, by mail: written into the mail queue in the transaction of what it tells, sent by `manage.py work`.

`letters` is the one door into that queue; whom something concerns is decided beside it, one module for each kind of
person. What the rest of the house says happened is told here.
"""

import datetime
import re
from collections.abc import Iterable

from post_office.models import Email

from comments.models import Comment, Decision, Notice, Report
from comments.notifications import authors, commenters, moderators
from comments.notifications.commenters import own_data_wanted, own_page_wanted, report_answered
from comments.notifications.letters import UNDO_SECONDS, cancel, digest, in_one_order
from comments.notifications.moderators import appeal_made, comment_waits, remind, report_made

# To a comment's own page, and to it at the desk.
LINK = re.compile(r"/comments/(?P<token>[\w-]{20,})/|/comments/comment/(?P<pk>[0-9]+)/")
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
    "words_changed",
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


def decision_undone(before: Comment, undone: Decision, after: Comment, now: datetime.datetime) -> None:
    """Take back the letters about an act just undone; what stands again is told where it never was."""
    if undone.from_status == undone.to_status:
        # It is where it was: what is still to be told of that remains true, in the words that it has again.
        cancel([commenters.event(before, undone)])
        words_changed(after, now)
        return
    _take_back(before)
    for standing in _standing(before, undone.from_status):
        _tell(after, standing, now)


def words_changed(comment: Comment, now: datetime.datetime) -> None:
    """Tell what is still to be told of a published comment in the words that it has now."""
    quoting = [commenters.event_of_reply(comment), authors.event(comment)]
    if comment.status == Comment.Status.APPROVED and cancel(quoting):
        for published in _standing(comment, Comment.Status.APPROVED)[:1]:
            _tell(comment, published, now)


def _standing(comment: Comment, status: str) -> list[Decision]:
    """The decision for a status that stands on a comment, and what was done with its words since."""
    acts = list(comment.decisions.filter(undoes__isnull=True, undone_by__isnull=True).order_by("pk"))
    decided = max((number for number, act in enumerate(acts) if act.act == Decision.Act.DECIDE), default=-1)
    return acts[decided:] if decided >= 0 and acts[decided].to_status == status else []


def report_answers_undone(reports: Iterable[Report]) -> None:
    cancel([commenters.event_of_answer(report) for report in reports])


def several_to_be_decided(comments: Iterable[Comment]) -> None:
    """Before several comments are decided in one transaction: two of those never wait for each other's letters."""
    chosen = Comment.objects.filter(pk__in=[comment.pk for comment in comments], notify_decision=True)
    in_one_order(chosen.values_list("email", flat=True))


def comment_withdrawn(comment: Comment) -> None:
    _take_back(comment)


def letters_about(comments: Iterable[Comment]) -> dict[int, set[int]]:
    """By comment, the ids of the letters that may quote it: of its events, and that lead to its page or to the desk."""
    of_event, of_link, found = dict[str, int](), dict[str, int](), dict[int, set[int]]()
    for comment in comments:
        found[comment.pk] = set()
        of_link |= {comment.token: comment.pk, str(comment.pk): comment.pk}
        of_event |= dict.fromkeys((*commenters.events(comment), authors.event(comment)), comment.pk)
    told = Notice.objects.filter(event__in=of_event, mail__isnull=False)
    for event, mail in told.values_list("event", "mail"):
        found[of_event[event]].add(mail)
    # All letters of a month are read, once for all comments.
    for mail, message in Email.objects.values_list("pk", "message").iterator():
        for link in LINK.finditer(message):
            if comment_id := of_link.get(link["token"] or link["pk"]):
                found[comment_id].add(mail)
    return found


def _tell(comment: Comment, decision: Decision, now: datetime.datetime) -> None:
    commenters.tell_decided(comment, decision, now)
    authors.tell_published(comment, decision, now)


def _take_back(comment: Comment) -> None:
    """Whatever the queue still holds about a comment is overtaken by what happens to it now."""
    cancel([*commenters.events(comment), authors.event(comment)])
