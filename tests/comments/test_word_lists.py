"""Words that moderators look for: what an entry finds, where, and what it costs."""

import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments.wordlists import MOST_MATCHES, Matcher, entries, faults

CASES = [
    # Whole words, in capitals or not; digits do not join words.
    ("bad", "bad3 baddest BAD notbad 3bad bad_ bad's", ["bad", "BAD", "bad", "bad", "bad"]),
    ("Straße", "STRASSE", ["STRASSE"]),
    ("88", "1988 88, 88th", ["88", "88"]),
    ("4chan", "4chan 14chan", ["4chan"]),
    # Inner spaces.
    ("buy now", "Buy now! buy,\n now buynow buy 3 now", ["Buy now", "buy,\n now"]),
    ("http://bad.example", "see http://bad.example/x", ["http://bad.example"]),
    # Stars.
    ("casino*", "CASINOS casino mycasino", ["CASINOS", "casino"]),
    ("*casino", "mycasino casinos", ["mycasino"]),
    ("*sin*", "a casinos night", ["casinos"]),
    ("buy cas*", "buy casinos", ["buy casinos"]),
    # Letters that look alike, accents, what is not seen, digits and signs inside a word.
    ("casino", "сasinо ｃａｓｉｎｏ cásino ca\u200bsino ca\u00adsino 𝐜𝐚𝐬𝐢𝐧𝐨", None),
    ("casino", "c4s1no ca$ino", ["c4s1no", "ca$ino"]),
    ("click", "c1ick", ["c1ick"]),
    ("сор", "cop", ["cop"]),
    ("hello", "h3ll0", []),
    # Tags do not hide a word, and their own words are read as well.
    ("casino", "ca<b>si</b>no", ["ca<b>si</b>no"]),
    ("casino", '<a href="//casino.example">x</a>', ["casino"]),
    # Scripts that put no spaces between words; and a word of ours among theirs.
    ("สล็อต", "เล่นสล็อตออนไลน์", ["สล็อต"]),
    ("赌博", "网上赌博好", ["赌博"]),
    ("casino", "我爱casino了", ["casino"]),
    # Others join theirs.
    ("казино", "казиновый казино", ["казино"]),
    ("जुआ", "जुआ जुआरी", ["जुआ"]),
]


def found(entry: str, text: str) -> list[str]:
    return [text[match.start : match.end] for match in Matcher([entry]).find(text)]


class MatchTests:
    @pytest.mark.parametrize(("entry", "text", "expected"), CASES)
    def test_an_entry_finds_its_words_and_no_others(self, entry: str, text: str, expected: list[str] | None) -> None:
        assert found(entry, text) == (text.split() if expected is None else expected)

    def test_of_several_that_begin_together_the_longest_is_told(self) -> None:
        matches = Matcher(["buy", "buy now", "now"]).find("buy now")
        assert [match.entry for match in matches] == ["buy now", "now"]

    def test_an_entry_of_signs_alone_finds_nothing(self) -> None:
        assert Matcher(["***", "!", ""]).find("! *** !") == []

    @settings(deadline=None)
    @given(st.text(), st.lists(st.text(max_size=8), max_size=5))
    def test_whatever_is_typed_a_match_lies_in_the_text(self, text: str, typed: list[str]) -> None:
        for match in Matcher(typed).find(text):
            assert 0 <= match.start < match.end <= len(text)
            assert match.entry in typed

    @settings(deadline=None)
    @given(st.lists(st.sampled_from(["tide", "Harbor", "чайка", "波", "ebb and flow"]), min_size=1, max_size=9))
    def test_every_listed_word_of_a_text_is_found(self, words: list[str]) -> None:
        text = " - ".join(words)
        assert {match.entry for match in Matcher(words).find(text)} >= set(words)


class CostTests:
    """Judged by the lines that run, which are the same on every machine."""

    HOSTILE = [
        (["a" * size for size in range(1, 65)], "a"),
        ([f"{'a' * size}*" for size in range(1, 65)], "a"),
        ([f"{'a' * size}b" for size in range(1, 64)], "a"),
        (["*a*"], "a"),
        (["a " * size for size in range(1, 32)], "a "),
        ([f"word{number}" for number in range(2_000)], "word 17 c4sino "),
        (["ab"], "<"),
        (["ab"], "<a"),
        (["ab"], "a1"),
        (["ab"], "1"),
    ]

    @pytest.mark.parametrize(("listed", "piece"), HOSTILE)
    def test_twice_the_text_is_twice_the_work(self, listed: list[str], piece: str) -> None:
        matcher = Matcher(listed)
        once, twice = (lines_run(lambda size=size: matcher.find((piece * size)[:size])) for size in (500, 1_000))
        assert twice <= 2.2 * once
        assert once <= 500 * 150

    def test_the_tree_grows_with_the_letters_of_the_list(self) -> None:
        listed = [f"{number:064d}" for number in range(50)]
        assert lines_run(lambda: Matcher(listed)) <= 50 * 64 * 60

    def test_no_more_is_told_than_helps(self) -> None:
        assert len(Matcher(["a"]).find("a " * 10_000)) == MOST_MATCHES


def lines_run(act: Any) -> int:
    count = 0

    def note(frame: Any, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return note

    before = sys.gettrace()
    sys.settrace(note)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


class ListTests:
    def test_one_stands_on_a_line_and_blank_lines_are_nothing(self) -> None:
        assert entries("  casino* \r\n\r\n buy now\ncasino*\n") == ["casino*", "buy now"]
        assert faults("casino*\nbuy now\n赌") == []

    @pytest.mark.parametrize(
        ("entry", "sentence"),
        [
            ("x" * 65, "longer than 64"),
            ("cas*no", "star in its middle"),
            ("*", "too few letters"),
            ("a$$", "too few letters"),
        ],
    )
    def test_a_mistake_is_named(self, entry: str, sentence: str) -> None:
        assert [sentence in fault for fault in faults(f"casino\n{entry}")] == [True]

    def test_there_are_two_thousand_at_most(self) -> None:
        assert "2000 entries" in faults("\n".join(f"word{number}" for number in range(2_001)))[0]
