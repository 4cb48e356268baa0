"""Changes that no process of this machine has carried out: another machine's, or those of a process that was killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from blog import following, pages
from blog.models import Change, Post
from tests import stored
from tests.make import make_post, publish_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def post() -> Post:
    return make_post("First")


@contextmanager
def another_machine(settings: Any, folder: Path) -> Iterator[None]:
    before = settings.PAGES_ROOT, settings.RUN_ROOT, settings.WWW_ROOT
    settings.PAGES_ROOT, settings.RUN_ROOT, settings.WWW_ROOT = folder / "pages", folder / "run", folder / "www"
    try:
        yield
    finally:
        settings.PAGES_ROOT, settings.RUN_ROOT, settings.WWW_ROOT = before


class KilledTests:
    def test_a_change_whose_process_died_before_it_cleaned_up_is_found(
        self, client: Client, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.get(post.get_absolute_url())
        with monkeypatch.context() as patch:
            patch.setattr(pages, "after_commit", lambda act: None)
            publish_again(post, title="Second")
        assert stored.keys() == {post.get_absolute_url()}

        following.follow()

        assert stored.keys() == set()
        assert "Second" in client.get(post.get_absolute_url()).text


class FollowTests:
    def test_what_this_machine_did_itself_is_not_done_twice(self, client: Client, post: Post) -> None:
        following.follow()
        publish_again(post, title="Second")
        client.get(post.get_absolute_url())

        following.follow()

        assert stored.keys() == {post.get_absolute_url()}

    def test_another_machine_throws_away_the_same_pages_and_no_others(
        self, client: Client, post: Post, settings: Any, tmp_path: Path
    ) -> None:
        other = make_post("Other")
        addresses = {post.get_absolute_url(), other.get_absolute_url()}
        with another_machine(settings, tmp_path / "b"):
            following.follow()
            for address in addresses:
                client.get(address)
            following.follow()
        publish_again(post, title="Second")
        with another_machine(settings, tmp_path / "b"):
            assert stored.keys() == addresses
            following.follow()
            assert stored.keys() == {other.get_absolute_url()}
            client.get(post.get_absolute_url())
            following.follow()
            assert stored.keys() == addresses

    def test_changes_that_are_missing_throw_away_everything(self, client: Client, post: Post) -> None:
        following.follow()
        client.get(post.get_absolute_url())
        Change.objects.all().delete()
        make_post("Other")
        following.follow()
        assert stored.keys() == set()
        client.get(post.get_absolute_url())
        following.follow()
        assert stored.keys() == {post.get_absolute_url()}

    def test_a_database_put_back_to_an_earlier_day_throws_away_everything(self, client: Client, post: Post) -> None:
        following.follow()
        newest = Change.objects.latest("number")
        client.get(post.get_absolute_url())
        Change.objects.filter(number__gte=newest.number).delete()
        following.follow()
        assert stored.keys() == set()

    def test_the_same_number_of_another_past_throws_away_everything(self, client: Client, post: Post) -> None:
        following.follow()
        client.get(post.get_absolute_url())
        Change.objects.update(nonce=1)
        following.follow()
        assert stored.keys() == set()
        client.get(post.get_absolute_url())
        following.follow()
        assert stored.keys() == {post.get_absolute_url()}

    def test_it_asks_one_thing_while_nothing_changes(self, post: Post, django_assert_num_queries: Any) -> None:
        following.follow()
        with django_assert_num_queries(1):
            following.follow()

    def test_more_changes_than_are_read_at_once_are_all_followed(
        self, client: Client, post: Post, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(following, "MOST_ROWS", 3)
        with another_machine(settings, tmp_path / "b"):
            following.follow()
            client.get(post.get_absolute_url())
            client.get("/regions/")
            following.follow()
        for number in range(10):
            publish_again(post, title=f"Title {number}")
        with another_machine(settings, tmp_path / "b"):
            following.follow()
            assert stored.keys() == {"/regions/"}
            counters = pages.store().counters
            assert counters is not None
            assert counters.followed[0] == Change.objects.latest("number").number
