"""What waits, ranked by what the moderators decided about comments like it. It is learned here, and stays here.

A comment is the set of its words and of all four letters in a row. For each piece is counted in how many approved and
in how many declined comments it stood. A comment's weight is the mean of what its pieces say (the logarithm of how much
more often each was declined) times the root of their number, for pieces repeat one another. How a weight becomes a
probability is learned as well, from how each comment was judged just before its decision was learned.

No text is kept. A piece is one of 65,536 places, many pieces share a place, and there are never more: erasing a comment
leaves nothing of it here but numbers. The words given as reasons are found in the comment at hand.

It decides nothing, and says nothing before it has seen enough of both kinds.
"""

import datetime
import math
import re
import unicodedata
import zlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from django.db import transaction

from blog import pages
from comments.models import Comment, Decision, Experience, Wording
from comments.moderation import text_hash

PLACES = 1 << 16
LETTERS = 4
# Of a long comment its beginning and its end are read, so that no comment costs much more than another.
BEGINNING, END = 1_500, 500
WORD = re.compile(r"[^\W_]+|[^\w\s]")
# What a place counts where it counted nothing.
NONE_YET = 0.5
STEP, SLOPE_STEP, FLATTEST = 0.05, 0.015, 0.05
# Of each kind, before anything is said.
ENOUGH = 20
# A word is given as a reason if it was seen a few times, and twice as often in one kind.
SEEN_OFTEN, STRONG, MOST_REASONS = 3, math.log(2), 4

MINUTE = datetime.timedelta(minutes=1)
BATCH = 1_000
JUDGES = (Decision.Act.DECIDE, Decision.Act.PUBLISH_WORDS)
DECLINED = (Comment.Status.REJECTED, Comment.Status.SPAM)
TAG = "experience"


@dataclass(frozen=True)
class Judgement:
    """How likely a comment is to be declined, and where in it the words stand that say so, or that say the opposite."""

    probability: float
    reasons: list[tuple[int, int]]


