"""How the staff is doing: numbers that add up, for those who may see them, at a cost that has an end."""

import datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.models import Post
from comments import figures, moderation
from comments.models import Comment, Policy
from tests.make import make_editor, make_moderator, make_post, make_region, make_staff, make_writer
from tests.make_comments import make_comment, set_policy

FIGURES = "/admin/comments/decision/figures/"
Status = Comment.Status
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
DAY, HOUR, MINUTE = datetime.timedelta(days=1), datetime.timedelta(hours=1), datetime.timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def decided(
    post: Post, to: str, at: datetime.datetime, after: datetime.timedelta = HOUR, by: User | None = None
) -> Comment:
    comment = make_comment(post, Status.PENDING, now=at - after)
    return moderation.decide(comment.pk, 1, to, by or make_moderator(), at).comment


def read(span: int = 30, now: datetime.datetime = NOW, **policy: Any) -> figures.Figures:
    return figures.read(span, Policy(**policy), now, shows_moderators=True)


class CountTests:
    def test_each_day_has_what_came_and_what_became_of_it(self, post: Post) -> None:
        decided(post, Status.APPROVED, NOW)
        decided(post, Status.REJECTED, NOW)
        decided(post, Status.SPAM, NOW - DAY)
        make_comment(post, Status.PENDING, now=NOW - DAY)
        found = read(7)
        today, yesterday = found.days[-1], found.days[-2]
        assert [day.day for day in found.days] == [(NOW - DAY * ago).date() for ago in range(6, -1, -1)]
        assert (today.sent, today.approved, today.rejected, today.spam) == (2, 1, 1, 0)
        assert (yesterday.sent, yesterday.approved, yesterday.rejected, yesterday.spam) == (2, 0, 0, 1)
        assert (found.total.sent, found.total.decided, found.waiting) == (4, 3, "1")

    def test_what_was_before_the_first_day_is_not_counted(self, post: Post) -> None:
        first = (NOW - 6 * DAY).replace(hour=0)
        decided(post, Status.APPROVED, first - MINUTE)
        decided(post, Status.REJECTED, first + 2 * HOUR)
        found = read(7)
        assert (found.total.sent, found.total.approved, found.total.rejected) == (1, 0, 1)

    def test_a_day_is_the_publications_own(self, post: Post, settings: Any) -> None:
        settings.TIME_ZONE = "Asia/Tokyo"
        decided(post, Status.APPROVED, NOW.replace(hour=14, minute=59), MINUTE)
        decided(post, Status.APPROVED, NOW.replace(hour=15), MINUTE)
        days = read(7, NOW + DAY).days
        assert [(day.day, day.approved) for day in days if day.approved] == [
            (datetime.date(2026, 11, 23), 1),
            (datetime.date(2026, 11, 24), 1),
        ]

    def test_a_decision_taken_back_was_not_taken(self, post: Post) -> None:
        comment = decided(post, Status.REJECTED, NOW)
        moderation.undo(comment.pk, 2, make_moderator(), NOW + MINUTE)
        found = read(7, NOW + HOUR)
        assert (found.total.decided, found.total.waits, found.waiting) == (0, [], "1")
        moderation.decide(comment.pk, 3, Status.APPROVED, make_moderator(), NOW + 2 * MINUTE)
        assert read(7, NOW + HOUR).total.became == {Status.APPROVED: 1}

    def test_a_post_counts_in_its_regions_and_in_those_they_lie_in(self, post: Post) -> None:
        world = make_region("A World")
        asia, sea = make_region("Asia", parent=world), make_region("The Sea", parent=world)
        decided(make_post("Both", regions=[asia, sea]), Status.APPROVED, NOW, 2 * HOUR)
        decided(make_post("One", regions=[sea]), Status.SPAM, NOW, 4 * HOUR)
        decided(post, Status.APPROVED, NOW)
        found = [(tally.name, tally.decided, tally.median) for tally in read().regions]
        assert found == [("A World", 2, 3 * HOUR), ("Asia", 1, 2 * HOUR), ("The Sea", 2, 3 * HOUR)]


