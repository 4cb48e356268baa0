"""The queue, for the staff's pages around it."""

import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from comments import access, markup, screening
from comments.desk import lists, queue
from comments.desk.places import WAITING
from comments.models import Comment, Decision, Preference

register = template.Library()


@register.simple_tag
def waiting_count(user: Any) -> str:
    """How many comments wait for one account, counted no further than is worth knowing; empty if none can for it."""
    return lists.count(WAITING, user, timezone.now()) if access.is_reader(user) else ""


@register.simple_tag
def has_keys(user: Any) -> bool:
    """Whether somebody wants to decide with single keys."""
    return Preference.objects.filter(user=user, has_keys=True).exists()


@register.simple_tag
def last_steps(user: Any, now: datetime.datetime) -> list[dict[str, Any]]:
    """The latest steps in which somebody decided about several comments at once, and which still can be undone."""
    return Decision.objects.last_steps(user, now - queue.UNDO_OFFERED_FOR)


@register.filter
def words_marked(comment: Comment) -> SafeString:
    """A comment's words, with those marked for which it was noticed."""
    return markup.marked(comment.body_html, comment.body, screening.spans(comment.signals, comment.body))


@register.filter
def other_words_marked(comment: Comment) -> SafeString:
    """The same of the words that its commenter would rather have said."""
    spans = screening.spans(comment.signals, comment.proposed_body)
    return markup.marked(comment.proposed_html, comment.proposed_body, spans)
