"""What changes by itself is there, or gone, in the same second, from stored pages, with no process but this one."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client

from blog import due, publishing, revisions, scheduled_changes
from blog.models import Post
from blog.publishing import Step
from comments.models import Thread
from tests import stored
from tests.make import make_author, make_editor, make_region, make_snapshot
from tests.make_comments import set_policy

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 5, 4, 9, 0, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
TICK = datetime.timedelta(microseconds=1)
# What only the form of comments has.
FORM = "data-comment-form"
LISTS = ("/", "/feed/", "/regions/burma/", "/regions/asia/", "/authors/ada-tan/", "/2026/", "/2026/05/", "/sitemap.xml")


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def make(clock: Any) -> Callable[..., Post]:
    author, region = make_author("Ada Tan"), make_region("Burma", make_region("Asia"))

    def made(title: str, at: datetime.datetime, **fields: Any) -> Post:
        post, editor = Post(), make_editor()
        snapshot = make_snapshot(title, authors=[author], regions=[region], publish_at=at.isoformat(), **fields)
        publishing.publish(post, snapshot, Step(0, editor, NOW))
        return post

    return made


def texts(client: Client, addresses: Any) -> dict[str, str]:
    return {address: client.get(address).text for address in addresses}


def lose_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def execute(self: CursorWrapper, sql: str, params: Any = None) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(CursorWrapper, "execute", execute)


class ScheduledPostTests:
    def test_it_appears_in_every_list_at_its_moment(
        self, client: Client, make: Callable[..., Post], clock: Any
    ) -> None:
        make("Early", NOW - MINUTE)
        late = make("Late", NOW + MINUTE)
        assert not any("late/" in text for text in texts(client, LISTS).values())
        assert stored.keys() == set(LISTS)

        clock.move_to(NOW + MINUTE - TICK)
        assert stored.keys() == set(LISTS)
        assert not any("late/" in text for text in texts(client, LISTS).values())
        clock.move_to(NOW + MINUTE)
        assert stored.keys() == set()
        assert all("late/" in text for text in texts(client, LISTS).values())
        assert client.get(late.get_absolute_url()).status_code == 200

    def test_lists_it_does_not_come_to_stay(self, client: Client, make: Callable[..., Post], clock: Any) -> None:
        early, other = make("Early", NOW - MINUTE), make_region("Japan")
        make("Late", NOW + MINUTE)
        pages = {other.get_absolute_url(), early.get_absolute_url()}
        texts(client, pages)
        clock.move_to(NOW + MINUTE)
        assert stored.keys() == pages

    def test_pages_without_it_are_served_while_the_database_is_away(
        self, client: Client, make: Callable[..., Post], clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make("Early", NOW - MINUTE)
        make("Late", NOW + MINUTE)
        client.get("/")
        clock.move_to(NOW + MINUTE)
        with monkeypatch.context() as patch:
            lose_the_database(patch)
            answer = client.get("/")
            assert (answer.status_code, "Early" in answer.text, "Late" in answer.text) == (200, True, False)
        assert "Late" in client.get("/").text


class ExpiryTests:
    def test_it_is_gone_from_its_page_and_every_list_at_its_moment(
        self, client: Client, make: Callable[..., Post], clock: Any
    ) -> None:
        make("Staying", NOW - MINUTE)
        post = make("Going", NOW - MINUTE, expire_at=(NOW + MINUTE).isoformat())
        address = post.get_absolute_url()
        assert client.get(address).status_code == 200
        assert all("going/" in text for text in texts(client, LISTS).values())

        clock.move_to(NOW + MINUTE - TICK)
        assert stored.keys() == {*LISTS, address}
        clock.move_to(NOW + MINUTE)
        assert client.get(address).status_code == 410
        assert not any("going/" in text for text in texts(client, LISTS).values())

    def test_what_must_vanish_is_not_served_while_the_database_is_away(
        self, client: Client, make: Callable[..., Post], clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make("Staying", NOW - MINUTE)
        post = make("Going", NOW - MINUTE, expire_at=(NOW + MINUTE).isoformat())
        for address in ("/", post.get_absolute_url()):
            client.get(address)
        clock.move_to(NOW + MINUTE)
        with monkeypatch.context() as patch:
            lose_the_database(patch)
            assert client.get("/").status_code == 503
            assert client.get(post.get_absolute_url()).status_code == 503
        assert client.get("/").status_code == 200


class ScheduledEditTests:
    def test_it_is_there_at_its_moment_with_the_lists_it_comes_to(
        self, client: Client, make: Callable[..., Post], clock: Any
    ) -> None:
        post, japan = make("Before", NOW - MINUTE), make_region("Japan")
        address = post.get_absolute_url()
        pages = ("/", address, "/regions/japan/", "/regions/burma/")
        texts(client, pages)
        snapshot = revisions.of_post(post) | {"title": "After", "regions": [japan.pk]}
        publishing.schedule_edit(post, snapshot, Step(1, make_editor(), NOW), NOW + MINUTE)
        assert all("After" not in text for text in texts(client, pages).values())

        clock.move_to(NOW + MINUTE - TICK)
        assert stored.keys() == set(pages)
        assert "After" not in client.get(address).text
        clock.move_to(NOW + MINUTE)
        found = texts(client, pages)
        assert [("After" in found[page]) for page in pages] == [True, True, True, False]
        assert stored.keys() == set(pages)

    def test_one_that_was_called_off_changes_nothing(
        self, client: Client, make: Callable[..., Post], clock: Any
    ) -> None:
        post = make("Before", NOW - MINUTE)
        edit = publishing.schedule_edit(
            post, revisions.of_post(post) | {"title": "After"}, Step(1, make_editor(), NOW), NOW + MINUTE
        )
        client.get(post.get_absolute_url())
        scheduled_changes.call_off(edit)
        client.get(post.get_absolute_url())
        clock.move_to(NOW + MINUTE)
        assert stored.keys() == {post.get_absolute_url()}
        assert "Before" in client.get(post.get_absolute_url()).text

    def test_where_it_cannot_be_written_its_pages_wait_and_all_others_are_drawn(
        self, client: Client, make: Callable[..., Post], clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        post, other = make("Before", NOW - MINUTE), make("Other", NOW - MINUTE)
        snapshot = revisions.of_post(post) | {"title": "After"}
        publishing.schedule_edit(post, snapshot, Step(1, make_editor(), NOW), NOW + MINUTE)
        client.get(post.get_absolute_url())
        clock.move_to(NOW + MINUTE)
        with monkeypatch.context() as patch:

            def refuse(edit: Any, now: Any) -> None:
                raise OperationalError("read-only")

            patch.setattr(scheduled_changes, "_apply", refuse)
            assert client.get(other.get_absolute_url()).status_code == 200
            assert client.get("/regions/").status_code == 200
            assert client.get(post.get_absolute_url()).status_code == 503
            assert client.get("/").status_code == 503
            assert stored.keys() == set()
        assert "After" in client.get(post.get_absolute_url()).text


class CommentTests:
    def test_the_form_comes_back_when_a_pause_ends(self, client: Client, make: Callable[..., Post], clock: Any) -> None:
        post = make("Quiet", NOW - MINUTE)
        Thread.objects.create(post=post, paused_until=NOW + MINUTE)
        address = post.get_absolute_url()
        assert FORM not in client.get(address).text
        clock.move_to(NOW + MINUTE - TICK)
        assert stored.keys() == {address}
        clock.move_to(NOW + MINUTE)
        assert FORM in client.get(address).text

    def test_the_form_comes_back_when_the_houses_pause_ends(
        self, client: Client, make: Callable[..., Post], clock: Any
    ) -> None:
        set_policy(paused_until=NOW + MINUTE)
        address = make("Quiet", NOW - MINUTE).get_absolute_url()
        assert FORM not in client.get(address).text
        clock.move_to(NOW + MINUTE)
        assert FORM in client.get(address).text

    def test_the_form_goes_with_age_and_the_words_stay_while_the_database_is_away(
        self, client: Client, make: Callable[..., Post], clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        set_policy(days_to_close=1)
        address = make("Ageing", NOW).get_absolute_url()
        assert FORM in client.get(address).text
        clock.move_to(NOW + datetime.timedelta(days=1))
        assert stored.keys() == {address}
        clock.move_to(NOW + datetime.timedelta(days=1) + TICK)
        with monkeypatch.context() as patch:
            lose_the_database(patch)
            assert client.get(address).status_code == 200
        assert FORM not in client.get(address).text

    def test_the_form_comes_and_goes_with_the_daily_hours(
        self, client: Client, make: Callable[..., Post], clock: Any
    ) -> None:
        set_policy(opens_at=datetime.time(10), closes_at=datetime.time(18))
        address = make("By the clock", NOW - MINUTE).get_absolute_url()
        open_at = {}
        for hour in (9, 10, 17, 18, 34):
            clock.move_to(NOW.replace(hour=0) + datetime.timedelta(hours=hour))
            open_at[hour] = FORM in client.get(address).text
        assert open_at == {9: False, 10: True, 17: True, 18: False, 34: True}


class ManyTests:
    def test_more_than_are_looked_at_once_are_each_in_time(
        self, client: Client, make: Callable[..., Post], clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(due, "MOST", 2)
        posts = [make(f"Number {number}", NOW + number * MINUTE) for number in range(1, 6)]
        for number in range(6):
            clock.move_to(NOW + number * MINUTE)
            text = client.get("/").text
            assert [post.title in text for post in posts] == [each <= number for each in range(1, 6)]


class ClockTests:
    def test_a_clock_that_is_put_back_serves_no_page_from_the_future(
        self, client: Client, make: Callable[..., Post], clock: Any
    ) -> None:
        make("Early", NOW - MINUTE)
        make("Late", NOW + MINUTE)
        clock.move_to(NOW + MINUTE)
        assert "Late" in client.get("/").text
        clock.move_to(NOW)
        assert "Late" not in client.get("/").text
