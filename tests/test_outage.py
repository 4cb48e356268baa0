"""What a reader is told when something is broken."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
    transaction,
)
from django.db.backends.utils import CursorWrapper
from django.test import Client

from asiaunbound.errors import IN_PLAIN_WORDS, error_page, is_outage
from asiaunbound.postgresql import base
from blog.models import Publication
from tests import make
from tests.blog.forms_of_posts import read

only_with_a_server = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="A query of SQLite waits for no server."
)


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

    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_it_passes(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
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


class PlaceTests:
    """Who waits for PostgreSQL holds a thread, so not all threads may."""

    @pytest.fixture
    def places(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(base, "_places", threading.BoundedSemaphore(1))
        monkeypatch.setattr(base, "A_MOMENT", 0.01)
        monkeypatch.setattr(base._Rest, "until", 0.0)

    def test_with_all_places_taken_the_next_one_is_told_that_the_database_is_away(self, places: None) -> None:
        with base.place():
            for _again in range(2):
                with pytest.raises(psycopg.OperationalError), base.place():
                    pytest.fail("All places were taken.")
        with base.place():
            pass

    def test_a_place_is_free_again_after_a_failure(self, places: None) -> None:
        with pytest.raises(psycopg.OperationalError, match="gone"), base.place():
            raise psycopg.OperationalError("gone")
        with base.place():
            pass

    @only_with_a_server
    def test_a_query_takes_one(self, places: None, client: Client, db: None) -> None:
        """Reading says to come back, and what was typed comes back; then all is well without a new process."""
        with base.place():
            assert client.get("/readyz").status_code == 503
            assert client.get("/no-such-page/").status_code == 503
        assert client.get("/readyz").status_code == 200

    @only_with_a_server
    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_who_is_inside_a_transaction_needs_none(self, places: None) -> None:
        """Those who took all places may be waiting for its locks, and it must come to its commit."""
        with transaction.atomic():
            make.make_publication()
            with base.place():
                Publication.objects.get()
        assert Publication.objects.count() == 1

    def test_a_web_process_leaves_one_thread_to_stored_pages(self) -> None:
        said = "from django.conf import settings; from asiaunbound.postgresql import base; print(base._places._value)"
        environment = os.environ | {"GRANIAN_BLOCKING_THREADS": "4", "DJANGO_SETTINGS_MODULE": "asiaunbound.settings"}
        command = [sys.executable, "-c", said]
        answered = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
        assert int(answered.stdout) == 3


@only_with_a_server
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class UsableTests:
    """Before a request uses a connection, it finds out whether the server is still there."""

    def test_a_server_that_said_something_a_moment_ago_is_not_asked(self) -> None:
        answer("SELECT 2")
        heard = connection.connection.heard
        assert connection.is_usable()
        assert connection.connection.heard == heard

    def test_one_that_was_silent_for_longer_is_asked(self) -> None:
        answer("SELECT 2")
        connection.connection.heard -= base.SECONDS_A_WORD_LASTS
        before = connection.connection.heard
        assert connection.is_usable()
        assert connection.connection.heard > before

    def test_one_that_has_just_gone_is_found_out(self) -> None:
        own = answer("SELECT pg_backend_pid()")
        with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
            # Comes back when it has gone, or with False.
            assert other.execute("SELECT pg_terminate_backend(%s, 5000)", [own]).fetchone() == (True,)
        assert not connection.is_usable()
        connection.close()
        assert answer("SELECT pg_backend_pid()") != own

    def test_one_in_the_middle_of_something_is_asked(self) -> None:
        with transaction.atomic():
            answer("SELECT 2")
            assert not base.is_quiet(connection.connection)


class StaffTests:
    """Law 2 is for the staff too: whatever refuses what they typed gives it back, in a page that asks for no row."""

    TYPED = {"title": "Nine <b>straits</b>", "body": "<p>Where ships wait, prices are made first.</p>", "csrf": "x"}

    @pytest.fixture
    def editor(self, client: Client, db: None) -> Client:
        client.defaults["HTTP_SEC_FETCH_SITE"] = "same-origin"
        client.force_login(make.make_editor())
        return client

    def assert_given_back(self, response: Any, status: int) -> None:
        assert response.status_code == status
        assert "&lt;p&gt;Where ships wait, prices are made first.&lt;/p&gt;</textarea>" in response.text
        assert 'name="title" value="Nine &lt;b&gt;straits&lt;/b&gt;"' in response.text
        assert response["Cache-Control"] == "no-store, private"

    def test_a_lost_database_gives_back_what_was_typed(self, editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as away:
            away.setattr(CursorWrapper, "execute", lambda *_: (_ for _ in ()).throw(OperationalError("away")))
            answer = editor.post("/admin/blog/post/add/", self.TYPED)
        self.assert_given_back(answer, 503)
        assert answer["Retry-After"]

    def test_so_does_one_that_takes_no_writing(self, editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        page = read(editor.get("/admin/blog/post/add/").text).fields
        execute = CursorWrapper.execute

        def read_only(self: CursorWrapper, sql: str, params: Any = None) -> Any:
            if str(sql).startswith(("INSERT", "UPDATE")):
                raise OperationalError("database is locked")
            return execute(self, sql, params)

        with monkeypatch.context() as locked:
            locked.setattr(CursorWrapper, "execute", read_only)
            answer = editor.post("/admin/blog/post/add/", {**page, **self.TYPED})
        self.assert_given_back(answer, 503)
        assert editor.post("/admin/blog/post/add/", {**page, **self.TYPED}).status_code == 302

    def test_a_right_that_was_taken_away_gives_it_back(self, editor: Client) -> None:
        writer, post = make.make_writer(), make.make_post()
        editor.force_login(writer)
        self.assert_given_back(editor.post(f"/admin/blog/post/{post.pk}/change/", self.TYPED), 403)
        post.refresh_from_db()
        assert post.title != self.TYPED["title"]

    def test_a_post_that_was_deleted_gives_it_back(self, editor: Client) -> None:
        self.assert_given_back(editor.post("/admin/blog/post/999/change/", self.TYPED), 404)

    def test_a_fault_of_ours_gives_it_back(self, editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("blog.editing.edit", lambda *_: 1 / 0)
        editor.raise_request_exception = False
        self.assert_given_back(editor.post("/admin/blog/post/add/", self.TYPED), 500)

    def test_neither_a_password_nor_what_another_site_wrote_is_shown(self, editor: Client, lost_database: None) -> None:
        login = editor.post("/admin/login/", {"username": "ada-of-the-desk", "password": "a secret"})
        assert "ada-of-the-desk" not in login.text
        forged = editor.post("/admin/blog/post/add/", self.TYPED, headers={"Sec-Fetch-Site": "cross-site"})
        assert (login.status_code, forged.status_code) == (503, 503)
        assert "ships wait" not in forged.text
