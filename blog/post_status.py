"""What the staff is told of a post at a moment, in sentences; times are said with their zone."""

import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from blog.models import Post


def who_can_see(post: Post, now: datetime.datetime) -> str:
    """One line for the edit page: who can see this post at this moment."""
    if not post.pk:
        return _("Nobody can see this post yet: it has not been saved.")
    if post.status == Post.Status.DRAFT:
        return _("Only its authors and the editors can see this post: it is a draft.")
    if post.status == Post.Status.IN_REVIEW:
        return _("Only its authors and the editors can see this post: it waits for an editor.")
    if post.status == Post.Status.TAKEN_DOWN:
        return _("Readers cannot see this post: it was taken down.")
    assert post.publish_at is not None
    if post.publish_at > now:
        return _("Readers will see this post from %(time)s on.") % {"time": spoken(post.publish_at)}
    if post.expire_at and post.expire_at <= now:
        return _("Readers cannot see this post: it expired on %(time)s.") % {"time": spoken(post.expire_at)}
    if post.expire_at:
        return _("Everybody can see this post until %(time)s.") % {"time": spoken(post.expire_at)}
    return _("Everybody can see this post.")


def spoken(at: datetime.datetime) -> str:
    """A moment in the publication's own time, as "November 28, 2026, 10:55 (New York time)"."""
    return f"{date_format(timezone.localtime(at), 'DATETIME_FORMAT')} ({zone_name()})"


def zone_name() -> str:
    """What people call the publication's time zone: "New York time" for America/New_York, or UTC."""
    area, slash, place = settings.TIME_ZONE.rpartition("/")
    return _("%(place)s time") % {"place": place.replace("_", " ")} if slash and area != "Etc" else settings.TIME_ZONE
