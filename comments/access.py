"""Whose comments a member of the staff sees and decides about."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from blog.models import Author, Byline, Post
from comments.models import Comment, Thread

VIEW, ALL, OWN = "comments.view_comment", "comments.moderate_all", "comments.moderate_own_posts"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def decidable(user: Any, comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Those of some comments that an account may decide about: all, those on its own posts, or none."""
    if user.has_perm(ALL):
        return comments
    return comments.filter(_on_own_posts(user)) if user.has_perm(OWN) else comments.none()


def visible(user: Any, comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Those that it may read at the desk: who moderates only their own posts sees only those."""
    if is_host(user):
        return comments.filter(_on_own_posts(user))
    return comments if user.has_perm(VIEW) else comments.none()


def decides_any(user: Any) -> bool:
    return bool(user.has_perm(ALL) or user.has_perm(OWN))


def is_reader(user: Any) -> bool:
    """Whether the desk is open to it at all."""
    return bool(user.has_perm(VIEW) or decides_any(user))


def is_host(user: Any) -> bool:
    """Whether it moderates its own posts and no others."""
    return bool(user.has_perm(OWN) and not user.has_perm(ALL))


def own_threads(user: Any) -> list[int]:
    """The threads of its own posts, as `visible` has them, for lists: found by the account, not by the comments.

    A person writes thousands of posts in a life, not millions, so these are read whole.
    """
    signed = Byline.objects.filter(author__in=Author.objects.filter(user=user).values("pk"))
    posts = {
        *Post.objects.filter(created_by=user).values_list("pk", flat=True),
        *signed.values_list("post_id", flat=True),
    }
    return list(Thread.objects.filter(post__in=posts).values_list("pk", flat=True))


def has_colleague(user: Any) -> bool:
    """Whether somebody else may decide about every comment."""
    return bool(accounts_with(ALL).exclude(pk=user.pk).exists())


def accounts_with(right: str) -> QuerySet[Any]:
    return get_user_model().objects.with_perm(right, backend=BACKEND)


def _on_own_posts(user: Any) -> Q:
    # Not what it may edit: an editor may edit every post.
    return Q(thread__post__in=Post.objects.own(user))
