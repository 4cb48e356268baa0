"""What the tests of letters share: whose letters there are, what they are called, and the links in them."""

import re
from typing import Any

from django.conf import settings
from post_office.models import STATUS, Email


def mails_to(address: str) -> list[Email]:
    return [mail for mail in Email.objects.order_by("pk") if address in mail.to]


def only_mail_to(address: str) -> Email:
    (mail,) = mails_to(address)
    return mail


def subjects(address: str) -> list[str]:
    return [mail.subject.removeprefix("Asia Unbound: ") for mail in mails_to(address)]


def send_what_is_due() -> None:
    """As the worker does, without sending."""
    Email.objects.filter(status=STATUS.queued).update(status=STATUS.sent)


def link(mail: Email, below: str) -> str:
    """The path of the one link of a letter below a path, such as "/comments/letters/proof/"."""
    found = re.findall(rf"{re.escape(settings.SITE_ORIGIN + below)}\S+", mail.message)
    (address,) = set(found)
    assert f'href="{address}"' in mail.html_message
    return str(address).removeprefix(settings.SITE_ORIGIN)


def is_private(response: Any) -> bool:
    return (
        "no-store" in response["Cache-Control"]
        and "noindex" in response["X-Robots-Tag"]
        and response["Referrer-Policy"] == "same-origin"
        and not response.cookies
    )
