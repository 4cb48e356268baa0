"""The queue, for the staff's pages around it."""

import datetime
from typing import Any

from django import template
from django.utils import timezone

from comments import access, lists, queue
from comments.models import Decision, Preference
from comments.places import WAITING

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
