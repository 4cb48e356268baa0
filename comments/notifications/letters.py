"""The one door into the mail queue: each event is told once to each address, as text and as HTML.

To an address that nobody has proven, a letter quotes nothing that was typed and goes at most once a day, or the form
would be a way to send mail to anybody. Readers' letters can be ended by one click; the staff's lead to their
preferences.
"""

import datetime
import hashlib
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from post_office.models import STATUS, Email

from blog.letters import queue
from blog.links import absolute
from blog.models import Publication
from comments.models import Address, Notice

logger = logging.getLogger(__name__)

# An undo within this time cancels the letters about the decision.
UNDO_SECONDS = datetime.timedelta(seconds=60)
ONE_DAY = datetime.timedelta(days=1)
# What an address that nobody has proven would hear later than this is not written; the comment's own page says it.
LONGEST_WAIT = datetime.timedelta(days=7)
PROOF_SALT = "comments.proof"
PROOF_LASTS = datetime.timedelta(days=30)
# What was published is quoted up to here; the rest is read where it stands.
LONGEST_QUOTED = 1_500
UNSENT = (STATUS.queued, STATUS.requeued)
# How the events of letters begin that somebody has a right to.
OWED = "own-data:"


@dataclass(frozen=True)
class Letter:
    """What is told to whom: `name` is that of its three templates, `event` what is told once to an address."""

    to: str
    event: str
    name: str
    context: Mapping[str, Any] = field(default_factory=dict)
    # Sent to a signed-in member of the staff at their account's address, which is theirs for certain.
    is_account: bool = False
    # What somebody has a right to ask for goes also to an address that wants no other letters.
    is_owed: bool = False


@transaction.atomic(savepoint=False)
def to_staff(letter: Letter, at: datetime.datetime, now: datetime.datetime) -> None:
    preferences = absolute(reverse("admin:comments_preference_changelist"))
    _write(letter, {"preferences": preferences}, {}, at, now)


@transaction.atomic(savepoint=False)
def to_readers(letters: Iterable[Letter], at: datetime.datetime, now: datetime.datetime) -> None:
    """Put letters into the queue, each unless its address has refused all of them.

    In the transaction of what they tell, or in one of its own where somebody only asks for a letter: the addresses are
    locked.
    """
    # Two transactions that tell the same people lock their addresses in the same order.
    for letter in sorted(letters, key=lambda letter: digest(letter.to)):
        address = Address.objects.get_or_create(digest=digest(letter.to))[0]
        if letter.is_owed or not address.refused_at:
            _to_reader(letter, address, at, now)


def in_one_order(emails: Iterable[str]) -> None:
    """Lock addresses for whoever writes letters about several comments, one after the other, in one transaction."""
    digests = [digest(email) for email in emails if email]
    list(Address.objects.select_for_update().filter(digest__in=digests).order_by("digest").values_list("pk"))


def free_again(email: str, now: datetime.datetime) -> datetime.datetime:
    """When an address that nobody has proven may get its next letter."""
    last = Notice.objects.filter(recipient=digest(email)).order_by("-goes_at").first()
    return max(last.goes_at + ONE_DAY, now) if last else now


def cancel(events: list[str]) -> bool:
    """Take back what the queue still holds about events, and say whether it held anything; what was sent was sent."""
    return _take_back(Notice.objects.filter(event__in=events))


def refuse(address: Address, now: datetime.datetime) -> bool:
    """End all letters to an address, those too that wait in the queue; False where that was so already.

    What its reader has asked for and has a right to comes all the same.
    """
    with transaction.atomic():
        own = Address.objects.filter(pk=address.pk, refused_at__isnull=True)
        is_new = bool(own.update(refused_at=now))
        # Letters to one of the staff at the same address name no such page.
        stopped = Notice.objects.filter(recipient=address.digest, mail__message__contains=_stop_path(address))
        _take_back(stopped.exclude(event__startswith=OWED))
    return is_new


def _take_back(notices: QuerySet[Notice]) -> bool:
    unsent = notices.filter(mail__status__in=UNSENT)
    mails = list(unsent.values_list("mail_id", flat=True))
    if mails:
        Notice.objects.filter(mail__in=mails).delete()
        Email.objects.filter(pk__in=mails, status__in=UNSENT).delete()
    return bool(mails)


def _stop_path(address: Address) -> str:
    return reverse("comments:letters", args=[address.key])


def proof_link(address: Address) -> str:
    """The path that asks whether an address is one's own; only the button there says so."""
    return reverse("comments:proof", args=[signing.dumps(address.key, salt=PROOF_SALT)])


def address_to_prove(token: str) -> Address | None:
    """Whose address the link in a letter proves; None for a link that is over or none of ours."""
    try:
        key = signing.loads(token, salt=PROOF_SALT, max_age=PROOF_LASTS)
    except (signing.BadSignature, ValueError):
        return None
    return Address.objects.filter(key=key).first()


def prove(address: Address, now: datetime.datetime) -> None:
    """Believe that an address is read by who gave it, and let go what it was to hear another day."""
    soon = now + UNDO_SECONDS
    with transaction.atomic():
        Address.objects.filter(pk=address.pk, proven_at__isnull=True).update(proven_at=now)
        held = Notice.objects.filter(recipient=address.digest, goes_at__gt=soon, mail__status__in=UNSENT)
        Email.objects.filter(pk__in=list(held.values_list("mail_id", flat=True))).update(scheduled_time=soon)
        held.update(goes_at=soon)


def digest(email: str) -> str:
    """So that the record of who was told keeps nobody's address."""
    return hashlib.sha256(email.casefold().encode()).hexdigest()


def _to_reader(letter: Letter, address: Address, at: datetime.datetime, now: datetime.datetime) -> None:
    is_proven = letter.is_account or address.proven_at is not None
    if not is_proven:
        # One after the other, or two letters written at the same moment would both be the first of the day.
        Address.objects.select_for_update().get(pk=address.pk)
        at = max(at, free_again(letter.to, now))
        if at > now + LONGEST_WAIT:
            return
    stop = absolute(_stop_path(address))
    more = {"is_proven": is_proven, "stop": stop, "proof": "" if is_proven else absolute(proof_link(address))}
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    _write(letter, more, headers, at, now)


def _write(
    letter: Letter, more: dict[str, Any], headers: dict[str, str], at: datetime.datetime, now: datetime.datetime
) -> None:
    """Put one letter into the queue, unless its event was told to its address before.

    What is wrong with a letter is written down and costs that letter only, not the comment or the decision it is about.
    """
    try:
        with transaction.atomic():
            mail = _queued(letter, more, headers, at if at > now else None)
            Notice.objects.create(event=letter.event, recipient=digest(letter.to), mail=mail, goes_at=at)
    except IntegrityError:
        return
    except DatabaseError:
        raise
    except Exception:
        logger.exception("A letter could not be written: %s", letter.name)


def _queued(letter: Letter, more: dict[str, Any], headers: dict[str, str], at: datetime.datetime | None) -> Email:
    context = {**letter.context, **more, "publication": Publication.objects.current()}
    subject = " ".join(render_to_string(f"comments/mail/{letter.name}-subject.txt", context).split())
    text = re.sub(r"\n{3,}", "\n\n", render_to_string(f"comments/mail/{letter.name}.txt", context).strip() + "\n")
    html = render_to_string(f"comments/mail/{letter.name}.html", {**context, "subject": subject})
    return queue(letter.to, subject, text, html, headers=headers, at=at)
