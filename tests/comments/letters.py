"""What the tests of letters share: whose letters there are, and the links in them."""

import re

from post_office.models import Email


def mails_to(address: str) -> list[Email]:
    return [mail for mail in Email.objects.order_by("pk") if address in mail.to]


def only_mail_to(address: str) -> Email:
    (mail,) = mails_to(address)
    return mail


def link(mail: Email, below: str) -> str:
    """The path of the one link of a letter below a path, such as "/comments/letters/proof/"."""
    found = re.findall(rf"http://127\.0\.0\.1:8000({re.escape(below)}\S+)", mail.message)
    (path,) = set(found)
    assert f'href="http://127.0.0.1:8000{path}"' in mail.html_message
    return str(path)
