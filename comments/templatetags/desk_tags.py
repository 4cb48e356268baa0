"""The queue, for the staff's pages around it."""

import datetime
from typing import Any

from django import template

from comments import queue
from comments.models import Decision, Preference

register = template.Library()


@register.simple_tag
def waiting_count() -> str:
    """How many comments wait, counted no further than is worth knowing."""
    return queue.waiting_count()


@register.simple_tag
def has_keys(user: Any) -> bool:
    """Whether somebody wants to decide with single keys."""
    return Preference.objects.filter(user=user, has_keys=True).exists()


@register.simple_tag
def last_steps(user: Any, now: datetime.datetime) -> list[dict[str, Any]]:
    """The latest steps in which somebody decided about several comments at once, and which still can be undone."""
    return Decision.objects.last_steps(user, now - queue.UNDO_OFFERED_FOR)
