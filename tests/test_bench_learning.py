"""The benchmark of what is learned: its figures are right, and ours reaches naive Bayes on what it was made for."""

import random
from pathlib import Path

from tests.bench.learning import NaiveBayes, Ours, accuracy, area, read, tried

OFTEN = "tide harbor ferry island monsoon river treaty border rice village captain winter"
CHEAP = "casino bonus cash click win free offer code loan pills crypto profit"


def made(number: int) -> list[tuple[str, bool]]:
    """Texts in which words of both kinds stand, more of the one that tells; some are said again and again."""
    chance, texts = random.Random(7), list[tuple[str, bool]]()
    for _number in range(number):
        is_declined = chance.random() < 0.3
        own, others = (CHEAP, OFTEN) if is_declined else (OFTEN, CHEAP)
        words = chance.choices(own.split(), k=chance.randint(2, 12)) + chance.choices(others.split(), k=2)
        words += chance.choices(words, k=1) * chance.choice([0, 0, 0, 12])
        chance.shuffle(words)
        texts.append((" ".join(words), is_declined))
    return texts


class FigureTests:
    def test_the_area_is_how_often_a_declined_text_is_ranked_above_a_fine_one(self) -> None:
        assert area([(0.9, True), (0.1, False)]) == 1
        assert area([(0.1, True), (0.9, False)]) == 0
        assert area([(0.5, True), (0.5, False)]) == 0.5
        assert area([(0.9, True), (0.5, False), (0.4, True), (0.1, False)]) == 0.75

    def test_accuracy_is_how_many_are_called_what_they_are(self) -> None:
        assert accuracy([(0.9, True), (0.2, False), (0.9, False), (0.5, False)]) == 0.75

    def test_lines_are_read_in_the_order_of_time_and_those_without_one_come_last(self, tmp_path: Path) -> None:
        path = tmp_path / "labelled.csv"
        path.write_text("text,label,date\nlater,spam,2026-02-01\nsome day,ham,\nfirst,0,2026-01-01\n")
        assert read(path) == [("first", False), ("later", True), ("some day", False)]


class ReachTests:
    def test_ours_is_at_least_as_good_where_people_repeat_themselves(self) -> None:
        texts = made(600)
        ours, _spent = tried(Ours(), texts)
        for runs in ([4], [3, 4, 5]):
            theirs, _spent = tried(NaiveBayes(runs), texts)
            assert area(ours) >= area(theirs)
            assert accuracy(ours) >= accuracy(theirs)
