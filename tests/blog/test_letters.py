"""What people wrote goes into letters as they wrote it."""

import pytest
from post_office.models import Email

from blog import accounts, letters
from tests.make import make_editor, make_post, make_publication, make_writer

HOSTILE = "{% now 'Y' %} {{ title }} {% include 'admin/login.html' %} <b>&</b>"

pytestmark = pytest.mark.django_db


def test_no_title_is_read_as_a_template() -> None:
    make_publication()
    make_editor()
    make_post(HOSTILE, status="in_review", by=make_writer())
    letter = Email.objects.get()
    assert HOSTILE in letter.subject or HOSTILE in letter.message
    assert "csrfmiddlewaretoken" not in letter.message


def test_no_name_is_read_as_a_template() -> None:
    make_publication()
    accounts.invite("ada@example.org", [], name="{{ link }} {% broken")
    assert "{{ link }} {% broken" in Email.objects.get().message


def test_a_subject_is_one_line_and_html_is_kept_beside_the_text() -> None:
    letter = letters.queue("ada@example.org", "One\r\nBcc: eve@example.org", "Text & <b>", "<p>{{ 7 }}</p>")
    assert letter.subject == "One Bcc: eve@example.org"
    assert (letter.message, letter.html_message) == ("Text & <b>", "<p>{{ 7 }}</p>")
    assert letter.headers["Auto-Submitted"] == "auto-generated"
