"""When the form is there, and what stands in its place when it is not."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Post
from comments.models import Comment, Policy, Thread
from comments.policy import changes_at, closed_reason
from tests.make_comments import decide, make_comment, set_policy, typed

NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)


class ClosedReasonTests:
    @pytest.mark.parametrize(
        ("policy", "thread", "published_at", "is_open"),
        [
            ({}, {}, NOW - 9_000 * DAY, True),
            ({"is_open": False}, {}, NOW, False),
            ({"is_open": False}, {"mode": "forced_open"}, NOW, False),
            ({"paused_until": NOW + SECOND}, {}, NOW, False),
            ({"paused_until": NOW}, {}, NOW, True),
            ({"paused_until": NOW + SECOND}, {"mode": "forced_open"}, NOW, False),
            ({"opens_at": datetime.time(8), "closes_at": datetime.time(20)}, {}, NOW, True),
            ({"opens_at": datetime.time(12), "closes_at": datetime.time(20)}, {}, NOW, True),
            ({"opens_at": datetime.time(8), "closes_at": datetime.time(12)}, {}, NOW, False),
            ({"opens_at": datetime.time(20), "closes_at": datetime.time(8)}, {}, NOW, False),
            ({"opens_at": datetime.time(20), "closes_at": datetime.time(13)}, {}, NOW, True),
            ({"opens_at": datetime.time(8), "closes_at": datetime.time(8)}, {}, NOW, True),
            ({}, {"mode": "closed"}, NOW, False),
            ({}, {"paused_until": NOW + SECOND}, NOW, False),
            ({}, {"paused_until": NOW}, NOW, True),
            ({"days_to_close": 14}, {}, NOW - 14 * DAY, True),
            ({"days_to_close": 14}, {}, NOW - 14 * DAY - SECOND, False),
            ({"days_to_close": 14}, {"mode": "forced_open"}, NOW - 99 * DAY, True),
            ({"days_to_close": 14}, {}, None, True),
            ({"days_to_close": 0}, {}, NOW - SECOND, False),
        ],
    )
    def test_it_is_open_or_says_why(
        self, policy: dict[str, Any], thread: dict[str, Any], published_at: datetime.datetime | None, is_open: bool
    ) -> None:
        post = Post(publish_at=published_at)
        reason = closed_reason(post, Thread(post=post, **thread), Policy(**policy), NOW)
        assert (reason is None) is is_open
        assert is_open or reason

    def test_an_editor_s_sentence_stands_for_ours(self) -> None:
        post = Post(publish_at=NOW)
        paused = Thread(post=post, paused_until=NOW + DAY, pause_sentence="We sleep until Monday.")
        assert closed_reason(post, paused, Policy(), NOW) == "We sleep until Monday."

    def test_a_pause_says_when_it_ends(self) -> None:
        post = Post(publish_at=NOW)
        reason = closed_reason(post, Thread(post=post, paused_until=NOW + DAY), Policy(), NOW)
        assert reason == "Comments are paused. They open again on November 24, 2026 at 12:00."

    def test_the_hours_are_the_publication_s_own_and_are_told(self, settings: Any) -> None:
        settings.TIME_ZONE = "Asia/Tokyo"
        policy = Policy(opens_at=datetime.time(8), closes_at=datetime.time(20))
        reason = closed_reason(Post(publish_at=NOW), Thread(), policy, NOW)
        assert reason == "Comments are open daily from 08:00 until 20:00 (JST)."

    @pytest.mark.parametrize("hours", [(8, 20), (22, 2), (2, 3), (0, 1)])
    @pytest.mark.parametrize("day", [(2026, 3, 28), (2026, 10, 24), (2026, 11, 23)])
    def test_it_says_in_time_when_it_will_be_another_also_where_clocks_change(
        self, settings: Any, hours: tuple[int, int], day: tuple[int, int, int]
    ) -> None:
        """What is stored until `changes_at` is never wrong: two days and two nights, minute by minute."""
        settings.TIME_ZONE = "Europe/Berlin"
        policy = Policy(opens_at=datetime.time(hours[0]), closes_at=datetime.time(hours[1], 30))
        post, thread = Post(publish_at=NOW), Thread()
        now = datetime.datetime(*day, 12, tzinfo=datetime.UTC)
        stored, until = closed_reason(post, thread, policy, now), changes_at(post, thread, policy, now)
        for minute in range(48 * 60):
            at = now + datetime.timedelta(minutes=minute)
            if until is not None and at >= until:
                stored, until = closed_reason(post, thread, policy, at), changes_at(post, thread, policy, at)
            assert (stored is None) == (closed_reason(post, thread, policy, at) is None), at


class ClosedPageTests:
    def test_the_sentence_stands_for_the_form_and_what_was_said_stays(self, client: Client, post: Post) -> None:
        make_comment(post, body="Said in time.")
        Thread.objects.update(mode="closed")
        page = client.get(post.get_absolute_url()).content.decode()
        assert "Comments on this post are closed." in page
        assert "Said in time." in page
        assert "<textarea" not in page
        assert "/comments/reply/" not in page

    def test_what_was_being_written_comes_back(self, client: Client, address: str) -> None:
        set_policy(paused_until=timezone.now() + DAY, pause_sentence="We sleep until Monday.")
        response = client.post(address, typed())
        page = response.content.decode()
        assert response.status_code == 403
        assert "We sleep until Monday." in page
        assert typed()["body"] in page
        assert not Comment.objects.exists()

    def test_what_waits_may_still_be_approved(self, client: Client, post: Post) -> None:
        waiting = make_comment(post, "pending", body="Said in time.")
        set_policy(is_open=False)
        decide(waiting, "approved")
        assert "Said in time." in client.get(post.get_absolute_url()).content.decode()
