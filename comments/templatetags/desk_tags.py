"""The queue, for the staff's pages around it."""

from typing import Any

from django import template
from django.utils import timezone

from comments import access, lists
from comments.places import WAITING

register = template.Library()


@register.simple_tag
def waiting_count(user: Any) -> str:
    """How many comments wait for one account, counted no further than is worth knowing; empty if none can for it."""
    return lists.count(WAITING, user, timezone.now()) if access.is_reader(user) else ""