@dataclass
class Learned:
    """What was learned so far. Who only judges may share it."""

    approved: int = 0
    declined: int = 0
    slope: float = 1.0
    offset: float = 0.0
    # For each place two numbers: approved, declined.
    counts: array[int] = field(default_factory=lambda: array("I", bytes(8 * PLACES)))

    def judge(self, text: str) -> Judgement | None:
        """None while there is too little to judge by."""
        if min(self.approved, self.declined) < ENOUGH:
            return None
        probability = self.probability(text)
        return Judgement(probability, self._reasons(text, 1 if probability >= 0.5 else -1))

    def probability(self, text: str) -> float:
        return self._probability(self._weight(pieces(text)))

    def learn(self, text: str, *, is_declined: bool) -> None:
        found = pieces(text)
        if self.approved and self.declined:
            weight = self._weight(found)
            missed = is_declined - self._probability(weight)
            self.slope = max(FLATTEST, self.slope + SLOPE_STEP * missed * weight)
            self.offset += STEP * missed
        self._count(found, is_declined=is_declined, step=1)

    def unlearn(self, text: str, *, is_declined: bool) -> None:
        self._count(pieces(text), is_declined=is_declined, step=-1)

    def _count(self, found: set[int], *, is_declined: bool, step: int) -> None:
        for place in found:
            at = 2 * place + is_declined
            self.counts[at] = max(self.counts[at] + step, 0)
        if is_declined:
            self.declined += step
        else:
            self.approved += step

    def _weight(self, found: Iterable[int]) -> float:
        total, number = 0.0, 0
        usual, counts = self._usual(), self.counts
        for place in found:
            approved, declined = counts[2 * place], counts[2 * place + 1]
            if approved or declined:
                total += math.log((declined + NONE_YET) / (approved + NONE_YET)) - usual
                number += 1
        return total / math.sqrt(number) if number else 0.0

    def _usual(self) -> float:
        return math.log((self.declined + 2 * NONE_YET) / (self.approved + 2 * NONE_YET))

    def _probability(self, weight: float) -> float:
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, self.slope * weight + self.offset))))

    def _reasons(self, text: str, direction: int) -> list[tuple[int, int]]:
        strong: dict[str, tuple[float, int, int]] = {}
        usual = self._usual()
        for word, start, end in words(text[:BEGINNING]):
            if end - start == 1 or word in strong:
                continue
            place = 2 * _place(word, is_word=True)
            approved, declined = self.counts[place], self.counts[place + 1]
            if approved + declined >= SEEN_OFTEN:
                weight = direction * (math.log((declined + NONE_YET) / (approved + NONE_YET)) - usual)
                if weight >= STRONG:
                    strong[word] = (weight * math.log(approved + declined), start, end)
        best = sorted(strong.values(), reverse=True)[:MOST_REASONS]
        return [(start, end) for _weight, start, end in best]


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words and signs of a text in small letters, and where each begins and ends."""
    for match in WORD.finditer(text):
        word = match[0]
        yield (word if word.isascii() else unicodedata.normalize("NFKC", word)).casefold(), match.start(), match.end()


def pieces(text: str) -> set[int]:
    """The places at which a comment is counted."""
    if len(text) > BEGINNING + END:
        text = f"{text[:BEGINNING]} {text[-END:]}"
    found = [word for word, _start, _end in words(text)]
    joined = f" {' '.join(found)} "
    runs = {_place(joined[at : at + LETTERS]) for at in range(len(joined) - LETTERS + 1)}
    return runs | {_place(word, is_word=True) for word in found}


def _place(piece: str, *, is_word: bool = False) -> int:
    return zlib.crc32(piece.encode(), is_word) % PLACES


def read() -> Learned:
    kept = Experience.objects.filter(pk=Experience.ONLY).first()
    return _opened(kept) if kept else Learned()


def catch_up(now: datetime.datetime) -> int:
    """Learn from the decisions taken since the last time, and unlearn what was undone or overruled.

    Called by the worker, again and again; one call learns from a thousand decisions at most, and says from how many.
    Counts and place in the record are one row, written by one UPDATE: whatever is killed, and if two workers do it at
    once, nothing is counted twice and nothing forgotten. Nobody who decides waits for it.
    """
    kept, _is_new = Experience.objects.defer("counts").get_or_create(pk=Experience.ONLY)
    coming = Decision.objects.filter(pk__gt=kept.learned_to).order_by("pk")
    first = coming.first()
    # Some wait for one another, so that the counts are not written for each.
    if first is None or first.at > now - 2 * MINUTE:
        return 0
    # A decision gets its number before others can see it: after a minute none can appear before one that is seen.
    whole = coming.select_related("comment")[:BATCH]
    decisions = list(takewhile(lambda decision: decision.at <= now - MINUTE, whole))
    learned = _opened(kept)
    _learn_from(learned, decisions)
    with transaction.atomic():
        unchanged = Experience.objects.filter(pk=kept.pk, learned_to=kept.learned_to)
        if not unchanged.update(**_columns(learned), learned_to=decisions[-1].pk):
            return 0
        pages.changed(TAG)
    return len(decisions)


def _opened(kept: Experience) -> Learned:
    learned = Learned(kept.approved, kept.declined, kept.slope, kept.offset)
    if kept.counts:
        learned.counts = array("I", bytes(kept.counts))
    return learned


def _columns(learned: Learned) -> dict[str, Any]:
    numbers = {"approved": max(learned.approved, 0), "declined": max(learned.declined, 0)}
    return numbers | {"slope": learned.slope, "offset": learned.offset, "counts": learned.counts.tobytes()}


def _learn_from(learned: Learned, decisions: list[Decision]) -> None:
    """For each decision: forget what its comment had taught until then, and learn what it teaches from then on."""
    comments = {decision.comment_id for decision in decisions}
    records: dict[int, list[Decision]] = {pk: [] for pk in comments}
    for decision in Decision.objects.filter(comment__in=comments).order_by("pk"):
        records[decision.comment_id].append(decision)
    wordings: dict[int, list[Wording]] = {pk: [] for pk in comments}
    for wording in Wording.objects.filter(comment__in=comments).order_by("version"):
        wordings[wording.comment_id].append(wording)
    for decision in decisions:
        record = [earlier for earlier in records[decision.comment_id] if earlier.pk <= decision.pk]
        before, after = _judged(record[:-1]), _judged(record)
        if before == after:
            continue
        for judged, act in ((before, learned.unlearn), (after, learned.learn)):
            if judged and (text := _text(judged, decision.comment, wordings[decision.comment_id])):
                act(text, is_declined=judged.to_status in DECLINED)


def _judged(record: list[Decision]) -> Decision | None:
    """The decision about a comment that stands at the end of a record; None if it waits again."""
    undone = {decision.undoes_id for decision in record}
    standing = [each for each in record if each.act in JUDGES and each.pk not in undone]
    return standing[-1] if standing and standing[-1].to_status != Comment.Status.PENDING else None


def _text(decision: Decision, comment: Comment, wordings: list[Wording]) -> str | None:
    """The words that a decision was about; None where they are gone."""
    kept = next((wording for wording in wordings if wording.version >= decision.version), comment)
    text = kept.proposed_body or kept.body
    return text if text_hash(text) == decision.text_hash else None
