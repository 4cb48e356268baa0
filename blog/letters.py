"""The one door into the mail queue."""

import datetime
from collections.abc import Mapping

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from post_office import mail
from post_office.models import STATUS, Email, Log

# So long a server may ask to come back later for an address before it is told to anybody.
PATIENCE_WITH_ADDRESSES = datetime.timedelta(hours=4)
# What is due for longer waits for something that is broken.
LATE_AFTER = datetime.timedelta(minutes=10)


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


def troubled(now: datetime.datetime) -> QuerySet[Email]:
    """The e-mails that no server took, by the mail server's fault and not by that of one address."""
    failing = _with_reason(Email.objects.filter(status__in=(STATUS.failed, STATUS.requeued)))
    is_new = Q(why="RecipientDeferred", created__gt=now - PATIENCE_WITH_ADDRESSES)
    found: QuerySet[Email] = failing.exclude(Q(why="RecipientRefused") | is_new).order_by()
    return found


def late(now: datetime.datetime) -> QuerySet[Email]:
    """The e-mails that should have gone long ago and have not."""
    due = Q(scheduled_time__isnull=True) | Q(scheduled_time__lt=now - LATE_AFTER)
    never_tried = Q(status=STATUS.queued, created__lt=now - LATE_AFTER) & due
    found: QuerySet[Email] = Email.objects.filter(
        never_tried | Q(pk__in=troubled(now).filter(status=STATUS.requeued).values("pk"))
    )
    return found


def give_up_refused() -> None:
    """End the e-mails to addresses that their server refuses for good; the others are tried again by the queue."""
    requeued = _with_reason(Email.objects.filter(status=STATUS.requeued))
    refused = requeued.filter(why="RecipientRefused").values_list("pk", flat=True)
    Email.objects.filter(pk__in=list(refused)).update(status=STATUS.failed)


def _with_reason(emails: QuerySet[Email]) -> QuerySet[Email]:
    """With the name of what went wrong at the last try; empty if nothing was written down."""
    last = Log.objects.filter(email=OuterRef("pk")).order_by("-pk").values("exception_type")[:1]
    found: QuerySet[Email] = emails.annotate(why=Coalesce(Subquery(last), Value("")))
    return found


def last_failure() -> str:
    """What the mail server, or the way to it, said last; empty where nothing failed."""
    last = Log.objects.filter(status=STATUS.failed).order_by("-pk").first()
    return f"{last.exception_type}: {last.message}" if last else ""


def _as_it_is(name: str) -> str:
    return f"{{% autoescape off %}}{{{{ {name} }}}}{{% endautoescape %}}"
