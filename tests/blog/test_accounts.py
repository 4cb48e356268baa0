"""Accounts: the letter that opens one, who may make them, and what an editor cannot do with them."""

import re
import threading
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from blog import accounts
from blog.accounts import InvitedAlready
from blog.roles import AUTHORS, EDITORS, MODERATORS
from tests import make

pytestmark = pytest.mark.django_db
INVITE = "/admin/auth/user/add/"
PASSWORD = "Narva-Tallinn 1583"
ADA = {"name": "Ada Tan", "email": "Ada@Example.org", "roles": [AUTHORS]}


def link_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/admin/password/\S+/\S+/)", text)
    assert found, text
    return found[1]


def choose_password(client: Client, link: str) -> Any:
    form = client.get(link, follow=True)
    where = form.redirect_chain[-1][0] if form.redirect_chain else link
    return client.post(where, {"new_password1": PASSWORD, "new_password2": PASSWORD})


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make.make_editor())
    return client


class AddressTests:
    def test_one_that_grows_too_long_in_small_letters_is_refused_in_the_form(self, editor: Client) -> None:
        answer = editor.post(INVITE, ADA | {"email": f"ada@{'ß' * 60}.{'ß' * 60}.de"})
        assert answer.status_code == 422
        assert 'value="Ada Tan"' in answer.text
        assert User.objects.count() == 1


class InviteTests:
    def test_it_makes_an_account_that_a_letter_opens(self) -> None:
        make.make_publication(name="Asia Unbound")
        user = accounts.invite(" Ada@Example.ORG ", [AUTHORS], make.make_editor(), "Ada Mei Tan")
        assert (user.username, user.email) == ("ada@example.org", "ada@example.org")
        assert (user.first_name, user.last_name) == ("Ada Mei", "Tan")
        assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
        assert [group.name for group in user.groups.all()] == [AUTHORS]
        letter = Email.objects.get()
        assert letter.to == ["ada@example.org"]
        assert letter.subject == "Your account at Asia Unbound"
        assert choose_password(Client(), link_in(letter.message)).status_code == 302
        assert Client().login(username="ada@example.org", password=PASSWORD)

    def test_the_link_works_once(self) -> None:
        accounts.invite("ada@example.org", [AUTHORS])
        link = link_in(Email.objects.get().message)
        choose_password(Client(), link)
        assert "invalid" in Client().get(link, follow=True).content.decode()

    def test_after_the_link_has_ended_another_can_be_asked_for(self, client: Client) -> None:
        accounts.invite("ada@example.org", [AUTHORS])
        client.post("/admin/password/", {"email": "ADA@example.org"})
        call_command("work", "--once")
        link = link_in(str(mail.outbox[-1].body))
        assert choose_password(client, link).status_code == 302
        assert User.objects.get().check_password(PASSWORD)

    def test_inviting_twice_is_said_and_sends_one_letter(self) -> None:
        ada = accounts.invite("ada@example.org", [AUTHORS])
        with pytest.raises(InvitedAlready) as refusal:
            accounts.invite("ADA@example.org", [EDITORS])
        assert refusal.value.user == ada
        assert [group.name for group in ada.groups.all()] == [AUTHORS]
        assert Email.objects.count() == 1

    def test_an_address_that_another_name_signs_in_with_is_known(self) -> None:
        editor = make.make_editor()
        with pytest.raises(InvitedAlready):
            accounts.invite(editor.email.upper(), [AUTHORS])

    @pytest.mark.parametrize("address", ["", "ada", "ada@", "a b@example.org", "x" * 150 + "@example.org"])
    def test_what_is_no_address_is_refused(self, address: str) -> None:
        with pytest.raises(ValidationError):
            accounts.invite(address, [AUTHORS])
        assert not User.objects.exists()

    def test_the_letter_and_the_account_come_together_or_not_at_all(self) -> None:
        with pytest.raises(RuntimeError), transaction.atomic():
            accounts.invite("ada@example.org", [AUTHORS])
            raise RuntimeError
        assert not User.objects.exists()
        assert not Email.objects.exists()

    def test_a_name_cannot_put_lines_into_the_letters_head(self) -> None:
        make.make_publication(name="Asia\nBcc: all@example.org")
        accounts.invite("ada@example.org", [AUTHORS])
        assert Email.objects.get().subject == "Your account at Asia Bcc: all@example.org"


