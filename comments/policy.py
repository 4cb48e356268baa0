"""Whether comments are open on a post, and if not, the sentence that says why."""

import datetime

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from blog.models import Post
from comments.models import UNTIL_OPENED, Policy, Thread


def closed_reason(post: Post, thread: Thread, policy: Policy, now: datetime.datetime) -> str | None:
    """The sentence that stands in place of the form, or None where comments are open.

    The house comes first, then the editor's word on this post, then the post's age, which an editor can overrule.
    """
    if not policy.is_open:
        return policy.pause_sentence or _("Comments are closed at present.")
    if policy.paused_until and now < policy.paused_until:
        return policy.pause_sentence or _paused(policy.paused_until)
    if sentence := _outside_hours(policy, now):
        return sentence
    if thread.mode == Thread.Mode.CLOSED:
        return _("Comments on this post are closed.")
    if thread.paused_until and now < thread.paused_until:
        return thread.pause_sentence or _paused(thread.paused_until)
    if thread.mode != Thread.Mode.FORCED_OPEN and _is_too_old(post, policy, now):
        return _("Comments on this post are closed: they are open for %(days)s days after publication.") % {
            "days": policy.days_to_close
        }
    return None


def changes_at(post: Post, thread: Thread, policy: Policy, now: datetime.datetime) -> datetime.datetime | None:
    """When `closed_reason` may be another one, if nobody changes anything; never later than it really is."""
    times = [policy.paused_until, thread.paused_until, *_hours_after(policy, now)]
    if policy.days_to_close is not None and post.publish_at is not None:
        # On the last microsecond of the last day comments are open.
        times.append(post.publish_at + datetime.timedelta(days=policy.days_to_close, microseconds=1))
    return min((time for time in times if time is not None and time > now), default=None)


def _hours_after(policy: Policy, now: datetime.datetime) -> list[datetime.datetime]:
    """The next times at which the house opens or closes for the day."""
    if policy.opens_at is None or policy.closes_at is None:
        return []
    today = timezone.localtime(now)
    day = datetime.timedelta(days=1)
    days = [today.date(), today.date() + day]
    if len({timezone.localtime(at).utcoffset() for at in (now - day, now, now + day)}) > 1:
        # The clocks are about to be changed, or just were, and an hour comes twice: look again at every quarter of one.
        quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
        return [quarter + datetime.timedelta(minutes=15)]
    return [
        timezone.make_aware(datetime.datetime.combine(day, time))
        for day in days
        for time in (policy.opens_at, policy.closes_at)
    ]


def _outside_hours(policy: Policy, now: datetime.datetime) -> str | None:
    """The sentence for the hours in which the house is closed, told in the publication's own time."""
    opens_at, closes_at = policy.opens_at, policy.closes_at
    if opens_at is None or closes_at is None:
        return None
    local = timezone.localtime(now)
    time = local.time()
    is_open = opens_at <= time < closes_at if opens_at < closes_at else time >= opens_at or time < closes_at
    if is_open:
        return None
    hours = {"from": time_format(opens_at), "until": time_format(closes_at), "zone": local.tzname()}
    return policy.pause_sentence or _("Comments are open daily from %(from)s until %(until)s (%(zone)s).") % hours


def _is_too_old(post: Post, policy: Policy, now: datetime.datetime) -> bool:
    if policy.days_to_close is None or post.publish_at is None:
        return False
    return now - post.publish_at > datetime.timedelta(days=policy.days_to_close)


def _paused(until: datetime.datetime) -> str:
    if until == UNTIL_OPENED:
        return _("Comments are paused.")
    local = timezone.localtime(until)
    return _("Comments are paused. They open again on %(date)s at %(time)s.") % {
        "date": date_format(local),
        "time": date_format(local, "TIME_FORMAT"),
    }
