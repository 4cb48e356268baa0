"""The tables of what readers say and of what is decided about it, one module a subject."""

from comments.models.comment import Comment, CommentQuerySet, Wording, new_token
from comments.models.decision import Decision, Reason
from comments.models.desk import Lease, Note, Skip
from comments.models.learning import Experience
from comments.models.objection import Appeal, Report
from comments.models.people import Address, Notice, Preference, new_key
from comments.models.policy import UNTIL_OPENED, Policy, Thread, WordList

__all__ = [
    "UNTIL_OPENED",
    "Address",
    "Appeal",
    "Comment",
    "CommentQuerySet",
    "Decision",
    "Experience",
    "Lease",
    "Note",
    "Notice",
    "Policy",
    "Preference",
    "Reason",
    "Report",
    "Skip",
    "Thread",
    "WordList",
    "Wording",
    "new_key",
    "new_token",
]