class InviteFormTests:
    def test_an_editor_invites(self, editor: Client) -> None:
        assert editor.post(INVITE, ADA).status_code == 302
        ada = User.objects.get(username="ada@example.org")
        assert [group.name for group in ada.groups.all()] == [AUTHORS]
        assert Email.objects.get().to == ["ada@example.org"]
        assert "editor has made an account" in Email.objects.get().message

    def test_a_double_click_invites_once_and_says_so(self, editor: Client) -> None:
        editor.post(INVITE, ADA)
        again = editor.post(INVITE, ADA)
        assert again.status_code == 422
        assert "has an account already" in again.content.decode()
        assert 'value="Ada Tan"' in again.content.decode()
        assert Email.objects.count() == 1

    def test_an_editor_invites_another_editor(self, editor: Client) -> None:
        """A real publication begins with one editor and no superuser: nobody else could."""
        assert editor.post(INVITE, ADA | {"roles": [EDITORS]}).status_code == 302
        ada = User.objects.get(username="ada@example.org")
        assert [group.name for group in ada.groups.all()] == [EDITORS]
        assert not ada.is_superuser

    @pytest.mark.parametrize("role", ["Superusers", ""])
    def test_an_editor_gives_no_more_than_the_rights_of_a_role(self, editor: Client, role: str) -> None:
        forged = {"is_superuser": "on", "is_staff": "on", "user_permissions": "1", "groups": "2"}
        assert editor.post(INVITE, ADA | forged | {"roles": [role]}).status_code == 422
        assert not User.objects.filter(username="ada@example.org").exists()

    def test_a_superuser_invites_editors(self, client: Client) -> None:
        client.force_login(make.make_staff("root", is_superuser=True))
        assert client.post(INVITE, ADA | {"roles": [EDITORS, MODERATORS]}).status_code == 302
        assert User.objects.get(username="ada@example.org").groups.count() == 2


class EditorOverAccountsTests:
    def test_an_author_can_be_shut_out(self, editor: Client) -> None:
        ada = make.make_writer()
        answer = editor.post(f"/admin/auth/user/{ada.pk}/change/", {"first_name": "Ada", "last_name": "Tan"})
        assert answer.status_code == 302
        ada.refresh_from_db()
        assert not ada.is_active

    def test_forged_fields_are_ignored(self, editor: Client) -> None:
        ada = make.make_writer()
        forged = {
            "username": "evil", "email": "evil@example.org", "password": "x", "is_superuser": "on", "is_active": "on",
            "groups": "2", "user_permissions": "1", "first_name": "Ada", "last_name": "Tan",
        }  # fmt: skip
        before = ada.password
        editor.post(f"/admin/auth/user/{ada.pk}/change/", forged)
        ada.refresh_from_db()
        assert (ada.username, ada.email, ada.password) == ("writer", "writer@example.org", before)
        assert (ada.is_superuser, ada.first_name) == (False, "Ada")
        assert [group.name for group in ada.groups.all()] == [AUTHORS]

    @pytest.mark.parametrize("whose", ["root", "ed", "editor", "special"])
    def test_a_superuser_another_editor_and_oneself_are_out_of_reach(self, editor: Client, whose: str) -> None:
        make.make_staff("root", is_superuser=True)
        make.make_editor("ed")
        make.make_writer("special").user_permissions.add(Permission.objects.get(codename="delete_user"))
        user = User.objects.get(username=whose)
        assert editor.post(f"/admin/auth/user/{user.pk}/change/", {"first_name": "X"}).status_code == 403
        user.refresh_from_db()
        assert user.is_active
        assert user.first_name == ""

    @pytest.mark.parametrize("page", ["password", "delete"])
    def test_nobodys_password_can_be_set_and_nobody_deleted(self, editor: Client, page: str) -> None:
        ada = make.make_writer()
        sent = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true", "post": "yes"}
        assert editor.post(f"/admin/auth/user/{ada.pk}/{page}/", sent).status_code == 403
        ada.refresh_from_db()
        assert ada.check_password(make.PASSWORD)


class SignInTests:
    @pytest.mark.parametrize("typed", ["editor", "editor@example.org", " EDITOR@Example.org "])
    def test_it_takes_the_user_name_or_the_address_in_any_case(self, client: Client, typed: str) -> None:
        make.make_editor()
        client.post("/admin/login/", {"username": typed, "password": make.PASSWORD})
        assert "_auth_user_id" in client.session

    @pytest.mark.parametrize("typed", ["nobody", "nobody@example.org", "\x00", "@", "x" * 300])
    def test_it_says_the_same_of_every_wrong_name(self, client: Client, typed: str) -> None:
        make.make_editor()
        answer = client.post("/admin/login/", {"username": typed, "password": "wrong"})
        assert answer.status_code == 200
        assert "_auth_user_id" not in client.session

    def test_who_was_shut_out_stays_out(self, client: Client) -> None:
        make.make_staff("gone", AUTHORS, is_active=False)
        client.post("/admin/login/", {"username": "gone", "password": make.PASSWORD})
        assert "_auth_user_id" not in client.session
        client.post("/admin/password/", {"email": "gone@example.org"})
        accounts.answer_password_requests(timezone.now())
        assert not Email.objects.exists()


class ForgottenPasswordTests:
    def test_the_letter_is_in_our_own_words(self, client: Client) -> None:
        make.make_publication(name="Asia Unbound")
        make.make_editor()
        client.post("/admin/password/", {"email": "editor@example.org"})
        accounts.answer_password_requests(timezone.now())
        letter = Email.objects.get()
        assert letter.subject == "A new password for Asia Unbound"
        assert "If it was not you, you need do nothing" in letter.message


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class InvitedTwiceAtOnceTests:
    def test_it_makes_one_account_and_one_letter(self) -> None:
        said: list[str] = []
        start = threading.Barrier(2)

        def invite() -> None:
            start.wait()
            try:
                accounts.invite("ada@example.org", [AUTHORS])
                said.append("invited")
            except InvitedAlready:
                said.append("already")
            finally:
                connection.close()

        threads = [threading.Thread(target=invite) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(said) == ["already", "invited"]
        assert User.objects.count() == Email.objects.count() == 1
