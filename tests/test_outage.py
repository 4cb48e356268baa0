"""What a reader is told when something is broken."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, IntegrityError, InterfaceError, InternalError, OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.test import Client

from asiaunbound.errors import IN_PLAIN_WORDS, error_page, is_outage


@pytest.fixture
def lost_database(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def execute(self: CursorWrapper, sql: str, params: Any = None) -> None:
        raise OperationalError("server closed the connection unexpectedly: reader@example.org")

    with monkeypatch.context() as patch:
        patch.setattr(CursorWrapper, "execute", execute)
        yield


def caused_by(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


class OutageTests:
    @pytest.mark.parametrize(
        ("error", "expected"),
        [
            (OperationalError("timeout"), True),
            (InterfaceError("connection already closed"), True),
            (caused_by(InternalError("read-only"), psycopg.errors.ReadOnlySqlTransaction()), True),
            (InternalError("corrupt"), False),
            (IntegrityError("twice"), False),
            (DatabaseError("odd"), False),
            (ValueError("ours"), False),
            (None, False),
        ],
    )
    def test_it_is_what_a_retry_may_cure(self, error: Exception | None, expected: bool) -> None:
        assert is_outage(error) is expected

    def test_it_is_answered_with_a_small_page_that_says_when_to_come_back(
        self, client: Client, lost_database: None
    ) -> None:
        response = client.post("/admin/login/", {"username": "ada", "password": "a secret"})
        assert response.status_code == 503
        assert response["Retry-After"]
        assert response["Cache-Control"] in {"no-store", "no-store, private"}
        assert len(response.content) < 5_000
        assert b"Traceback" not in response.content
        assert b"server closed" not in response.content

    def test_it_is_logged_without_what_was_typed(
        self, client: Client, lost_database: None, caplog: pytest.LogCaptureFixture
    ) -> None:
        client.post("/admin/login/", {"username": "ada", "password": "a secret"})
        assert "The database failed at /admin/login/" in caplog.text
        assert "a secret" not in caplog.text

    def test_it_passes(self, client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        get_user_model().objects.create_user("ada", password="a secret", is_staff=True)
        with monkeypatch.context() as patch:
            patch.setattr(CursorWrapper, "execute", lambda *_: (_ for _ in ()).throw(OperationalError("away")))
            assert client.post("/admin/login/", {"username": "ada", "password": "a secret"}).status_code == 503
        assert client.post("/admin/login/", {"username": "ada", "password": "a secret"}).status_code == 302


class HealthTests:
    def test_a_lost_database_does_not_make_anybody_restart_the_process(
        self, client: Client, lost_database: None
    ) -> None:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503

    def test_the_process_is_ready_when_the_database_answers(self, client: Client, db: None) -> None:
        assert client.get("/readyz").status_code == 200


class ErrorPageTests:
    @pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
    def test_it_runs_no_query(self, status: int, django_assert_num_queries: Any, db: None) -> None:
        with django_assert_num_queries(0):
            response = error_page(status)
        assert response.status_code == status

    def test_it_comes_in_plain_words_when_its_template_is_gone(self, settings: Any) -> None:
        settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": []}]
        assert error_page(404).content.decode() == IN_PLAIN_WORDS[404]


def answer(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.mark.django_db
class PatienceTests:
    """How long a query may take is a setting, and what was acknowledged is on the disk."""

    def test_the_web_server_gives_up_within_five_seconds(self) -> None:
        said = "import asiaunbound.wsgi; from django.conf import settings; print(settings.DATABASE_SECONDS)"
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_SECONDS"}
        command = [sys.executable, "-c", said]
        answered = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
        assert int(answered.stdout) < 5

    def test_it_gives_up_soon_and_loses_nothing(self) -> None:
        if connection.vendor == "postgresql":
            names = ("statement_timeout", "lock_timeout", "synchronous_commit")
            assert [answer(f"SHOW {name}") for name in names] == ["30s", "29s", "on"]
            assert connection.settings_dict["OPTIONS"]["connect_timeout"] < 5
        else:
            pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            assert [answer(f"PRAGMA {name}") for name in pragmas] == ["wal", 2, 1, 30_000]
