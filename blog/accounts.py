"""Accounts of the staff: made by e-mail address, opened by the link in a letter."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from blog import letters, links, pages
from blog.models import PasswordRequest, Publication
from blog.roles import EDITORS

# At most one link to choose a password goes to an address in this time.
PASSWORD_REQUEST_INTERVAL = datetime.timedelta(hours=1)
# A user name has no more room.
LONGEST = 150


def name_of(user: Any) -> str:
    """How the house calls one of its own; empty where there is nobody."""
    return str(user.get_full_name() or user.get_username()) if user else ""


class InvitedAlready(Exception):
    """The address has an account."""

    def __init__(self, user: User) -> None:
        super().__init__("this address has an account")
        self.user = user


def invite(email: str, groups: Iterable[str], by: Any = None, name: str = "") -> User:
    """Make an account for an address and, in the same transaction, queue the letter with the link that opens it.

    Raises InvitedAlready, and ValidationError for what is no address.
    """
    address = email.strip().casefold()
    validate_email(address)
    if len(address) > LONGEST:
        raise ValidationError(_("This address is too long to be a user name here."))
    given, _between, family = name.strip().rpartition(" ")
    try:
        with transaction.atomic():
            if known := of_address(address):
                raise InvitedAlready(known)
            user = User(username=address, email=address, is_staff=True, first_name=given, last_name=family)
            user.set_unusable_password()
            user.save()
            user.groups.set(Group.objects.filter(name__in=groups))
            _send_invitation(user, by)
            pages.changed("accounts")
    except IntegrityError:
        # Invited twice in the same moment: the other one was first.
        raise InvitedAlready(User.objects.get(username=address)) from None
    return user


def of_address(address: str) -> User | None:
    """The account of an e-mail address, however it is written."""
    known = User.objects.filter(username=address.casefold()).first()
    return known or User.objects.filter(email__iexact=address).order_by("pk").first()


def sign_in_name(typed: str) -> str:
    """The user name that is meant by what was typed at the door: a user name, or an address in any case."""
    typed = typed.strip()
    known = of_address(typed) if "@" in typed and not User.objects.filter(username=typed).exists() else None
    return known.username if known else typed


def is_below_editors(user: User) -> bool:
    """Whether editors may change this account: an author's or a moderator's, with no rights of its own."""
    if user.is_superuser or user.user_permissions.exists():
        return False
    return not user.groups.filter(name=EDITORS).exists()


class ForgottenPasswordForm(PasswordResetForm):
    def get_users(self, email: str) -> Iterable[User]:
        """Also those who have never set a password: the link in an invitation ends, and this brings another one."""
        return User.objects.filter(email__iexact=email, is_active=True, is_staff=True)

    def save(self, *args: Any, **options: Any) -> None:
        """Write down what was asked. The worker answers it, so nobody can tell from the time who has an account."""
        request_password_link(self.cleaned_data["email"], timezone.now())

    def send_link(self) -> None:
        scheme, _separator, domain = settings.SITE_ORIGIN.partition("://")
        context = {"protocol": scheme, "domain": domain, "site_name": Publication.objects.current().name}
        super().save(domain_override=domain, extra_email_context=context)


def request_password_link(email: str, now: datetime.datetime) -> None:
    """Have a link to choose a password sent, if the address has an account; once an hour. The same work for all."""
    key = salted_hmac("blog.password-request", email.casefold(), algorithm="sha256").hexdigest()
    PasswordRequest.objects.filter(key=key, at__lte=now - PASSWORD_REQUEST_INTERVAL).delete()
    PasswordRequest.objects.get_or_create(key=key, defaults={"email": email, "at": now})


def answer_password_requests(now: datetime.datetime) -> None:
    """Queue the e-mails that were asked for, each once, and forget what was asked an hour ago. Called by the worker."""
    for request in PasswordRequest.objects.exclude(email=""):
        with transaction.atomic():
            if PasswordRequest.objects.filter(pk=request.pk, email=request.email).update(email=""):
                form = ForgottenPasswordForm({"email": request.email})
                if form.is_valid():
                    form.send_link()
    PasswordRequest.objects.filter(email="", at__lte=now - PASSWORD_REQUEST_INTERVAL).delete()


def invitation_link(user: User) -> str:
    """The absolute address at which somebody who was invited chooses a password."""
    args = [urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)]
    return links.absolute(reverse("password_reset_confirm", args=args))


def _send_invitation(user: User, by: Any) -> None:
    context = {
        "user": user,
        "by": name_of(by),
        "publication": Publication.objects.current(),
        "link": invitation_link(user),
        "forgotten": links.absolute(reverse("admin_password_reset")),
    }
    subject = render_to_string("registration/invitation_subject.txt", context)
    letters.queue(user.email, subject, render_to_string("registration/invitation.txt", context))
