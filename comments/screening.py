"""What the machine notices about a comment. It marks, explains and sorts; it never publishes and never refuses.

Pure: what it must know comes as `Seen`, gathered by `comments.evidence`.
"""

import logging
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NotRequired, TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment

logger = logging.getLogger(__name__)


class Signal(TypedDict):
    code: str
    # A sentence for moderators.
    detail: str
    # Where to mark the comment's plain text: from and to, as in a slice.
    spans: NotRequired[list[list[int]]]
    # Of which text, so that other words are never marked (`digest`).
    text: NotRequired[int]


FASTEST_SECONDS = 3.0
MOST_LINKS = 2
# How likely a comment is to be declined (`comments.learning`) if it is to be called one or the other.
FINE_BELOW, SPAM_ABOVE = 0.1, 0.9
# A record is good with so many approved and none declined, bad with so many decided and such a part declined.
GOOD_APPROVED, BAD_DECIDED, BAD_PART = 2, 3, 0.3
# A text in fewer letters tells nothing of its script.
FEWEST_LETTERS = 20
MOST_NAMED = 5

Outlook = Comment.Outlook
# Nobody who means well does this; two of the next do not happen together by chance.
SPAM, SUSPECT = {"honeypot", "block"}, {"too-fast", "network", "links", "repeated", "script", "bad-record"}
GOOD = {"good-record", "learned"}
# How it was sent, which other words do not change.
OF_SENDING = {"honeypot", "too-fast", "network"}


@dataclass(frozen=True)
class Match:
    """A word of a list: as it stands in the list, where it was found (a key of PLACES), and its span in the text."""

    entry: str
    place: str
    span: tuple[int, int] | None = None


PLACES: dict[str, Callable[[], str]] = {
    "body": lambda: _("in the text"),
    "name": lambda: _("in the name"),
    "email": lambda: _("in the e-mail address"),
    "website": lambda: _("in the website"),
}


@dataclass(frozen=True)
class Seen:
    """What is to be judged, and what is known about it."""

    body: str
    links: int = 0
    honeypot: str = ""
    # From the first touch of the form to its sending; None where no script measured it.
    seconds: float | None = None
    # How many comments came from the same connection in ten minutes, and from how many on it is noticed.
    from_network: int = 0
    noticed_from_network: int = 10
    noticed: Sequence[Match] = ()
    blocked: Sequence[Match] = ()
    # The status of each other comment with the same words, on another post or by another person.
    repeated: Sequence[str] = ()
    # Whose name or address a guest uses: a sentence.
    poses_as: str = ""
    # Approved and declined in ninety days, of an account or of an address that was proven.
    record: tuple[int, int] = (0, 0)
    # Words of the post, to see in which script it is written.
    post: str = ""
    # From what was learned: how likely to be declined, None where too little is known; and the words that say so.
    probability: float | None = None
    reasons: Sequence[tuple[int, int]] = ()
    # What could not be found out, in words.
    unknown: Sequence[str] = ()


def look(seen: Seen) -> list[Signal]:
    """The signals of a comment, each with its explanation for moderators."""
    signals, failed = list[Signal](), list(seen.unknown)
    for check in CHECKS:
        try:
            signals += check(seen)
        except Exception:
            logger.exception("A comment could not be checked by %s", check.__name__)
            failed.append(check.__name__.strip("_").replace("_", " "))
    if failed:
        names = ", ".join(failed)
        signals.append(Signal(code="not-checked", detail=_("Not checked, for something went wrong: %s.") % names))
    return signals


def is_spam(signals: Iterable[Signal]) -> bool:
    """Whether a comment is put with the spam at once: what no person can have done, and blocked words."""
    return any(signal["code"] in SPAM for signal in signals)


def outlook(signals: Iterable[Signal], probability: float | None) -> int:
    """How a comment looks, with what was learned from others like it: for the order of the queue."""
    codes = {signal["code"] for signal in signals}
    is_good = "good-record" in codes
    is_like_declined = probability is not None and probability >= SPAM_ABOVE
    is_like_approved = probability is not None and probability <= FINE_BELOW
    if codes & SPAM or len(codes & SUSPECT) > 1 or (is_like_declined and not is_good):
        return Outlook.SPAM
    if (is_like_approved or (is_good and not is_like_declined)) and codes <= GOOD:
        return Outlook.FINE
    return Outlook.UNSURE


def digest(text: str) -> int:
    """Tells one text from another, for the spans of a signal."""
    return zlib.crc32(text.encode())


def spans(signals: Iterable[Signal], text: str) -> list[list[int]]:
    """Where the signals mark a text; what was noticed in other words marks nothing."""
    return [span for signal in signals if signal.get("text") == digest(text) for span in signal.get("spans", [])]


def _marks(seen: Seen, code: str, detail: str, found: Iterable[tuple[int, int]]) -> Signal:
    kept = [list(span) for span in found]
    return Signal(code=code, detail=detail, spans=kept, text=digest(seen.body))


