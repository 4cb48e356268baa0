import io
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.management import CommandError, call_command

from blog.models import Post, Publication
from blog.roles import EDITORS, MODERATORS

OPTIONS: dict[str, Any] = {"name": "Asia Monthly", "address": "http://127.0.0.1:8000", "email": "ada@example.org"}


@pytest.mark.django_db
class SetupTests:
    def test_it_makes_an_empty_publication_and_invites_its_first_editor(self) -> None:
        out = io.StringIO()
        call_command("setup", **OPTIONS, stdout=out)
        assert Publication.objects.current().name == "Asia Monthly"
        assert not Post.objects.exists()
        ada = get_user_model().objects.get()
        assert ada.email == "ada@example.org"
        assert ada.is_staff
        assert not ada.is_superuser
        assert set(ada.groups.values_list("name", flat=True)) == {EDITORS, MODERATORS}
        assert "http://127.0.0.1:8000/" in out.getvalue()

    def test_the_invitation_goes_through_the_queue(self) -> None:
        call_command("setup", **OPTIONS, stdout=io.StringIO())
        assert mail.outbox == []
        call_command("work", "--once")
        (letter,) = mail.outbox
        assert letter.to == ["ada@example.org"]
        assert "http://127.0.0.1:8000/" in str(letter.body)

    def test_it_asks_for_what_is_left_open(self, monkeypatch: pytest.MonkeyPatch) -> None:
        answers = iter(["Asia Monthly", "", "ada@example.org"])
        monkeypatch.setattr("builtins.input", lambda question: next(answers))
        call_command("setup", stdout=io.StringIO())
        assert Publication.objects.current().name == "Asia Monthly"

    @pytest.mark.parametrize(
        ("wrong", "word"),
        [
            ({"name": " "}, "name"),
            ({"address": "https://example.org/"}, "SITE_URL=https://example.org/"),
            ({"email": "ada"}, "ada"),
        ],
    )
    def test_it_refuses_what_cannot_be(self, wrong: dict[str, str], word: str) -> None:
        with pytest.raises(CommandError, match=word):
            call_command("setup", **{**OPTIONS, **wrong}, stdout=io.StringIO())
        assert not get_user_model().objects.exists()
        assert not Publication.objects.exists()
