"""Letters that could not be sent, for the staff's pages."""

from typing import Any

from django import template
from post_office.models import STATUS, Email

register = template.Library()

# Counted no further than is worth knowing.
MOST = 100


@register.inclusion_tag("admin/comments/_unsent.html")
def unsent_letters() -> dict[str, Any]:
    """A sentence where letters failed or are being tried again, and nothing where all is well."""
    failing = Email.objects.filter(status__in=(STATUS.failed, STATUS.requeued))
    count = failing.order_by()[: MOST + 1].count()
    return {"count": min(count, MOST), "are_more": count > MOST}
