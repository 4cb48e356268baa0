"""Who on the staff may be told: active accounts with an address and, now, the right."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from blog.models import Byline, Post
from comments.access import ALL, OWN, accounts_with
from comments.models import Comment


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
    # Each comment that comes asks for them, and a publication that has none at all is to be found out quickly.
    if not any(given.exists() for given in _given(OWN)):
        return []
    return [user for user in _with_right(OWN).filter(_is_of(post)) if not user.has_perm(ALL)]


def owners(post: Post) -> QuerySet[Any]:
    """The accounts that made a post or are named on it."""
    return _reachable(get_user_model().objects.filter(_is_of(post)))


def _given(right: str) -> Iterator[QuerySet[Any]]:
    """The rows by which a right is given to accounts: by their groups, and to themselves."""
    accounts, codename = get_user_model(), right.partition(".")[2]
    yield accounts.groups.through.objects.filter(group__permissions__codename=codename)
    yield accounts.user_permissions.through.objects.filter(permission__codename=codename)


def _is_of(post: Post) -> Q:
    named = Byline.objects.filter(post=post, author__user__isnull=False).values("author__user")
    return Q(pk=post.created_by_id) | Q(pk__in=named)


def _with_right(right: str) -> QuerySet[Any]:
    return _reachable(accounts_with(right))


def _reachable(accounts: QuerySet[Any]) -> QuerySet[Any]:
    return accounts.filter(is_active=True, is_staff=True).exclude(email="").order_by("pk")


def _pk(user: Any) -> int:
    return int(user.pk)