class WaitTests:
    @pytest.mark.parametrize(
        ("waits", "half", "most"), [([], None, None), ([5], 5, 5), ([4, 2], 3, 3.8), ([1, 2, 3, 4, 100], 3, 61.6)]
    )
    def test_half_and_nine_tenths_are_measured_out(self, waits: list[int], half: float, most: float) -> None:
        found = [figures.quantile([wait * HOUR for wait in waits], share) for share in (0.5, 0.9)]
        assert [wait and wait / HOUR for wait in found] == [half, most]

    def test_the_goal_is_the_policys(self, post: Post) -> None:
        for wait in (HOUR, 2 * HOUR, 2 * HOUR + MINUTE):
            decided(post, Status.APPROVED, NOW, wait)
        make_comment(post, Status.PENDING, now=NOW - 3 * HOUR)
        make_comment(post, Status.PENDING, now=NOW - HOUR)
        found = read(goal_hours=2)
        assert (found.total.within_goal, found.late, found.waiting) == (66, "1", "2")
        assert found.oldest == 3 * HOUR

    def test_what_did_not_wait_has_no_time(self, post: Post) -> None:
        comment = decided(post, Status.APPROVED, NOW)
        moderation.decide(comment.pk, 2, Status.REJECTED, make_moderator(), NOW + MINUTE)
        total = read(7, NOW + HOUR).total
        assert (total.decided, total.waits) == (2, [HOUR])

    @pytest.mark.parametrize(
        ("wait", "words"),
        [(None, "–"), (MINUTE, "1 min"), (HOUR * 3 + 20 * MINUTE, "3 h 20 min"), (2 * DAY + 5 * HOUR, "2 d 5 h")],
    )
    def test_it_is_told_in_two_parts(self, wait: datetime.timedelta | None, words: str) -> None:
        assert figures.in_words(wait) == words


class BoundTests:
    def test_no_more_than_so_many_are_counted_and_the_page_says_so(
        self, client: Client, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(figures, "MOST", 4)
        for ago in (3, 2, 2, 1, 1, 0):
            decided(post, Status.APPROVED, NOW - ago * DAY)
        found = read(7)
        # The oldest of the newest five is of the day before yesterday, which was not read whole.
        assert found.decided_from == found.sent_from == (NOW - DAY).date()
        assert [day.approved for day in found.days] == [0, 0, 0, 0, 0, 2, 1]
        client.force_login(make_moderator())
        with time_machine.travel(NOW, tick=False):
            page = client.get(FIGURES).content.decode()
        assert "Decisions are counted from November 22, 2026 on." in page

    def test_what_waits_is_counted_no_further_than_is_worth_knowing(
        self, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(figures, "MOST_WAITING", 2)
        for _ in range(4):
            make_comment(post, Status.PENDING, now=NOW)
        assert read().waiting == "2+"

    def test_it_asks_as_often_for_many_as_for_few(self, client: Client, post: Post) -> None:
        client.force_login(make_moderator())
        counts = []
        for more in (1, 12):
            for number in range(more):
                decided(make_post(f"Post {more} {number}", regions=[]), Status.APPROVED, NOW)
            with time_machine.travel(NOW, tick=False), CaptureQueriesContext(connection) as queries:
                client.get(FIGURES)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 14


class PageTests:
    @pytest.mark.parametrize("days", ["", "7", "30", "90", "8", "x", "-1", "٧"])
    def test_it_shows_the_days_asked_for_and_bears_anything_else(self, client: Client, post: Post, days: str) -> None:
        client.force_login(make_moderator())
        answer = client.get(FIGURES, {"days": days})
        assert answer.status_code == 200
        assert len(answer.context["figures"].days) == (int(days) if days in ("7", "90") else 30)

    def test_its_pictures_have_names_and_their_numbers_as_tables(self, client: Client, post: Post) -> None:
        decided(post, Status.APPROVED, NOW, 90 * MINUTE)
        client.force_login(make_moderator())
        with time_machine.travel(NOW, tick=False):
            page = client.get(FIGURES).content.decode()
        assert page.count('<svg class="chart" role="img" aria-labelledby=') == 2
        assert "In all 1 were sent, 1 approved, 0 rejected, 0 marked as spam." in page
        assert "1 h 30 min" in page
        assert "goal: 24 h" in page
        assert page.count("<details>") == 2
        assert "style=" not in page

    @pytest.mark.parametrize("who", [make_writer, lambda: make_staff("host", "Authors who moderate their own posts")])
    def test_authors_see_none(self, client: Client, post: Post, who: Any) -> None:
        client.force_login(who())
        assert client.get(FIGURES).status_code == 403
        assert client.post(FIGURES).status_code in (403, 405)

    @pytest.mark.parametrize(
        ("figures_for", "editor_sees", "moderator_sees"),
        [("nobody", False, False), ("editors", True, False), ("moderators", True, True)],
    )
    def test_each_moderators_are_for_whom_the_editors_allow(
        self, client: Client, post: Post, figures_for: str, editor_sees: bool, moderator_sees: bool
    ) -> None:
        set_policy(figures_for=figures_for)
        decided(post, Status.APPROVED, NOW, by=make_staff("anna", "Moderators", first_name="Anna"))
        for user, sees in ((make_editor(), editor_sees), (make_moderator(), moderator_sees)):
            client.force_login(user)
            with time_machine.travel(NOW, tick=False):
                page = client.get(FIGURES).content.decode()
            assert ("By moderator" in page) is sees
            assert ("Anna" in page) is sees
