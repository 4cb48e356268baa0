"""How fast one person, and one connection, may comment. Only comments that were taken count."""

import datetime

from comments.earlier import TEN_MINUTES, Earlier
from comments.models import Policy
from comments.refusals import TooFast


def refuse(before: Earlier, policy: Policy, now: datetime.datetime) -> None:
    """Raise TooFast where somebody was here a moment ago, or they or their connection too often in ten minutes."""
    newest = before.by_person[: max(policy.most_in_ten_minutes, 1)]
    times = [each.submitted_at for each in newest if each.submitted_at >= now - TEN_MINUTES]
    waits = [datetime.timedelta(seconds=policy.seconds_between) - (now - times[0])] if times else []
    if len(times) >= policy.most_in_ten_minutes > 0:
        waits.append(TEN_MINUTES - (now - times[-1]))
    if before.over_connection >= policy.most_from_network > 0:
        waits.append(TEN_MINUTES)
    if waits and max(waits) > datetime.timedelta(0):
        raise TooFast(int(max(waits).total_seconds()) + 1)
