"""Nobody says too much too quickly, and nobody pays for a neighbor."""

import datetime
import ipaddress

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from blog.models import Post
from comments import submission, threads
from comments.models import Comment, Policy
from comments.refusals import TooFast
from comments.submission import Sender, Words
from tests.make import PASSWORD, make_moderator
from tests.make_comments import make_comment, set_policy, typed

NOON = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)


def seconds(count: float) -> datetime.timedelta:
    return datetime.timedelta(seconds=count)


def say(post: Post, number: int, now: datetime.datetime, sender: Sender | None = None, email: str = "r@x.org") -> None:
    words = Words(name="Rita", email=email, body=f"Remark {number}.")
    submission.submit(threads.of(post), Policy.objects.current(), words, sender or Sender(), now)


class PersonTests:
    def test_the_second_within_fifteen_seconds_is_refused(self, post: Post) -> None:
        say(post, 1, NOON)
        with pytest.raises(TooFast) as refused:
            say(post, 2, NOON + seconds(10))
        assert refused.value.retry_after == 6
        say(post, 2, NOON + seconds(15))
        assert Comment.objects.count() == 2

    def test_the_sixth_within_ten_minutes_is_refused(self, post: Post) -> None:
        for number in range(5):
            say(post, number, NOON + seconds(20 * number))
        with pytest.raises(TooFast) as refused:
            say(post, 5, NOON + seconds(120))
        assert refused.value.retry_after == 481
        say(post, 5, NOON + seconds(600))
        assert Comment.objects.count() == 6

    def test_an_address_is_the_same_in_capitals(self, post: Post) -> None:
        say(post, 1, NOON)
        with pytest.raises(TooFast):
            say(post, 2, NOON, email="R@X.ORG")

    def test_another_person_may_speak_at_once(self, post: Post) -> None:
        say(post, 1, NOON)
        say(post, 2, NOON, email="other@x.org")
        assert Comment.objects.count() == 2

    def test_what_was_refused_does_not_count(self, post: Post) -> None:
        say(post, 1, NOON)
        for second in range(1, 14):
            with pytest.raises(TooFast):
                say(post, 2, NOON + seconds(second))
        say(post, 2, NOON + seconds(15))

    def test_the_figures_are_the_policy_s(self, post: Post) -> None:
        set_policy(seconds_between=0, most_in_ten_minutes=2)
        say(post, 1, NOON)
        say(post, 2, NOON)
        with pytest.raises(TooFast):
            say(post, 3, NOON)

    def test_a_clock_that_was_ahead_locks_nobody_out(self, post: Post) -> None:
        say(post, 1, NOON + datetime.timedelta(days=1))
        say(post, 2, NOON)

    def test_a_colleague_is_known_by_the_account(self, post: Post) -> None:
        moderator = make_moderator()
        for number in range(8):
            say(post, number, NOON, Sender(moderator))
        assert Comment.objects.count() == 8


class NetworkTests:
    def from_address(self, post: Post, number: int, address: str, now: datetime.datetime = NOON) -> Comment:
        sender = Sender(address=ipaddress.ip_address(address))
        return make_comment(post, "pending", email=f"{number}@example.org", sender=sender, now=now)

    def test_many_from_one_are_noticed_and_sixty_refused(self, post: Post) -> None:
        set_policy(noticed_from_network=3, most_from_network=5)
        signals = [self.from_address(post, number, "198.51.100.7").signals for number in range(5)]
        assert [len(each) for each in signals] == [0, 0, 0, 1, 1]
        assert signals[3][0]["code"] == "network"
        with pytest.raises(TooFast):
            self.from_address(post, 6, "198.51.100.7")
        self.from_address(post, 7, "198.51.100.8")
        self.from_address(post, 8, "198.51.100.7", NOON + datetime.timedelta(minutes=11))

    def test_one_household_of_version_six_is_one(self, post: Post) -> None:
        set_policy(most_from_network=1)
        self.from_address(post, 1, "2001:db8:1:2::7")
        with pytest.raises(TooFast):
            self.from_address(post, 2, "2001:db8:1:2:ffff::9")
        self.from_address(post, 3, "2001:db8:1:3::7")


class AnswerTests:
    def test_it_says_how_long_to_wait_and_keeps_the_text(self, client: Client, address: str) -> None:
        with time_machine.travel(timezone.now(), tick=False):
            client.post(address, typed())
            response = client.post(address, typed(body="And another thing."))
        page = response.content.decode()
        assert (response.status_code, response["Retry-After"]) == (429, "16")
        assert "Please wait 16 seconds" in page
        assert "And another thing." in page
        assert Comment.objects.count() == 1

    def test_a_moderator_from_our_own_page_is_not_held_up(self, ours: Client, address: str) -> None:
        make_moderator()
        ours.login(username="moderator", password=PASSWORD)
        for number in range(7):
            assert ours.post(address, typed(body=f"Answer {number}.")).status_code == 303
        assert Comment.objects.filter(status="pending").count() == 7, "they wait like everybody's"
