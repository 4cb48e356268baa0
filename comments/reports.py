"""Which reports of a comment wait for an answer, and what brings an answered one back."""

from django.db.models import Min, QuerySet

from comments import notifications
from comments.models import Comment, Decision, Report


def waiting(comment: Comment) -> QuerySet[Report]:
    return Report.objects.filter(comment=comment, result="")


def note_since(comment: Comment) -> None:
    """Write down on a comment since when the oldest of its reports waits."""
    since = waiting(comment).aggregate(first=Min("at"))["first"]
    Comment.objects.filter(pk=comment.pk).update(reported_since=since)


def reopen(undone: Decision) -> None:
    """Let those wait again that were answered by an act which is taken back, in the transaction that does.

    Whoever reported is told of the next answer; the letter about this one does not go, if it has not gone yet.
    """
    answered = Report.objects.filter(
        comment=undone.comment_id, result=Report.Result.TAKEN_DOWN, answered_at=undone.at, answered_by=undone.by_id
    )
    if found := list(answered):
        notifications.report_answers_undone(found)
        answered.update(result="", answer="", answered_at=None, answered_by=None)
        note_since(undone.comment)
