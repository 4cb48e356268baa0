"""The one door through which a comment's text becomes HTML, once, when it is written.

A commenter writes plain text: what looks like markup is shown as typed. Paragraphs and line breaks are kept,
addresses become links that lend no weight to what they name, and nh3 has the last word on what is stored.
"""

import html
import re
from collections.abc import Iterable, MutableMapping, Sequence
from difflib import SequenceMatcher

import nh3
from bleach.linkifier import Linker
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

# Words and the spaces between, of two texts together. Beyond it comparing takes longer than anybody waits.
MOST_COMPARED = 1_000
Attributes = MutableMapping[tuple[str | None, str] | str, str]


def _only_web(attributes: Attributes, new: bool = False) -> Attributes | None:  # noqa: FBT001, FBT002  bleach's own
    href = attributes[(None, "href")]
    return attributes if re.match(r"(?i)https?://[^\s/]", href) else None


# Only what says http is a link: a pattern that knows the ends of domain names would be wrong within a year.
# In many scripts it stands right behind a letter, and is ended by their own stops and brackets. Letters do not end it,
# for addresses have them; so a particle that is written onto one stays in it. A bracket is part of it with its partner.
# The linker sees text as it is escaped here, so "<" and ">" end an address by their names.
_ENDS = "、。，．！？；：）」』】》〉〕｝（「『【《〈〔｛।॥။၊។៕؟،؛۔“”‘’«»"
_SIGN = rf"""(?!&[lg]t;|[,;|]https?://)[^\s"'<>(){_ENDS}]"""
_ADDRESS = rf"https?://(?=[^\s/])(?:{_SIGN}|\((?:{_SIGN})*\))+"
_address = re.compile(rf"(?<![A-Za-z0-9]){_ADDRESS}", re.IGNORECASE)
_any_address = re.compile(_ADDRESS, re.IGNORECASE)
_linker = Linker(callbacks=[_only_web], parse_email=False, url_re=_address)
# What stored HTML consists of: tags, characters by their names, and characters.
_part = re.compile(r"""(<[^<>"]*(?:"[^"]*"[^<>"]*)*>)|(&[^;\s]*;)|(.)""", re.DOTALL)
_cleaner = nh3.Cleaner(
    tags={"p", "br", "a"},
    attributes={"a": {"href"}},
    url_schemes={"http", "https"},
    link_rel="nofollow ugc noopener",
)


def to_html(text: str) -> str:
    """Return the HTML of a comment's plain text, safe to store and to show."""
    paragraphs = re.split(r"\n\s*\n", text.strip().replace("\r\n", "\n").replace("\r", "\n"))
    drawn = "".join(f"<p>{_escaped(paragraph)}</p>" for paragraph in paragraphs)
    # The linker takes most of the time that a comment takes, and few have an address in them.
    return _cleaner.clean(_linker.linkify(drawn) if "://" in drawn else drawn)


def count_addresses(text: str) -> int:
    """Return how many web addresses a text has: its links, and what a letter before it keeps from being one."""
    return sum(1 for _found in _any_address.finditer(text)) if "://" in text else 0


def marked(drawn: str, text: str, spans: Iterable[Sequence[int]]) -> SafeString:
    """A comment's HTML (`to_html` of its text) with these spans of the text in <mark>; links and lines stay.

    The HTML is walked along the text, letter by letter. Where the two do not fit, nothing more is marked.
    """
    inside = {place for start, end in spans for place in range(max(start, 0), min(end, len(text)))}
    parts, at, is_open = list[str](), 0, False
    for part in _part.finditer(drawn) if inside else ():
        is_tag = bool(part[1])
        if not is_tag:
            letter = html.unescape(part[0])
            while at < len(text) and text[at] != letter and text[at].isspace():
                at += 1
            if text[at : at + 1] != letter:
                inside = set()
        is_wanted = not is_tag and at in inside
        if is_wanted != is_open:
            parts.append("<mark>" if is_wanted else "</mark>")
            is_open = is_wanted
        parts.append(part[0])
        at += not is_tag
    if is_open:
        parts.append("</mark>")
    return mark_safe("".join(parts) or drawn)  # noqa: S308  what was safe, and marks


def _escaped(paragraph: str) -> str:
    return html.escape(paragraph.strip(), quote=False).replace("\n", "<br>")


def difference(before: str, after: str) -> SafeString:
    """Two texts of one comment as one, with the words marked that went and that came."""
    old, new = _words(before), _words(after)
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    same, rest = "".join(old[:start]), "".join(old[len(old) - end :])
    return _marked(
        [("span", same), *_compared(old[start : len(old) - end], new[start : len(new) - end]), ("span", rest)]
    )


def _alike(old: list[str], new: list[str]) -> int:
    """How many words two texts have in common before the first that differs."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((number for number, (one, other) in pairs if one != other), min(len(old), len(new)))


def _compared(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    if len(old) + len(new) > MOST_COMPARED:
        return [("del", "".join(old)), ("ins", "".join(new))]
    parts = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        parts += [("span", gone)] if kind == "equal" else [("del", gone), ("ins", come)]
    return parts


def _marked(parts: list[tuple[str, str]]) -> SafeString:
    return format_html_join("", "<{}>{}</{}>", ((name, text, name) for name, text in parts if text))


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|\S+", text.replace("\r\n", "\n").replace("\r", "\n"))
