"""Where a POST to a public address comes from.

Public pages are the same for everybody and so carry no token. What the browser says about a request's origin, and no
page can forge, stands in for one.
"""

from enum import Enum

from django.conf import settings
from django.http import HttpRequest


class Origin(Enum):
    OURS = "ours"  # A page of ours sent it: only now may a session be read.
    GUEST = "guest"  # Nobody has said anything: whoever sent it is nobody we know.
    FOREIGN = "foreign"  # Another site sent it, maybe without its reader's knowledge.


def of(request: HttpRequest) -> Origin:
    """Judge by Sec-Fetch-Site if it was sent, else by Origin if that was."""
    if site := request.headers.get("Sec-Fetch-Site"):
        # "none" is what the person behind the browser did without any page.
        return {"same-origin": Origin.OURS, "none": Origin.GUEST}.get(site, Origin.FOREIGN)
    if origin := request.headers.get("Origin"):
        return Origin.OURS if origin == settings.SITE_ORIGIN else Origin.FOREIGN
    return Origin.GUEST
