"""How often somebody may try to sign in.

A try is written down before the password is looked at, so that many at once are counted as many one after the other.
Three limits hold, each within a quarter of an hour: five for an account from one network, thirty from one network for
whatever accounts, fifty for an account from everywhere. The last does not hold for a network from which the account
signed in during the last sixty days, so nobody can shut a colleague out from elsewhere. Who signs in clears the
account's failures; an editor can, and so does a new password.

Written here rather than taken from django-axes 8.3: that counts a try after the password was hashed, so that as many
as are sent at once are all looked at, and it keeps the fields that were sent, user names and browsers.
"""

import datetime

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from blog.models import SignInAttempt

WINDOW = datetime.timedelta(minutes=15)
KNOWN_FOR = datetime.timedelta(days=60)
MOST_FROM_NETWORK_FOR_ACCOUNT, MOST_FROM_NETWORK, MOST_FOR_ACCOUNT = 5, 30, 50


class TooManyAttempts(Exception):
    """No password is looked at for so many seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"wait for {retry_after} seconds")
        self.retry_after = retry_after


def start_attempt(username: str, network: str | None, now: datetime.datetime) -> SignInAttempt:
    """Write a try down, or refuse it. `network` is the client's address, cut. Raises TooManyAttempts."""
    key = account_key(username)
    attempt = SignInAttempt.objects.create(account_key=key, network=network, at=now)
    for failures, most in _limits(key, network, now):
        # The newest so many are enough; this one is among them.
        times = list(failures.order_by("-at").values_list("at", flat=True)[: most + 1])
        if len(times) > most:
            attempt.delete()
            raise TooManyAttempts(max(1, int((times[-1] + WINDOW - now).total_seconds()) + 1))
    return attempt


def finish_attempt(attempt: SignInAttempt) -> None:
    """Note that a try was the account's own: its failures are forgotten, and the network is known from now on."""
    others = SignInAttempt.objects.filter(account_key=attempt.account_key).exclude(pk=attempt.pk)
    others.filter(has_succeeded=False).delete()
    others.filter(network=attempt.network).delete()
    SignInAttempt.objects.filter(pk=attempt.pk).update(has_succeeded=True)


def lift_lock(username: str) -> None:
    """Let an account try again at once."""
    _failures().filter(account_key=account_key(username)).delete()


def forget_account(username: str) -> None:
    SignInAttempt.objects.filter(account_key=account_key(username)).delete()


def is_locked(username: str, now: datetime.datetime) -> bool:
    """Return whether somebody, from some network, may not try this account at present."""
    recent = _failures(now).filter(account_key=account_key(username)).values_list("network", flat=True)
    networks = list(recent[: MOST_FOR_ACCOUNT + 1])
    return len(networks) >= MOST_FOR_ACCOUNT or any(
        networks.count(network) >= MOST_FROM_NETWORK_FOR_ACCOUNT for network in set(networks)
    )


def delete_expired(now: datetime.datetime) -> None:
    """Called by the worker, again and again."""
    _failures().filter(at__lt=now - WINDOW).delete()
    SignInAttempt.objects.filter(at__lt=now - KNOWN_FOR).delete()


def account_key(username: str) -> str:
    return salted_hmac("blog.sign-in", username.casefold(), algorithm="sha256").hexdigest()


def _limits(key: str, network: str | None, now: datetime.datetime) -> list[tuple[QuerySet[SignInAttempt], int]]:
    recent = _failures(now)
    limits = [
        (recent.filter(account_key=key, network=network), MOST_FROM_NETWORK_FOR_ACCOUNT),
        (recent.filter(network=network), MOST_FROM_NETWORK),
    ]
    own = SignInAttempt.objects.filter(account_key=key)
    if not own.filter(network=network, has_succeeded=True).exists():
        limits.append((recent.filter(account_key=key), MOST_FOR_ACCOUNT))
    return limits


def _failures(now: datetime.datetime | None = None) -> QuerySet[SignInAttempt]:
    failures = SignInAttempt.objects.filter(has_succeeded=False)
    return failures.filter(at__gt=now - WINDOW) if now else failures
