"""The one door through which a post's or a page's HTML becomes safe. It is passed on write, never on reading.

What the browser's editor sends is not trusted: nh3 keeps the elements below and nothing else, and a link keeps its
address only if it is http, https, mailto, a path or a fragment.
"""

import html
import re
from dataclasses import dataclass
from urllib.parse import urljoin

import nh3
from django.utils.safestring import SafeString, mark_safe

ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
}
TAGS = {
    *ATTRIBUTES,
    *("p", "h2", "h3", "h4", "ul", "li", "blockquote", "strong", "em", "s", "sub", "sup", "br", "hr"),
    *("table", "caption", "thead", "tbody", "tr"),
}
MAX_LENGTH = 500_000
EMPTY = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>\s*")
TABLE_OPENS = '<div class="table-scroll" role="region" aria-label="Table" tabindex="0"><table>'


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if is_good_link(value) else None
    return value


def is_good_link(href: str) -> bool:
    """Whether an address may be linked: http, https and mailto with something after them, a path, a fragment."""
    if href.startswith("//"):
        return False
    return bool(re.match(r"(?i)(https?://[^\s/?#]|mailto:[^\s@]+@|[/#?])", href))


_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
    clean_content_tags={"script", "style", "template", "noscript", "textarea", "title"},
)
_stripper = nh3.Cleaner(tags=set(), clean_content_tags={"script", "style"})


def make_safe(source: str) -> str:
    """Return the HTML that may be stored and shown. Passing it through twice changes nothing."""
    source = re.sub(r"(?i)<(/?)(?:b|i)(?=[\s/>])", _said_of_meaning, source.replace("\x00", ""))
    safe = _cleaner.clean(source)
    # A wide table scrolls by itself, by keyboard too; the wrapper is not in TAGS, so it is made anew each time.
    safe = safe.replace("<table>", TABLE_OPENS).replace("</table>", "</table></div>")
    return safe[: _end_of_words(safe)].strip()


def _end_of_words(safe: str) -> int:
    """Where the empty paragraphs at the end begin; each is looked at once, however many there are."""
    end = len(safe.rstrip())
    for empty in reversed(list(EMPTY.finditer(safe))):
        if empty.end() < end:
            break
        end = empty.start()
    return end


def _said_of_meaning(tag: re.Match[str]) -> str:
    """Other programs paste <b> and <i> for what stands here as <strong> and <em>."""
    return f"<{tag[1]}{'strong' if tag[0][-1] in 'bB' else 'em'}"


def plain_text(safe_html: str) -> str:
    """Return the words of stored HTML, for summaries, comparisons and search."""
    spaced = re.sub(r"(</(?:p|h[2-4]|li|blockquote|caption|tr|t[hd])>|<br>|<hr>)", r"\1 ", safe_html)
    return re.sub(r"\s+", " ", html.unescape(_stripper.clean(spaced))).strip()


@dataclass(frozen=True)
class NumberedLink:
    number: int
    url: str


def number_links(safe_html: str, base: str) -> tuple[SafeString, list[NumberedLink]]:
    """Number the links of stored HTML for a printed sheet.

    `base` is the absolute address of the post. One number stands for one absolute address, in reading order; links
    within the page and mail addresses keep none, for on paper they lead nowhere.
    Stored HTML was written by nh3, so a link always looks the same and a pattern finds it.
    """
    numbers: dict[str, int] = {}

    def mark(found: re.Match[str]) -> str:
        href = html.unescape(found["href"])
        if href.startswith(("#", "mailto:")):
            return found[0]
        number = numbers.setdefault(_joined(base, href), len(numbers) + 1)
        return f'{found[0]}<sup class="link-number">[{number}]</sup>'

    marked = re.sub(r'<a href="(?P<href>[^"]*)"[^>]*>.*?</a>', mark, safe_html, flags=re.DOTALL)
    # The source is a column that came through make_safe, and what was added is a number.
    return mark_safe(marked), [NumberedLink(number, url) for url, number in numbers.items()]  # noqa: S308


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return href
