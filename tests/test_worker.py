import fcntl
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError, connections
from django.test import Client
from django.utils import timezone
from post_office.models import STATUS, Email

from asiaunbound.management.commands import work
from blog import accounts


@pytest.fixture
def letter(client: Client, db: None) -> Email:
    """Django's own mail goes the same way as ours."""
    get_user_model().objects.create_user("ada", "ada@example.org", "a secret", is_staff=True)
    client.post("/admin/password/", {"email": "ada@example.org"})
    accounts.answer_password_requests(timezone.now())
    return Email.objects.get()


class WorkTests:
    def test_a_letter_waits_until_the_worker_comes(self, letter: Email) -> None:
        assert letter.status == STATUS.queued
        assert mail.outbox == []

    def test_it_sends_a_letter_once(self, letter: Email) -> None:
        call_command("work", "--once")
        call_command("work", "--once")
        assert [message.to for message in mail.outbox] == [["ada@example.org"]]
        letter.refresh_from_db()
        assert letter.status == STATUS.sent

    def test_it_leaves_the_queue_alone_while_another_works(self, letter: Email, settings: Any) -> None:
        with (settings.VAR_DIR / "worker").open("w") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            call_command("work", "--once")
        assert mail.outbox == []
        letter.refresh_from_db()
        assert letter.status == STATUS.queued

    def test_it_survives_a_lost_database(
        self, db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail() -> None:
            raise OperationalError("away")

        monkeypatch.setattr(work, "work", fail)
        monkeypatch.setattr(connections, "close_all", lambda: None)
        work.work_on_whatever_happens()
        assert "The database failed: OperationalError: away" in caplog.text
