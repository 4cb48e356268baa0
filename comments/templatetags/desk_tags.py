"""The queue, for the staff's pages around it."""

from django import template

from comments import queue

register = template.Library()


@register.simple_tag
def waiting_count() -> str:
    """How many comments wait, counted no further than is worth knowing."""
    return queue.waiting_count()
