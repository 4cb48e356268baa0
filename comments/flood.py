"""How fast one person, and one connection, may comment. Only comments that were taken count."""

import datetime
from collections.abc import Sequence

from django.utils import timezone

from comments import network
from comments.models import Comment, Policy
from comments.refusals import TooFast

TEN_MINUTES = datetime.timedelta(minutes=10)


def refuse_person(sent: Sequence[datetime.datetime], policy: Policy, now: datetime.datetime) -> None:
    """Raise TooFast where somebody was here a moment ago or too often in ten minutes; newest first, when they were."""
    times = [at for at in sent[: max(policy.most_in_ten_minutes, 1)] if at >= now - TEN_MINUTES]
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
    # They are few, and counting them here is less work than writing a question that counts them there.
    count = len(recent.values_list("pk")[: max(policy.most_from_network, policy.noticed_from_network)])
    if count >= policy.most_from_network > 0:
        raise TooFast(int(TEN_MINUTES.total_seconds()))
    return count
