"""The store is deleted, full, unwritable or broken while the site runs: the site goes on, and nothing stale is sent."""

import datetime
import errno
import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog import counters, following, pages, tidying
from blog.models import Change, Post
from tests import stored
from tests.make import make_post, publish_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def post() -> Post:
    return make_post("First")


def is_drawn(client: Client, address: str) -> bool:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return bool(asked)


def refuse_writing(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def write_bytes(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:100])
        raise OSError(number, "no")

    monkeypatch.setattr(Path, "write_bytes", write_bytes)


class DeletedTests:
    def test_the_pages_are_drawn_and_stored_again(self, client: Client, post: Post) -> None:
        address = post.get_absolute_url()
        client.get(address)
        shutil.rmtree(settings.PAGES_ROOT)
        stored.another_process()

        assert is_drawn(client, address)
        assert not is_drawn(client, address)
        assert len(pages.store().files()) == 1

    def test_a_change_is_seen_all_the_same(self, client: Client, post: Post) -> None:
        client.get(post.get_absolute_url())
        shutil.rmtree(settings.PAGES_ROOT)
        publish_again(post, title="Second")
        assert "Second" in client.get(post.get_absolute_url()).text

    def test_the_counters_too(self, client: Client, post: Post) -> None:
        """Until a process looks, it is a machine of its own; then nothing from before is served."""
        client.get(post.get_absolute_url())
        shutil.rmtree(settings.RUN_ROOT)
        publish_again(post, title="Second")
        assert "Second" in client.get(post.get_absolute_url()).text

        following.follow()
        assert stored.keys() == set()
        assert "Second" in client.get(post.get_absolute_url()).text
        assert not is_drawn(client, post.get_absolute_url())

    def test_two_processes_that_have_different_counters_find_each_others_changes(
        self, client: Client, post: Post
    ) -> None:
        address, first = post.get_absolute_url(), pages.store()
        client.get(address)
        shutil.rmtree(settings.RUN_ROOT)
        stored.another_process()
        publish_again(post, title="Second")
        # What the other process does within a second.
        assert first.counters is not None
        while following.step(first.counters) == following.MOST_ROWS:
            pass
        assert first.look(address) is None


class FullTests:
    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
    def test_pages_stay_in_memory_and_nothing_half_is_left(
        self,
        client: Client,
        post: Post,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        number: int,
    ) -> None:
        address = post.get_absolute_url()
        pages.store().counters  # noqa: B018  opened while there was room
        refuse_writing(monkeypatch, number)

        assert is_drawn(client, address)
        assert not is_drawn(client, address)
        publish_again(post, title="Second")
        assert "Second" in client.get(address).text
        assert [path for path in Path(settings.PAGES_ROOT).rglob("*") if path.is_file()] == []
        assert caplog.text.count("A page could not be stored") == 1

    def test_a_process_started_without_room_for_the_counters_draws_every_page(
        self, client: Client, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shutil.rmtree(settings.RUN_ROOT, ignore_errors=True)
        stored.another_process()
        with monkeypatch.context() as patch:
            refuse_writing(patch, errno.ENOSPC)
            assert is_drawn(client, post.get_absolute_url())
            publish_again(post, title="Second")
            assert "Second" in client.get(post.get_absolute_url()).text
        assert is_drawn(client, post.get_absolute_url())
        assert not is_drawn(client, post.get_absolute_url())


class BrokenFileTests:
    @pytest.mark.parametrize("damage", [b"", b"half", b"x" * 10_000])
    def test_it_is_drawn_again(self, client: Client, post: Post, damage: bytes) -> None:
        client.get(post.get_absolute_url())
        (path,) = pages.store().files()
        path.write_bytes(damage)
        stored.another_process()
        assert "First" in client.get(post.get_absolute_url()).text
        assert path.read_bytes() != damage

    def test_every_length_of_a_half_page_is_no_page(self, client: Client, post: Post) -> None:
        client.get(post.get_absolute_url())
        (path,) = pages.store().files()
        whole = path.read_bytes()
        for length in range(0, len(whole), 97):
            path.write_bytes(whole[:length])
            assert pages.store().read(path) is None

    def test_another_addresses_page_is_not_served(self, client: Client, post: Post) -> None:
        client.get(post.get_absolute_url())
        (path,) = pages.store().files()
        other = pages.store().path("/")
        other.parent.mkdir(exist_ok=True)
        shutil.copy(path, other)
        assert "First" in client.get("/").text
        assert '<body class="home-page">' in client.get("/").text

    def test_counters_of_before_a_power_cut_are_not_believed(
        self, client: Client, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.get(post.get_absolute_url())
        monkeypatch.setattr(counters, "machine_start", lambda: 42)
        stored.another_process()
        assert stored.keys() == set()


class TidyTests:
    def test_changes_are_forgotten_after_a_day_but_for_the_newest(self, post: Post) -> None:
        publish_again(post, title="Second")
        newest = Change.objects.latest("number").number
        tidying.tidy(timezone.now() + datetime.timedelta(days=2))
        assert list(Change.objects.values_list("number", flat=True)) == [newest]

    def test_pages_that_nobody_will_be_sent_go(self, client: Client, post: Post) -> None:
        make_post("Second")
        for address in (post.get_absolute_url(), "/regions/"):
            client.get(address)
        old, other = (Path(settings.PAGES_ROOT) / name for name in ("left-long-ago", "in-use"))
        old.mkdir()
        other.mkdir()
        os.utime(old, (0, 0))
        publish_again(post, title="Third")

        tidying.tidy(timezone.now())

        assert not old.exists()
        assert other.exists()
        assert [page.key for path in pages.store().files() if (page := pages.store().read(path))] == ["/regions/"]
