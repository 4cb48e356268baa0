"""What the tests of letters share: whose letters there are, and the links in them."""

import re

from django.conf import settings
from post_office.models import Email


def mails_to(address: str) -> list[Email]:
    return [mail for mail in Email.objects.order_by("pk") if address in mail.to]


def only_mail_to(address: str) -> Email:
    (mail,) = mails_to(address)
    return mail


def link(mail: Email, below: str) -> str:
    """The path of the one link of a letter below a path, such as "/comments/letters/proof/"."""
    found = re.findall(rf"{re.escape(settings.SITE_ORIGIN + below)}\S+", mail.message)
    (address,) = set(found)
    assert f'href="{address}"' in mail.html_message
    return str(address).removeprefix(settings.SITE_ORIGIN)
