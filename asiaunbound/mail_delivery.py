"""Hands e-mails to the mail server, and says whose fault it is where one is not taken."""

import smtplib
from typing import Any

from django.core.mail.backends import smtp


class RecipientRefused(Exception):
    """The server will never take anything for this address: trying again helps nobody."""


class RecipientDeferred(Exception):
    """The server asks to come back later for this address, as many do at the first letter from somebody new."""


class EmailBackend(smtp.EmailBackend):
    def _send(self, email_message: Any) -> bool:
        try:
            return bool(super()._send(email_message))  # type: ignore[misc]  # the stubs leave it out
        except smtplib.SMTPRecipientsRefused as error:
            # The server's words may repeat the address, so only its codes are kept.
            codes = sorted({code for code, _words in error.recipients.values()})
            is_final = all(code >= 500 for code in codes)
            said = f"the mail server answered {', '.join(map(str, codes))} to this address"
            raise (RecipientRefused if is_final else RecipientDeferred)(said) from None
