"""How often somebody may try to sign in, how many passwords are hashed at once, and who can lift a lock."""

import datetime
import threading
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from post_office.models import Email

from asiaunbound import errors, hashers
from blog import sign_in
from blog.models import PasswordRequest, SignInAttempt
from tests.make import PASSWORD, make_editor, make_moderator, make_publication, make_staff, make_writer

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
HERE, NEAR, ELSEWHERE = "192.0.2.7", "192.0.2.200", "198.51.100.7"
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)


def attempt(name: str = "editor", password: str = "wrong", address: str = HERE) -> Any:
    return Client(REMOTE_ADDR=address).post(LOGIN, {"username": name, "password": password})


def fail(times: int, **how: str) -> None:
    for _ in range(times):
        assert attempt(**how).status_code == 200


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which passwords were looked at."""
    seen: list[str] = []
    check = User.check_password

    def check_password(user: User, raw: str) -> bool:
        seen.append(raw)
        return check(user, raw)

    monkeypatch.setattr(User, "check_password", check_password)
    return seen


class LimitTests:
    @pytest.fixture(autouse=True)
    def accounts_of_the_staff(self, db: None) -> None:
        make_publication()
        make_editor()
        make_moderator()

    def test_after_five_the_sixth_is_refused_with_what_to_do_and_not_even_looked_at(self, hashed: list[str]) -> None:
        fail(5)
        hashed.clear()
        refused = attempt(password=PASSWORD)
        page = refused.content.decode()
        assert refused.status_code == 429
        assert 0 < int(refused["Retry-After"]) <= 15 * 60 + 1
        assert "Please wait 15 minutes and try again, choose a new password below, or ask an editor" in page
        assert 'value="editor"' in page
        assert PASSWORD not in page
        assert hashed == []
        assert "_auth_user_id" not in refused.wsgi_request.session

    def test_a_whole_network_is_one(self) -> None:
        fail(5)
        assert attempt(password=PASSWORD, address=NEAR).status_code == 429

    def test_nobody_shuts_a_colleague_out_from_elsewhere(self) -> None:
        fail(5, address=ELSEWHERE)
        assert attempt(password=PASSWORD).status_code == 302
        with pytest.MonkeyPatch.context() as fewer:
            fewer.setattr(sign_in, "MOST_FOR_ACCOUNT", 3)
            fail(3, address=ELSEWHERE)
            assert attempt(password=PASSWORD, address="203.0.113.9").status_code == 429
            assert attempt(password=PASSWORD).status_code == 302, "from where they sign in otherwise"

    def test_one_network_does_not_try_one_account_after_the_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sign_in, "MOST_FROM_NETWORK", 3)
        for number in range(3):
            fail(1, name=f"somebody-{number}")
        assert attempt("moderator", PASSWORD).status_code == 429
        assert attempt("moderator", PASSWORD, ELSEWHERE).status_code == 302

    def test_an_address_and_a_name_are_one_account_and_unknown_ones_are_counted_alike(self) -> None:
        fail(3, name="editor@example.org")
        fail(2, name="EDITOR@example.org")
        assert attempt().status_code == 429
        fail(5, name="nobody@example.org")
        assert attempt("nobody@example.org").status_code == 429

    def test_a_refused_try_does_not_make_the_wait_longer(self) -> None:
        with time_machine.travel(NOW, tick=False) as clock:
            fail(5)
            clock.shift(datetime.timedelta(minutes=10))
            assert attempt(password=PASSWORD)["Retry-After"] == "301"
            clock.shift(datetime.timedelta(minutes=5, seconds=1))
            assert attempt(password=PASSWORD).status_code == 302

    def test_who_signs_in_begins_anew(self) -> None:
        fail(4)
        assert attempt(password=PASSWORD).status_code == 302
        fail(5)

    def test_a_new_password_lifts_the_lock(self) -> None:
        fail(5)
        Client(REMOTE_ADDR=ELSEWHERE).post("/admin/password/", {"email": "editor@example.org"})
        call_command("work", "--once")
        link = Email.objects.get().message.partition("http://127.0.0.1:8000")[2].split()[0]
        browser = Client()
        form = browser.get(link, follow=True).redirect_chain[-1][0]
        new = "Narva-Tallinn 1583"
        assert browser.post(form, {"new_password1": new, "new_password2": new}).status_code == 302
        assert attempt(password=new).status_code == 302

    def test_many_at_once_are_counted_one_by_one(self) -> None:
        for _ in range(4):
            sign_in.start_attempt("editor", "192.0.2.0", timezone.now())
        sign_in.start_attempt("editor", "192.0.2.0", timezone.now())
        with pytest.raises(sign_in.TooManyAttempts):
            sign_in.start_attempt("editor", "192.0.2.0", timezone.now())
        assert SignInAttempt.objects.count() == 5


class KeptTests:
    def test_neither_a_name_nor_a_whole_address_is_kept_and_nothing_for_ever(self) -> None:
        make_editor()
        with time_machine.travel(NOW, tick=False):
            fail(1, name="editor@example.org")
            assert attempt(password=PASSWORD, address=ELSEWHERE).status_code == 302
            fail(1, name="editor@example.org")
        kept = [str(value) for row in SignInAttempt.objects.values_list() for value in row]
        assert not any("editor" in value or value in (HERE, ELSEWHERE) for value in kept)
        assert {"192.0.2.0", "198.51.100.0"} <= set(kept)
        sign_in.delete_expired(NOW + datetime.timedelta(hours=1))
        assert list(SignInAttempt.objects.values_list("has_succeeded", flat=True)) == [True]
        sign_in.delete_expired(NOW + datetime.timedelta(days=61))
        assert not SignInAttempt.objects.exists()

    def test_the_log_names_nobody(self, caplog: pytest.LogCaptureFixture) -> None:
        make_editor()
        fail(5)
        attempt()
        assert "editor" not in caplog.text
        assert HERE not in caplog.text

    def test_they_go_with_the_account(self, client: Client) -> None:
        writer = make_writer()
        fail(1, name="writer")
        client.force_login(make_staff("root", is_superuser=True))
        assert client.post(f"/admin/auth/user/{writer.pk}/delete/", {"post": "yes"}).status_code == 302
        assert not get_user_model().objects.filter(pk=writer.pk).exists()
        assert not SignInAttempt.objects.exists()


class LiftTests:
    @pytest.fixture
    def locked(self, db: None) -> User:
        colleague = make_editor("colleague")
        fail(5, name="colleague")
        return colleague

    def test_an_editor_lifts_the_lock_of_another_editor(self, client: Client, locked: User) -> None:
        client.force_login(make_editor())
        assert "Let them try again" in client.get("/admin/auth/user/").content.decode()
        lift = f"/admin/auth/user/{locked.pk}/lift-lock/"
        assert client.get(lift).status_code == 200
        assert attempt("colleague", PASSWORD).status_code == 429, "looking lifts nothing"
        assert client.post(lift).status_code == 302
        assert attempt("colleague", PASSWORD).status_code == 302
        assert "Let them try again" not in client.get("/admin/auth/user/").content.decode()

    @pytest.mark.parametrize("make", [make_writer, make_moderator])
    def test_nobody_else_does(self, client: Client, locked: User, make: Any) -> None:
        client.force_login(make())
        assert client.post(f"/admin/auth/user/{locked.pk}/lift-lock/").status_code == 403
        assert attempt("colleague", PASSWORD).status_code == 429


class HashingTests:
    @pytest.fixture(autouse=True)
    def real_hasher(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.PASSWORD_HASHERS = ["asiaunbound.hashers.PasswordHasher"]
        monkeypatch.setattr(hashers.PasswordHasher, "iterations", 1)

    def test_one_hashes_one_waits_and_all_others_are_told_to_come_back(self) -> None:
        make_editor()
        with hashers._turn, pytest.MonkeyPatch.context() as two_places:
            two_places.setattr(hashers, "_places", threading.BoundedSemaphore(2))
            assert hashers._places.acquire(blocking=False)
            assert hashers._places.acquire(blocking=False)
            busy = attempt(password=PASSWORD)
            assert (busy.status_code, busy["Retry-After"]) == (503, "5")
            assert "Many people are signing in" in busy.content.decode()
            assert 'value="editor"' in busy.content.decode()
        assert not SignInAttempt.objects.exists(), "no try, for nothing was looked at"
        assert attempt(password=PASSWORD).status_code == 302

    def test_wherever_a_password_is_hashed_it_is_a_503_and_not_a_500(self) -> None:
        assert errors.is_outage(hashers.HashingBusy("busy"))
        answer = errors.DatabaseOutageMiddleware(lambda request: None).process_exception(  # type: ignore[arg-type]
            RequestFactory().get("/"), hashers.HashingBusy("busy")
        )
        assert answer is not None
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")

    def test_a_name_that_is_unknown_costs_one_hash_as_a_known_one_does(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make_editor()
        count: list[str] = []
        encode = PBKDF2PasswordHasher.encode

        def encode_counted(hasher: PBKDF2PasswordHasher, password: str, *args: Any) -> str:
            count.append(password)
            return str(encode(hasher, password, *args))

        monkeypatch.setattr(PBKDF2PasswordHasher, "encode", encode_counted)
        attempt("editor")
        known = len(count)
        attempt("nobody")
        assert (known, len(count) - known) == (1, 1)

    def test_what_django_stored_before_is_still_right(self) -> None:
        editor = make_editor()
        editor.password = PBKDF2PasswordHasher().encode("a secret", "salt", 10)
        editor.save()
        user = User.objects.get()
        assert user.check_password("a secret")
        assert not user.check_password("another")


class ForgottenPasswordTests:
    def ask(self, email: str) -> Any:
        return Client().post("/admin/password/", {"email": email})

    def test_one_link_an_hour_goes_to_an_address_however_it_is_written(self) -> None:
        make_editor()
        with time_machine.travel(NOW, tick=False) as clock:
            for email in ("editor@example.org", "EDITOR@example.org", "editor@example.org"):
                self.ask(email)
                call_command("work", "--once")
            assert Email.objects.count() == 1
            clock.shift(datetime.timedelta(minutes=61))
            self.ask("editor@example.org")
            call_command("work", "--once")
            assert Email.objects.count() == 2

    def test_known_and_unknown_addresses_cost_and_answer_the_same(self) -> None:
        make_editor()
        known = self.ask("editor@example.org")
        asked: list[list[str]] = []
        for email in ("moderator@example.org", "nobody@example.org"):
            make_moderator()
            with CaptureQueriesContext(connection) as queries:
                answer = self.ask(email)
            assert (answer.status_code, answer.content) == (known.status_code, known.content)
            asked.append([query["sql"].partition(" ")[0] for query in queries])
        assert asked[0] == asked[1]
        assert not Email.objects.exists(), "the worker writes it"

    def test_no_address_is_kept_once_it_was_answered(self) -> None:
        make_editor()
        with time_machine.travel(NOW, tick=False) as clock:
            self.ask("editor@example.org")
            self.ask("nobody@example.org")
            call_command("work", "--once")
            assert set(PasswordRequest.objects.values_list("email", flat=True)) == {""}
            clock.shift(datetime.timedelta(minutes=61))
            call_command("work", "--once")
            assert not PasswordRequest.objects.exists()
