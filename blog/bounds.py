"""What is too much for one text, found out before anything parses it.

A parser's time, and the length of what it makes, grow with the number of tags times the number of elements that are
open at once. So both are bounded, and a text beyond that is refused with a sentence; it comes back as it was typed.
"""

import re
from collections import Counter

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# A book has fewer.
MOST_TAGS = 20_000
MOST_ENTITIES = 50_000
MOST_OPEN = 50
MOST_REPEATED = 2_000_000

# Elements without an end, and those that end with the next of their kind: what they stand in is counted, and they need
# not be.
NOT_COUNTED = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p",
    "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot",
}  # fmt: skip
# Elements that a parser begins anew in the next block if they did not end in this one.
PHRASES = {
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
}  # fmt: skip
# A tag of which nobody can think that it ends elsewhere.
TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-z][a-z0-9:-]*)"""
    r"""(?:\s+[a-z_:@*][^\s"'<>/=]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=`]+))?)*\s*/?>""",
    re.IGNORECASE,
)
# Where a tag begins, by whatever rule.
BEGINS = re.compile(r"<(?=[a-z/!?])", re.IGNORECASE)
# What stands in these may not be read as tags, or by other rules.
OTHER_RULES = {
    "frameset", "iframe", "math", "noembed", "noframes", "noscript", "plaintext", "script", "select", "svg",
    "template", "textarea", "title", "xmp",
}  # fmt: skip
# How they begin and end; the longest beginning first.
REMARKS = (("<!--", "-->"), ("<style>", "</style>"), ("<!", ">"), ("<?", ">"))


def refuse_too_much(source: str) -> None:
    """Raise ValidationError with what its writer can do if the HTML has too many tags, or too deep ones."""
    if source.count("<") > MOST_TAGS or source.count("&") > MOST_ENTITIES:
        raise ValidationError(
            _("This text has too much formatting to be saved. Please split it, or paste it as plain text.")
        )
    if _is_too_deep(source):
        raise ValidationError(
            _(
                "In this text too much stands within something else: lists in lists, quotations in quotations, or bold "
                "and links that never end. Please make it simpler, or paste it as plain text."
            )
        )


def _is_too_deep(source: str) -> bool:
    """Whether too much is open at once; where that cannot be told, rather yes than no."""
    open_now, is_sure, at = Open(), True, 0
    while begin := BEGINS.search(source, at):
        past = _past_remark(source, begin.start()) if is_sure else 0
        if past:
            at = past
            continue
        tag = TAG.match(source, begin.start())
        name = tag["name"].lower() if tag else ""
        # From here on, what looks like an end may be none, and what stands between quotes may be tags.
        is_sure = is_sure and tag is not None and name not in OTHER_RULES
        at = tag.end() if tag and is_sure else begin.end()
        if tag is None or not tag["end"]:
            open_now.begin(name, len(tag[0]) if tag else len(source) - begin.start())
        elif is_sure:
            open_now.end(name)
        if open_now.number > MOST_OPEN or open_now.repeated > MOST_REPEATED:
            return True
    return False


class Open:
    """The elements that are open, as a parser has them or fewer than it: their number, and what it says again of them.

    Where a block ends within bold, a parser ends the bold there and begins it anew in the next block, with all that it
    says of itself: `repeated` counts the letters of that.
    """

    def __init__(self) -> None:
        self.number, self.repeated = 0, 0
        self._blocks = Counter[str]()
        self._phrases: list[tuple[str, int]] = []

    def begin(self, name: str, length: int) -> None:
        if name in PHRASES or not name:
            self._phrases.append((name, length))
            self.number += 1
            return
        self._repeat()
        if name not in NOT_COUNTED:
            self._blocks[name] += 1
            self.number += 1

    def end(self, name: str) -> None:
        place = max((place for place, phrase in enumerate(self._phrases) if phrase[0] == name), default=None)
        if place is None or place < len(self._phrases) - 1:
            self._repeat()
        if place is not None:
            del self._phrases[place]
            self.number -= 1
        elif self._blocks[name]:
            self._blocks[name] -= 1
            self.number -= 1

    def _repeat(self) -> None:
        self.repeated += sum(length for _name, length in self._phrases)


def _past_remark(source: str, start: int) -> int:
    """Where a remark, or a style sheet, that begins here ends beyond doubt, as word processors write them; or 0."""
    for begins, ends in REMARKS:
        if source.startswith(begins, start):
            end = source.find(ends, start + len(begins))
            inside = source[start + len(begins) : end]
            is_plain = end > 0 and not inside.startswith((">", "->")) and "--!>" not in inside
            return end + len(ends) if is_plain else 0
    return 0
