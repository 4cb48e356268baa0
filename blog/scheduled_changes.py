"""Revisions that wait for their time: put up by the first rendering after it, or called off."""

import datetime

from django.db import InternalError, OperationalError, transaction

from blog import memberships, pages
from blog.models import Post, Revision
from blog.publishing import copy_snapshot


def call_off(revision: Revision) -> bool:
    """Call off a scheduled edit; False if it was applied or called off meanwhile. Its text stays a revision."""
    waiting = Revision.objects.filter(pk=revision.pk, applied_at__isnull=True, go_live_at__isnull=False)
    with transaction.atomic():
        is_called_off = bool(waiting.update(go_live_at=None))
        if is_called_off:
            pages.changed(f"post:{revision.post_id}", memberships.DUE)
    return is_called_off


class NotApplied(OperationalError):
    """The time of a scheduled edit has come, and the database takes no writing."""

    def __init__(self, posts: set[int]) -> None:
        super().__init__(f"edits of the posts {sorted(posts)} are due and cannot be written")
        self.posts = posts


def apply_due(now: datetime.datetime) -> bool:
    """Copy onto their posts the scheduled edits whose time has come, each once, whoever renders first.

    Returns whether there were any. Raises NotApplied if some could be read but not written.
    """
    is_changed, not_applied = False, set[int]()
    for due in Revision.objects.filter(go_live_at__lte=now, applied_at__isnull=True).order_by("go_live_at", "number"):
        try:
            _apply(due, now)
            is_changed = True
        except (OperationalError, InternalError):
            not_applied.add(due.post_id)
    if not_applied:
        raise NotApplied(not_applied)
    return is_changed


@transaction.atomic
def _apply(due: Revision, now: datetime.datetime) -> None:
    post = Post.objects.select_for_update().get(pk=due.post_id)
    claimed = Revision.objects.filter(pk=due.pk, applied_at__isnull=True, go_live_at__isnull=False)
    if claimed.update(applied_at=now):
        before = memberships.place(post.pk)
        if due.is_material:
            post.modified_at = due.go_live_at
        post.status, post.takedown_sentence = Post.Status.PUBLISHED, ""
        copy_snapshot(post, due.snapshot, now)
        pages.changed(*memberships.moved(post.pk, before, memberships.place(post.pk)))
