"""A backup that is put back does not bring back who was erased."""

import datetime
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client

from blog.models import Post
from comments import erasure_log, objections, privacy
from comments.models import Comment
from comments.objections import Complaint
from tests.make import make_staff
from tests.make_comments import make_comment

NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
EMAIL = "rita@example.org"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def rows() -> list[dict[str, Any]]:
    kept = Comment.objects.order_by("pk").values("pk", "name", "email", "email_key", "token", "body", "status")
    return [dict(row) for row in kept]


def put_back(backup: list[dict[str, Any]]) -> None:
    """As a backup does, and nothing else knows of it."""
    for row in backup:
        Comment.objects.filter(pk=row["pk"]).update(**{name: row[name] for name in row if name != "pk"})


def test_an_address_that_was_erased_is_erased_again_and_what_it_says_afterwards_stays(post: Post) -> None:
    make_comment(post, email=EMAIL, name="Rita", now=NOW)
    reported = objections.report(Comment.objects.get(), Complaint("other", "Rude.", EMAIL), None, NOW)
    backup = rows()
    privacy.erase("RITA@example.org", NOW + HOUR)
    put_back(backup)
    type(reported).objects.update(email=EMAIL, email_key=EMAIL)
    later = make_comment(post, email=EMAIL, name="Rita", now=NOW + 2 * HOUR)
    assert privacy.erased_but_here() == 1

    assert privacy.erase_again(NOW + 3 * HOUR) == 1

    assert Comment.objects.order_by("pk").first().email == ""  # type: ignore[union-attr]
    reported.refresh_from_db()
    assert reported.email == ""
    later.refresh_from_db()
    assert (later.name, later.email) == ("Rita", EMAIL)
    assert privacy.erased_but_here() == 0
    assert privacy.erase_again(NOW + 4 * HOUR) == 0


@pytest.mark.parametrize("act", ["forget", "delete"])
def test_a_single_comment_that_was_erased_is_erased_again(post: Post, act: str) -> None:
    comment, other = make_comment(post, name="Rita", now=NOW), make_comment(post, name="Mara", now=NOW)
    backup = rows()
    if act == "forget":
        privacy.forget(comment.pk, comment.version, NOW + HOUR)
    else:
        privacy.delete_for_ever(comment.pk, comment.version, make_staff("root", is_superuser=True), NOW + HOUR)
    put_back(backup)
    assert privacy.erase_again(NOW + 2 * HOUR) == 1
    comment.refresh_from_db()
    other.refresh_from_db()
    assert (comment.name, comment.email, other.name) == ("Anonymous", "", "Mara")


def test_the_file_names_nobody_and_is_the_owners_alone(post: Post, own_folder: Path) -> None:
    make_comment(post, email=EMAIL, now=NOW)
    privacy.erase(EMAIL, NOW)
    file = own_folder / "erased"
    assert "rita" not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_a_line_that_was_cut_short_costs_only_itself(post: Post, own_folder: Path) -> None:
    with (own_folder / "erased").open("w") as file:
        file.write("cut\nx 2026-11-23\n\x00\xff\n")
    erasure_log.remember(erasure_log.of_address(EMAIL), NOW)
    assert erasure_log.read() == {erasure_log.of_address(EMAIL): NOW}


def test_what_cannot_be_written_down_is_not_erased_and_that_is_said(
    client: Client, post: Post, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    comment = make_comment(post, email=EMAIL, name="Rita", now=NOW)
    settings.VAR_DIR = Path("/nowhere/at/all")
    with pytest.raises(OperationalError):
        privacy.erase(EMAIL, NOW)
    answer = client.post(
        comment.get_absolute_url(),
        {"act": "forget", "version": comment.version},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 503
    comment.refresh_from_db()
    assert (comment.name, comment.email) == ("Rita", EMAIL)


def test_the_doctor_says_so(post: Post) -> None:
    make_comment(post, email=EMAIL, name="Rita", now=NOW)
    backup = rows()
    privacy.erase(EMAIL, NOW)
    put_back(backup)
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", stdout=out)
    assert "1 persons or comments that were erased are here again, from a backup." in out.getvalue()
