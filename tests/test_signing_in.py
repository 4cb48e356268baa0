"""Passwords, sessions that end, and what was typed meanwhile."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.test import Client

ACCOUNT = "/admin/auth/group/add/"


@pytest.fixture
def ada(db: None) -> User:
    return get_user_model().objects.create_superuser("ada@example.org", "ada@example.org", "a secret")


@pytest.fixture
def browser_client() -> Client:
    return Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"})


def token(html: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
    assert found
    return found[1]


class SignInTests:
    def test_an_address_may_be_written_in_capitals(self, client: Client, ada: User) -> None:
        client.post("/admin/login/", {"username": " Ada@Example.org ", "password": "a secret"})
        assert client.session["_auth_user_id"] == str(ada.pk)

    def test_the_page_asks_for_an_address_or_a_name(self, client: Client, db: None) -> None:
        page = client.get("/admin/login/").content.decode()
        assert "E-mail address or user name" in page
        assert 'href="/admin/password/"' in page


class ForgottenPasswordTests:
    def test_the_letter_leads_to_the_address_of_the_publication_whatever_the_request_said(
        self, client: Client, ada: User
    ) -> None:
        client.post("/admin/password/", {"email": "ada@example.org"}, headers={"Host": "localhost"})
        call_command("work", "--once")
        (letter,) = mail.outbox
        assert "http://127.0.0.1:8000/admin/password/" in str(letter.body)
        assert "localhost" not in str(letter.body)

    def test_its_link_sets_a_password_once(self, client: Client, ada: User) -> None:
        client.post("/admin/password/", {"email": "ada@example.org"})
        call_command("work", "--once")
        link = re.search(r"http://127.0.0.1:8000(\S+)", str(mail.outbox[0].body))
        assert link
        form = client.get(link[1], follow=True)
        address = form.redirect_chain[-1][0]
        new = {"new_password1": "Narva-Tallinn 1583", "new_password2": "Narva-Tallinn 1583"}
        assert client.post(address, new).status_code == 302
        ada.refresh_from_db()
        assert ada.check_password("Narva-Tallinn 1583")
        assert "invalid" in Client().get(link[1], follow=True).content.decode()

    def test_it_tells_nobody_who_has_an_account(self, client: Client, ada: User) -> None:
        known = client.post("/admin/password/", {"email": "ada@example.org"}, follow=True)
        unknown = client.post("/admin/password/", {"email": "mo@example.org"}, follow=True)
        assert known.status_code == unknown.status_code == 200
        assert known.redirect_chain == unknown.redirect_chain


class SessionEndedTests:
    def test_what_was_typed_comes_back_and_can_be_sent_after_signing_in_again(
        self, browser_client: Client, ada: User
    ) -> None:
        browser_client.force_login(ada)
        form = browser_client.get(ACCOUNT).content.decode()
        browser_client.session.flush()
        typed = {"name": 'Desk "East" <b>', "csrfmiddlewaretoken": token(form)}
        kept = browser_client.post(ACCOUNT, typed)
        assert kept.status_code == 403
        page = kept.content.decode()
        assert 'value="Desk &quot;East&quot; &lt;b&gt;"' in page
        assert "Sign in again" in page

        browser_client.cookies["csrftoken"] = "a" * 32  # signing in makes a new one
        browser_client.force_login(ada)
        once_more = browser_client.post(ACCOUNT, {"name": typed["name"], "csrfmiddlewaretoken": token(page)})
        assert once_more.status_code == 403
        page = once_more.content.decode()
        assert "Sign in again" not in page
        done = browser_client.post(ACCOUNT, {"name": typed["name"], "csrfmiddlewaretoken": token(page)})
        assert done.status_code == 302

    def test_so_it_does_for_who_is_no_longer_on_the_staff(self, browser_client: Client, ada: User) -> None:
        browser_client.force_login(ada)
        form = browser_client.get(ACCOUNT).content.decode()
        User.objects.update(is_staff=False)
        kept = browser_client.post(ACCOUNT, {"name": "Desk East", "csrfmiddlewaretoken": token(form)})
        assert kept.status_code == 403
        assert 'value="Desk East"' in kept.content.decode()

    def test_another_site_cannot_have_its_form_offered(self, browser_client: Client, ada: User) -> None:
        browser_client.force_login(ada)
        for site in ("cross-site", "same-site", "none"):
            refused = browser_client.post(ACCOUNT, {"name": "evil"}, headers={"Sec-Fetch-Site": site})
            assert refused.status_code == 403
            assert "evil" not in refused.content.decode()

    def test_a_password_is_never_written_into_a_page(self, browser_client: Client, ada: User) -> None:
        refused = browser_client.post("/admin/login/", {"username": "ada", "password": "a secret"})
        assert (refused.status_code, refused["Location"]) == (303, "/admin/login/")
