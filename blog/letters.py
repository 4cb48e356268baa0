"""The one door into the mail queue."""

import datetime
from collections.abc import Mapping

from post_office import mail
from post_office.models import Email


def queue(
    to: str,
    subject: str,
    text: str,
    html: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    at: datetime.datetime | None = None,
) -> Email:
    """Put a letter into the queue, in the transaction of what it tells; `manage.py work` sends it, not before `at`.

    The queue takes what it is given for a template, and what people wrote must not be read as one: so it is handed on
    beside a template that only says where it stands.
    """
    return mail.send(
        recipients=[to],
        subject=_as_it_is("subject"),
        message=_as_it_is("text"),
        html_message=_as_it_is("html") if html else "",
        context={"subject": " ".join(subject.split()), "text": text, "html": html},
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},
        scheduled_time=at,
    )


def _as_it_is(name: str) -> str:
    return f"{{% autoescape off %}}{{{{ {name} }}}}{{% endautoescape %}}"
