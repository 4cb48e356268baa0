"""Letters that could not be sent, for the staff's pages."""

from typing import Any

from django import template
from django.utils import timezone

from blog import letters

register = template.Library()

# Counted no further than is worth knowing.
MOST = 100


@register.inclusion_tag("admin/comments/_unsent.html")
def unsent_letters() -> dict[str, Any]:
    """A sentence where the mail server takes no letters, and nothing where all is well or one address is wrong."""
    count = letters.troubled(timezone.now())[: MOST + 1].count()
    return {"count": min(count, MOST), "are_more": count > MOST}
