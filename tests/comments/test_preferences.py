"""What each member of the staff says about themselves: what they are told, and how they like to work."""

import datetime
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from post_office.models import STATUS, Email

from comments.models import Preference
from tests.make import PASSWORD, make_moderator, make_publication, make_writer

ADDRESS = "/admin/comments/preference/"
CHOSEN = {"queue_mail": "daily", "is_told_of_comments": "on", "order": "fine", "has_keys": "on"}


@pytest.fixture
def mona(client: Client, db: None) -> Any:
    make_publication()
    mona = make_moderator("mona")
    client.login(username="mona", password=PASSWORD)
    return mona


class PreferencePageTests:
    def test_it_begins_with_the_defaults_and_writes_nothing(self, client: Client, mona: Any) -> None:
        page = client.get(ADDRESS).content.decode()
        assert '<option value="hourly" selected>' in page
        assert not Preference.objects.exists()

    def test_it_keeps_what_was_chosen_and_nothing_else(self, client: Client, mona: Any) -> None:
        told_at = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
        Preference.objects.create(user=mona, told_at=told_at)
        assert client.post(ADDRESS, CHOSEN).status_code == 303
        kept = Preference.objects.get()
        assert (kept.queue_mail, kept.is_told_of_comments, kept.order, kept.has_keys) == ("daily", True, "fine", True)
        assert kept.told_at == told_at

    def test_everybody_has_their_own(self, client: Client, mona: Any) -> None:
        other = make_moderator("other")
        client.post(ADDRESS, CHOSEN | {"user": str(other.pk), "told_at": "2026-01-01"})
        assert Preference.objects.get().user == mona
        assert client.get(f"{ADDRESS}{other.pk}/change/").status_code == 404

    def test_a_choice_that_is_none_is_refused(self, client: Client, mona: Any) -> None:
        assert client.post(ADDRESS, CHOSEN | {"queue_mail": "hourly\x00"}).status_code == 422
        assert not Preference.objects.exists()

    def test_who_decides_nothing_is_asked_only_of_their_posts(self, client: Client, mona: Any) -> None:
        make_writer("ada")
        client.login(username="ada", password=PASSWORD)
        page = client.get(ADDRESS).content.decode()
        assert "is_told_of_comments" in page
        assert "queue_mail" not in page
        assert client.post(ADDRESS, CHOSEN).status_code == 303
        kept = Preference.objects.get()
        assert (kept.queue_mail, kept.has_keys) == ("hourly", False)

    def test_only_the_staff_has_one(self, client: Client, db: None) -> None:
        assert client.get(ADDRESS).status_code == 302

    def test_the_front_page_of_the_admin_leads_to_it(self, client: Client, mona: Any) -> None:
        assert ADDRESS in client.get("/admin/").content.decode()


class UnsentTests:
    def shown(self) -> str:
        return Template("{% load letter_tags %}{% unsent_letters %}").render(Context()).strip()

    def letters(self, count: int, status: int) -> None:
        Email.objects.bulk_create([Email(to=["r@example.org"], status=status) for _ in range(count)])

    def test_all_is_well(self, db: None) -> None:
        self.letters(2, STATUS.sent)
        self.letters(2, STATUS.queued)
        assert self.shown() == ""

    @pytest.mark.parametrize(
        ("failed", "again", "said"),
        [(1, 0, "One message could"), (1, 1, "2 messages could"), (200, 0, "More than 100 messages could")],
    )
    def test_what_failed_or_is_tried_again_is_counted(self, db: None, failed: int, again: int, said: str) -> None:
        self.letters(failed, STATUS.failed)
        self.letters(again, STATUS.requeued)
        assert said in self.shown()
