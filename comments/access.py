"""Whose comments a member of the staff sees and decides about."""

from typing import Any

from django.db.models import Q, QuerySet

from blog.models import Post
from comments.models import Comment

VIEW, ALL, OWN = "comments.view_comment", "comments.moderate_all", "comments.moderate_own_posts"


def decidable(user: Any, comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Those of some comments that an account may decide about: all, those on its own posts, or none."""
    if user.has_perm(ALL):
        return comments
    return comments.filter(_on_own_posts(user)) if user.has_perm(OWN) else comments.none()


def visible(user: Any, comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Those that it may read at the desk: who moderates only their own posts sees only those."""
    if user.has_perm(OWN) and not user.has_perm(ALL):
        return comments.filter(_on_own_posts(user))
    return comments if user.has_perm(VIEW) else comments.none()


def decides_any(user: Any) -> bool:
    return bool(user.has_perm(ALL) or user.has_perm(OWN))


def _on_own_posts(user: Any) -> Q:
    # Not what it may edit: an editor may edit every post.
    return Q(thread__post__in=Post.objects.own(user))
