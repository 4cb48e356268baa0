"""How fast one person, and one connection, may comment. Only comments that were taken count."""

import datetime
from typing import Any

from django.utils import timezone

from comments import network
from comments.models import Comment, Policy
from comments.refusals import TooFast

TEN_MINUTES = datetime.timedelta(minutes=10)


def refuse_person(user: Any, email: str, policy: Policy, now: datetime.datetime) -> None:
    """Raise TooFast where an account, or an address, was here a moment ago or too often in ten minutes."""
    if not user and not email:
        return
    own = Comment.objects.filter(user=user) if user else Comment.objects.filter(email_key=email.casefold())
    recent = own.filter(submitted_at__range=(now - TEN_MINUTES, now)).order_by("-submitted_at")
    times = list(recent.values_list("submitted_at", flat=True)[: max(policy.most_in_ten_minutes, 1)])
    waits = [datetime.timedelta(seconds=policy.seconds_between) - (now - times[0])] if times else []
    if len(times) >= policy.most_in_ten_minutes > 0:
        waits.append(TEN_MINUTES - (now - times[-1]))
    if waits and max(waits) > datetime.timedelta(0):
        raise TooFast(int(max(waits).total_seconds()) + 1)


def refuse_network(address: network.Address | None, policy: Policy, now: datetime.datetime) -> int:
    """How many comments the same connection sent in ten minutes; raises TooFast over the limit."""
    key = network.key(address, timezone.localdate(now))
    if not key:
        return 0
    recent = Comment.objects.filter(network_key=key, submitted_at__range=(now - TEN_MINUTES, now))
    count = recent[: max(policy.most_from_network, policy.noticed_from_network)].count()
    if count >= policy.most_from_network > 0:
        raise TooFast(int(TEN_MINUTES.total_seconds()))
    return count
