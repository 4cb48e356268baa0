import pytest

from comments import screening


def codes(honeypot: str = "", seconds: float | None = None, from_network: int = 0) -> list[str]:
    found = screening.look(honeypot=honeypot, seconds=seconds, from_network=from_network, noticed_from_network=10)
    assert all(signal["detail"] for signal in found), "every signal explains itself"
    return [signal["code"] for signal in found]


class LookTests:
    def test_an_ordinary_comment_has_no_signal(self) -> None:
        assert codes(seconds=40, from_network=9) == []

    def test_no_script_is_no_signal(self) -> None:
        assert codes(seconds=None) == []

    @pytest.mark.parametrize(("seconds", "expected"), [(0, ["too-fast"]), (2.9, ["too-fast"]), (3, []), (10_000, [])])
    def test_nobody_writes_within_three_seconds(self, seconds: float, expected: list[str]) -> None:
        assert codes(seconds=seconds) == expected

    def test_many_from_one_network_are_noticed(self) -> None:
        assert codes(from_network=10) == ["network"]

    def test_several_are_all_said(self) -> None:
        assert codes(honeypot="x", seconds=1, from_network=10) == ["honeypot", "too-fast", "network"]


class SpamTests:
    def test_only_what_no_person_can_have_done_is_spam_at_once(self) -> None:
        def is_spam(honeypot: str) -> bool:
            found = screening.look(honeypot=honeypot, seconds=0.1, from_network=99, noticed_from_network=10)
            return screening.is_spam(found)

        assert is_spam("x")
        assert not is_spam("")
