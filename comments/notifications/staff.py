"""Who on the staff may be told: active accounts with an address and, now, the right."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from blog import pages
from blog.models import Byline, Post
from comments.access import ALL, OWN, accounts_with
from comments.models import Comment, Preference


@dataclass(frozen=True)
class Listeners:
    """Who may want to hear of each comment as it comes."""

    at_once: frozenset[int]
    # Whether anybody moderates only their own posts.
    are_hosts: bool


def known_listeners(now: datetime.datetime) -> Listeners:
    """As this process read it last: each comment that comes asks for it, and who has a right takes long to be found.

    What is changed in a shell, later processes see.
    """
    asked = HttpRequest()
    pages.begin(asked, now)
    return pages.known(asked, "listeners", _listeners, ["accounts", "preferences"])


def deciding() -> list[Any]:
    """Who decides about any comments at all."""
    return sorted({*_with_right(ALL), *_with_right(OWN)}, key=_pk)


def deciding_about(comment: Comment) -> list[Any]:
    """Who decides about one comment: those who decide about all, and the hosts of its post."""
    return sorted({*deciding_about_all(), *hosts(comment.thread.post)}, key=_pk)


def deciding_about_all() -> QuerySet[Any]:
    return _with_right(ALL)


def hosts(post: Post) -> list[Any]:
    """The post's own people who moderate what is said on their posts, and nothing else."""
    return [user for user in _with_right(OWN).filter(_is_of(post)) if not user.has_perm(ALL)]


def owners(post: Post) -> QuerySet[Any]:
    """The accounts that made a post or are named on it."""
    return _reachable(get_user_model().objects.filter(_is_of(post)))


def _listeners() -> Listeners:
    at_once = Preference.objects.filter(queue_mail=Preference.QueueMail.IMMEDIATE).values_list("user", flat=True)
    return Listeners(frozenset(at_once), are_hosts=any(not user.has_perm(ALL) for user in _with_right(OWN)))


def _is_of(post: Post) -> Q:
    named = Byline.objects.filter(post=post, author__user__isnull=False).values("author__user")
    return Q(pk=post.created_by_id) | Q(pk__in=named)


def _with_right(right: str) -> QuerySet[Any]:
    return _reachable(accounts_with(right))


def _reachable(accounts: QuerySet[Any]) -> QuerySet[Any]:
    return accounts.filter(is_active=True, is_staff=True).exclude(email="").order_by("pk")


def _pk(user: Any) -> int:
    return int(user.pk)
