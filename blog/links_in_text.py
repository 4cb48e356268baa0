"""The addresses of links in a text that somebody writes: completed where it is plain what is meant, or refused."""

import html
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

HREF = re.compile(r'(<a\b[^<>]*?\bhref=")([^"<>]*)(")', re.IGNORECASE)
KEPT = re.compile(r"https?:|mailto:|/(?!/)|[#?]|$", re.IGNORECASE)
E_MAIL = re.compile(r"[^\s@/:?#]+@[^\s@/:?#]+\.[^\s@/:?#]+")
# A name with a dot before the colon is a host with its port.
SCHEME = re.compile(r"([a-z][a-z0-9+-]*):", re.IGNORECASE)
HOST = re.compile(r"[^\s/:?#]+\.[^\s/:?#]{2,}([:/?#]|$)")
# What only a machine writes is taken away without a word, as all else that could run.
UNSAID = {"javascript", "vbscript", "data"}
MOST_NAMED = 3


def complete_links(text: str) -> str:
    """Return HTML with https:// before a bare address and mailto: before that of a person.

    Raises ValidationError for links that would be lost, and names them.
    """
    lost: list[str] = []

    def completed(found: re.Match[str]) -> str:
        address = html.unescape(found[2]).strip()
        scheme = SCHEME.match(address)
        if scheme and not KEPT.match(address) and scheme[1].lower() not in UNSAID:
            lost.append(address)
        return f"{found[1]}{html.escape(_whole(address))}{found[3]}"

    made = HREF.sub(completed, text)
    if lost:
        named = ", ".join(f"“{address[:80]}”" for address in lost[:MOST_NAMED])
        said = _("Links can begin with https:// or mailto: and with nothing else. Please change or remove: %(links)s.")
        raise ValidationError(said % {"links": named})
    return made


def _whole(address: str) -> str:
    if KEPT.match(address) or SCHEME.match(address):
        return address
    if address.startswith("//"):
        return f"https:{address}"
    if E_MAIL.fullmatch(address):
        return f"mailto:{address}"
    return f"https://{address}" if HOST.match(address) else address