def _honeypot(seen: Seen) -> list[Signal]:
    return [Signal(code="honeypot", detail=_("A field that people cannot see was filled in."))] if seen.honeypot else []


def _time(seen: Seen) -> list[Signal]:
    if seen.seconds is None or seen.seconds >= FASTEST_SECONDS:
        return []
    detail = _("The form was filled in within %(seconds)s seconds.") % {"seconds": f"{seen.seconds:.1f}"}
    return [Signal(code="too-fast", detail=detail)]


def _network(seen: Seen) -> list[Signal]:
    if seen.from_network < seen.noticed_from_network:
        return []
    detail = _("%(count)s comments came from this connection in ten minutes.") % {"count": seen.from_network}
    return [Signal(code="network", detail=detail)]


def _links(seen: Seen) -> list[Signal]:
    if seen.links < MOST_LINKS:
        return []
    return [Signal(code="links", detail=_("It has %(count)s links.") % {"count": seen.links})]


def _blocked_words(seen: Seen) -> list[Signal]:
    return _listed(seen, "block", seen.blocked, lambda words: _("Blocked words: %s.") % words)


def _noticed_words(seen: Seen) -> list[Signal]:
    return _listed(seen, "notice", seen.noticed, lambda words: _("Words to look at: %s.") % words)


def _listed(seen: Seen, code: str, matches: Sequence[Match], said: Callable[[str], str]) -> list[Signal]:
    if not matches:
        return []
    named = dict.fromkeys(f"“{match.entry}” {PLACES[match.place]()}" for match in matches)
    found = [match.span for match in matches if match.span]
    return [_marks(seen, code, said(", ".join(list(named)[:MOST_NAMED])), found)]


def _same_words_elsewhere(seen: Seen) -> list[Signal]:
    if not seen.repeated:
        return []
    count, declined = len(seen.repeated), sum(status in ("rejected", "spam") for status in seen.repeated)
    said = ngettext(
        "The same words were sent before, on another post or by another person.",
        "The same words were sent %(count)s times before, on other posts or by other persons.",
        count,
    )
    detail = said % {"count": count}
    if declined:
        detail = f"{detail} {_('Declined of these: %(declined)s.') % {'declined': declined}}"
    return [Signal(code="repeated", detail=detail)]


def _name_and_address(seen: Seen) -> list[Signal]:
    return [Signal(code="impersonation", detail=seen.poses_as)] if seen.poses_as else []


def _script(seen: Seen) -> list[Signal]:
    own, post = script(seen.body), script(seen.post)
    if not own or not post or own == post:
        return []
    detail = _("It is written in %(own)s letters, the post in %(post)s ones.") % {"own": own, "post": post}
    return [Signal(code="script", detail=detail)]


def _record(seen: Seen) -> list[Signal]:
    approved, declined = seen.record
    counts = {"approved": approved, "declined": declined}
    if approved >= GOOD_APPROVED and not declined:
        detail = _("In ninety days %(approved)s comments of theirs were approved and none declined.")
        return [Signal(code="good-record", detail=detail % counts)]
    if approved + declined >= BAD_DECIDED and declined >= BAD_PART * (approved + declined):
        detail = _("In ninety days %(approved)s comments of theirs were approved and %(declined)s declined.")
        return [Signal(code="bad-record", detail=detail % counts)]
    return []


def _learned(seen: Seen) -> list[Signal]:
    if seen.probability is None or FINE_BELOW < seen.probability < SPAM_ABOVE:
        return []
    if seen.probability >= SPAM_ABOVE:
        detail, found = _("It is like comments that were declined"), seen.reasons
    else:
        detail, found = _("It is like comments that were approved"), ()
    words = ", ".join(f"“{seen.body[start:end]}”" for start, end in seen.reasons)
    return [_marks(seen, "learned", f"{detail}: {words}." if words else f"{detail}.", found)]


def script(text: str) -> str:
    """The name of the script in which most of a text is written; "" where it is too short to tell."""
    scripts = Counter[str]()
    for letter, number in Counter(text).items():
        if letter.isalpha():
            scripts[_script_of(letter)] += number
    if scripts.total() < FEWEST_LETTERS:
        return ""
    name, number = scripts.most_common(1)[0]
    return name if 2 * number > scripts.total() else ""


@lru_cache(maxsize=4_096)
def _script_of(letter: str) -> str:
    """The first word of a letter's name; what is written in one text in Japan and China is one."""
    name = unicodedata.name(letter, "").partition(" ")[0]
    return "Chinese or Japanese" if name in ("CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO") else name.capitalize()


CHECKS = (
    _honeypot,
    _blocked_words,
    _name_and_address,
    _same_words_elsewhere,
    _links,
    _noticed_words,
    _time,
    _network,
    _script,
    _record,
    _learned,
)
