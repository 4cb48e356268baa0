"""What the machine notices, and what it makes of it. It marks and explains; it publishes nothing."""

from typing import Any

import pytest

from comments import screening
from comments.models import Comment
from comments.screening import Match, Seen

Outlook = Comment.Outlook
ENGLISH = "The tide turns twice a day in this harbor."
RUSSIAN = "Прилив сменяется отливом дважды в день."


def seen(body: str = ENGLISH, **known: Any) -> Seen:
    return Seen(body, **known)


def codes(**known: Any) -> list[str]:
    found = screening.look(seen(**known))
    assert all(signal["detail"] for signal in found), "every signal explains itself"
    return [signal["code"] for signal in found]


class LookTests:
    def test_an_ordinary_comment_has_no_signal(self) -> None:
        assert codes(seconds=40, from_network=9, links=1, post=ENGLISH, probability=0.5) == []

    def test_no_script_is_no_signal(self) -> None:
        assert codes(seconds=None) == []

    @pytest.mark.parametrize(("seconds", "expected"), [(0, ["too-fast"]), (2.9, ["too-fast"]), (3, []), (10_000, [])])
    def test_nobody_writes_within_three_seconds(self, seconds: float, expected: list[str]) -> None:
        assert codes(seconds=seconds) == expected

    def test_many_from_one_network_are_noticed(self) -> None:
        assert codes(from_network=10) == ["network"]

    def test_two_links_are_noticed(self) -> None:
        assert codes(links=2) == ["links"]

    def test_several_are_all_said(self) -> None:
        assert codes(honeypot="x", seconds=1, from_network=10) == ["honeypot", "too-fast", "network"]

    def test_a_word_is_named_with_its_place_and_marked_in_the_text(self) -> None:
        found = screening.look(seen(noticed=[Match("tide", "body", (4, 8)), Match("casino*", "website")]))
        assert found[0]["detail"] == "Words to look at: “tide” in the text, “casino*” in the website."
        assert screening.spans(found, ENGLISH) == [[4, 8]]

    def test_other_words_than_those_it_was_found_in_are_not_marked(self) -> None:
        found = screening.look(seen(noticed=[Match("tide", "body", (4, 8))]))
        assert screening.spans(found, ENGLISH.replace("tide", "moon")) == []

    def test_the_same_words_elsewhere_are_counted_with_what_became_of_them(self) -> None:
        found = screening.look(seen(repeated=["pending", "spam", "rejected"]))
        assert "3 times" in found[0]["detail"]
        assert "Declined of these: 2." in found[0]["detail"]

    def test_who_poses_as_somebody_is_told(self) -> None:
        assert codes(poses_as="A guest under the name of an author.") == ["impersonation"]

    @pytest.mark.parametrize(
        ("record", "expected"),
        [
            ((0, 0), []),
            ((1, 0), []),
            ((2, 0), ["good-record"]),
            ((9, 1), []),
            ((0, 2), []),
            ((0, 3), ["bad-record"]),
            ((7, 3), ["bad-record"]),
            ((8, 3), []),
        ],
    )
    def test_a_record_is_good_without_a_refusal_and_bad_with_three_in_ten(
        self, record: tuple[int, int], expected: list[str]
    ) -> None:
        assert codes(record=record) == expected

    def test_what_is_like_others_is_told_with_its_words(self) -> None:
        found = screening.look(seen(probability=0.95, reasons=[(4, 8), (9, 14)]))
        assert [(signal["code"], signal["detail"]) for signal in found] == [
            ("learned", "It is like comments that were declined: “tide”, “turns”.")
        ]
        assert screening.spans(found, ENGLISH) == [[4, 8], [9, 14]]

    def test_words_that_speak_for_a_comment_are_told_and_not_marked(self) -> None:
        found = screening.look(seen(probability=0.05, reasons=[(4, 8)]))
        assert found[0]["detail"] == "It is like comments that were approved: “tide”."
        assert screening.spans(found, ENGLISH) == []

    def test_what_was_not_found_out_is_said(self) -> None:
        assert codes(unknown=["record"]) == ["not-checked"]

    def test_a_check_that_fails_is_said_and_keeps_the_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def _script(seen: Seen) -> Any:
            raise ValueError

        monkeypatch.setattr(screening, "CHECKS", (screening._links, _script))
        found = screening.look(seen(links=3))
        assert [signal["code"] for signal in found] == ["links", "not-checked"]
        assert "script" in found[1]["detail"]


class ScriptTests:
    @pytest.mark.parametrize(
        ("body", "post", "expected"),
        [
            (ENGLISH, ENGLISH, []),
            (RUSSIAN, ENGLISH, ["script"]),
            (ENGLISH, RUSSIAN, ["script"]),
            (RUSSIAN[:12], ENGLISH, []),
            (f"{ENGLISH} {RUSSIAN[:30]}", ENGLISH, []),
            (
                "潮の満ち引きは一日に二度あり、港の船はそれを待っている。",
                "海港的潮水每天涨落两次，船只都在等待潮水的到来。",
                [],
            ),
            ("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 !!!", ENGLISH, []),
        ],
    )
    def test_another_than_the_posts_is_noticed_where_there_is_enough_of_it(
        self, body: str, post: str, expected: list[str]
    ) -> None:
        assert [signal["code"] for signal in screening.look(Seen(body, post=post))] == expected


class SpamTests:
    def test_only_what_no_person_can_have_done_and_blocked_words_are_spam_at_once(self) -> None:
        everything: dict[str, Any] = {
            "seconds": 0.1,
            "from_network": 99,
            "links": 20,
            "repeated": ["spam"] * 9,
            "probability": 1.0,
        }
        everything |= {"poses_as": "Somebody.", "record": (0, 9), "post": RUSSIAN, "noticed": [Match("tide", "body")]}
        assert len(codes(**everything)) == 9
        assert not screening.is_spam(screening.look(seen(**everything)))
        assert screening.is_spam(screening.look(seen(honeypot="x")))
        assert screening.is_spam(screening.look(seen(blocked=[Match("tide", "name")])))


class OutlookTests:
    @pytest.mark.parametrize(
        ("known", "expected"),
        [
            ({}, Outlook.UNSURE),
            ({"probability": 0.5}, Outlook.UNSURE),
            ({"probability": 0.05}, Outlook.FINE),
            ({"probability": 0.95}, Outlook.SPAM),
            ({"record": (2, 0)}, Outlook.FINE),
            ({"record": (2, 0), "probability": 0.95}, Outlook.UNSURE),
            ({"record": (2, 0), "noticed": [Match("tide", "body")]}, Outlook.UNSURE),
            ({"probability": 0.05, "links": 2}, Outlook.UNSURE),
            ({"probability": 0.05, "poses_as": "Somebody."}, Outlook.UNSURE),
            ({"probability": 0.05, "unknown": ["record"]}, Outlook.UNSURE),
            ({"links": 2}, Outlook.UNSURE),
            ({"links": 2, "seconds": 1}, Outlook.SPAM),
            ({"honeypot": "x"}, Outlook.SPAM),
            ({"blocked": [Match("tide", "body")]}, Outlook.SPAM),
        ],
    )
    def test_a_doubt_keeps_it_from_looking_fine_and_two_make_it_look_like_spam(
        self, known: dict[str, Any], expected: int
    ) -> None:
        about = seen(**known)
        assert screening.outlook(screening.look(about), about.probability) == expected
