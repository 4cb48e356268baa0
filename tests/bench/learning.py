"""How well `comments.learning` ranks texts that somebody has labelled, in the order in which they came.

    var/venv/bin/python -m tests.bench.learning comments.csv

The file has a column `text`, a column `label` (1, spam, declined, rejected or true is to be declined, all else is fine)
and, if the lines are not in the order of time, a column `date`. Each text is judged first and learned then, as at the
desk. Beside ours stands multinomial naive Bayes, unbounded, on the same words and runs of letters, and on runs of
three, four and five: what ours must reach.
"""

import csv
import math
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asiaunbound.settings")
django.setup()

from comments import learning, screening  # noqa: E402  after Django is ready

DECLINED = {"1", "spam", "declined", "rejected", "true"}
csv.field_size_limit(1 << 24)

Labelled = tuple[str, bool]


class Model(Protocol):
    def score(self, text: str) -> float:
        """How likely it is to be declined; a half where nothing is known."""

    def learn(self, text: str, *, is_declined: bool) -> None: ...


class Ours:
    """The model of the desk, which also says what is too little to go by for the desk."""

    def __init__(self) -> None:
        self.learned = learning.Learned()

    def score(self, text: str) -> float:
        if not (self.learned.approved and self.learned.declined):
            return 0.5
        return self.learned.probability(text)

    def learn(self, text: str, *, is_declined: bool) -> None:
        self.learned.learn(text, is_declined=is_declined)


class NaiveBayes:
    """Multinomial, with every piece counted as often as it stands, and one added to each count."""

    def __init__(self, runs: Sequence[int]) -> None:
        self.runs = runs
        self.counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self.totals, self.texts = [0, 0], [0, 0]
        self.known: set[str] = set()

    def pieces(self, text: str) -> list[str]:
        words = [word for word, _start, _end in learning.words(text)]
        joined = f" {' '.join(words)} "
        runs = [joined[at : at + size] for size in self.runs for at in range(len(joined) - size + 1)]
        return [f"word {word}" for word in words] + runs

    def score(self, text: str) -> float:
        if not all(self.texts):
            return 0.5
        fine, declined = (math.log(total + len(self.known)) for total in self.totals)
        weight = math.log(self.texts[1] / self.texts[0])
        for piece in self.pieces(text):
            weight += math.log(self.counts[1][piece] + 1) - declined - math.log(self.counts[0][piece] + 1) + fine
        return 1 / (1 + math.exp(-max(-700.0, min(700.0, weight))))

    def learn(self, text: str, *, is_declined: bool) -> None:
        found = self.pieces(text)
        self.counts[is_declined].update(found)
        self.totals[is_declined] += len(found)
        self.texts[is_declined] += 1
        self.known.update(found)


def read(path: Path) -> list[Labelled]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if rows and "date" in rows[0]:
        rows.sort(key=lambda row: (not row["date"], row["date"]))
    return [(row["text"], row["label"].strip().casefold() in DECLINED) for row in rows]


def tried(model: Model, labelled: Sequence[Labelled]) -> tuple[list[tuple[float, bool]], float]:
    """What a model said of each text before it learned it, and the milliseconds of CPU for one text's judgement."""
    said, spent = [], 0.0
    for text, is_declined in labelled:
        start = time.process_time()
        score = model.score(text)
        spent += time.process_time() - start
        said.append((score, is_declined))
        model.learn(text, is_declined=is_declined)
    return said, 1_000 * spent / len(labelled)


def area(said: Sequence[tuple[float, bool]]) -> float:
    """How often a declined text is ranked above a fine one (AUC); of equals, half count."""
    ranks, at = dict[float, float](), 0
    for score, number in sorted(Counter(score for score, _is_declined in said).items()):
        ranks[score] = at + (number + 1) / 2
        at += number
    declined = sum(is_declined for _score, is_declined in said)
    pairs = declined * (len(said) - declined)
    above = sum(ranks[score] for score, is_declined in said if is_declined) - declined * (declined + 1) / 2
    return above / pairs if pairs else math.nan


def accuracy(said: Sequence[tuple[float, bool]]) -> float:
    return sum((score > 0.5) == is_declined for score, is_declined in said) / len(said)


def told(said: Sequence[tuple[float, bool]], is_meant: Callable[[float], bool], *, declined: bool) -> str:
    """How many a desk would have shown as likely one or the other, and how many of them were."""
    meant = [is_declined == declined for score, is_declined in said if is_meant(score)]
    return f"{len(meant):>6} ({sum(meant) / len(meant):.1%} right)" if meant else "none"


def main(path: Path) -> None:
    labelled = read(path)
    number = sum(is_declined for _text, is_declined in labelled)
    print(f"{path.name}: {len(labelled)} texts, {number} of them declined\n")
    print(f"{'':36}{'AUC':>8}{'accuracy':>10}{'CPU ms':>8}")
    models: dict[str, Model] = {
        "ours": Ours(),
        "naive Bayes, the same pieces": NaiveBayes([learning.LETTERS]),
        "naive Bayes, words and runs of 3 to 5": NaiveBayes([3, 4, 5]),
    }
    for name, model in models.items():
        said, cpu = tried(model, labelled)
        print(f"{name:36}{area(said):8.4f}{accuracy(said):10.4f}{cpu:8.3f}")
        if name == "ours":
            ours = said
    print(f"\nlikely fine {told(ours, lambda score: score <= screening.FINE_BELOW, declined=False)}")
    print(f"likely spam {told(ours, lambda score: score >= screening.SPAM_ABOVE, declined=True)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
