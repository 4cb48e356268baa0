"""What happens to a post: saved, handed in, handed back, published, scheduled, taken down.

Every act makes a Revision, numbered within its post. The number an editor's page was drawn from comes back with the
act: whoever acts on an older number is refused (`Outdated`), with the text that has come since, and nothing is
written. The post's row is locked while an act looks and writes, and the unique pair (post, number) holds in any case.
What is public is decided by `Post.objects.published` alone.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import InternalError, OperationalError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from blog import links, markup, memberships, notifications, pages, revisions
from blog.models import Post, Revision
from blog.revisions import Snapshot

Act = Revision.Act


class Outdated(Exception):
    """A colleague acted on the post since the page that sent this was drawn."""

    def __init__(self, newest: Revision) -> None:
        super().__init__(f"revision {newest.number} is newer")
        self.newest = newest


@dataclass(frozen=True)
class Step:
    """Who acts, when, why, and on which revision's number the act is based (0 for a post not yet saved)."""

    base: int
    by: Any
    now: datetime.datetime
    note: str = ""


@transaction.atomic
def save(post: Post, snapshot: Snapshot, step: Step) -> Revision:
    """Store what was typed as a new revision.

    Where the post is not published, the text is copied onto it at once; a published post keeps its text until
    someone publishes the changes. Saving what is there already writes nothing. Raises Outdated.
    """
    newest = _locked(post, step)
    snapshot = _settled(post, snapshot)
    if newest and newest.snapshot == snapshot:
        return newest
    return _record(post, Act.SAVED, snapshot, step, is_live=post.status != Post.Status.PUBLISHED)


@transaction.atomic
def hand_in(post: Post, snapshot: Snapshot, step: Step) -> Revision:
    """Store what was typed and ask the editors to look at it. Raises Outdated."""
    _locked(post, step)
    is_live = post.status != Post.Status.PUBLISHED
    if is_live:
        post.status = Post.Status.IN_REVIEW
    post.handed_in_at = step.now
    return _record(post, Act.HANDED_IN, _settled(post, snapshot), step, is_live=is_live)


@transaction.atomic
def hand_back(post: Post, snapshot: Snapshot, step: Step) -> Revision:
    """Return a post to its author, with the step's note saying what is wanted. Raises Outdated."""
    _locked(post, step)
    is_live = post.status != Post.Status.PUBLISHED
    if is_live:
        post.status = Post.Status.DRAFT
    post.handed_in_at = None
    return _record(post, Act.RETURNED, _settled(post, snapshot), step, is_live=is_live)


@transaction.atomic
def publish(post: Post, snapshot: Snapshot, step: Step, *, is_material: bool = False) -> Revision:
    """Make this text what readers see, from its `publish_at` on (empty: from now on). Raises Outdated.

    `is_material` says that the change is one readers should know of: it moves the date of "Updated".
    """
    _locked(post, step)
    publish_at = revisions.moment(snapshot, "publish_at") or post.publish_at or step.now
    snapshot = _settled(post, snapshot | {"publish_at": publish_at.isoformat()})
    if is_material and post.has_been_public(step.now):
        post.modified_at = step.now
    post.status = Post.Status.PUBLISHED
    post.handed_in_at = None
    post.takedown_sentence = ""
    act = Act.SCHEDULED if publish_at > step.now else Act.PUBLISHED
    return _record(post, act, snapshot, step, is_material=is_material)


@transaction.atomic
def schedule_edit(
    post: Post, snapshot: Snapshot, step: Step, go_live_at: datetime.datetime, *, is_material: bool = False
) -> Revision:
    """Leave a public post's present text up until a time; `apply_due` then puts this one there. Raises Outdated."""
    _locked(post, step)
    post.handed_in_at = None
    return _record(
        post,
        Act.SCHEDULED,
        _settled(post, snapshot),
        step,
        is_live=False,
        go_live_at=go_live_at,
        is_material=is_material,
    )


@transaction.atomic
def take_down(post: Post, snapshot: Snapshot, step: Step, sentence: str = "") -> Revision:
    """Take the post from readers; if it ever was public its address answers 410 with the sentence. Raises Outdated."""
    _locked(post, step)
    if not post.has_been_public(step.now):
        post.first_public_at = None
    post.status = Post.Status.TAKEN_DOWN
    post.handed_in_at = None
    post.takedown_sentence = sentence
    return _record(post, Act.TAKEN_DOWN, _settled(post, snapshot), step)


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
        _copy(post, due.snapshot, now)
        pages.changed(*memberships.moved(post.pk, before, memberships.place(post.pk)))


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
        return _("Readers will see this post from %(time)s on.") % {"time": _spoken(post.publish_at)}
    if post.expire_at and post.expire_at <= now:
        return _("Readers cannot see this post: it expired on %(time)s.") % {"time": _spoken(post.expire_at)}
    if post.expire_at:
        return _("Everybody can see this post until %(time)s.") % {"time": _spoken(post.expire_at)}
    return _("Everybody can see this post.")


def _spoken(at: datetime.datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def _locked(post: Post, step: Step) -> Revision | None:
    """Lock the post's row, read its columns anew and return its newest revision, or raise Outdated."""
    if not post.pk:
        return None
    fresh = Post.objects.select_for_update().get(pk=post.pk)
    for field in Post._meta.concrete_fields:
        setattr(post, field.attname, getattr(fresh, field.attname))
    newest = revisions.latest(post)
    if newest and newest.number != step.base:
        raise Outdated(newest)
    return newest


def _settled(post: Post, snapshot: Snapshot) -> Snapshot:
    """The snapshot as it is stored: its HTML safe, its slug made once and free."""
    if not post.pk:
        post.slug = str(post.uid)
        post.title = snapshot["title"]
        post.save()
    wanted = snapshot["slug"] or links.make_slug(snapshot["title"]) or f"post-{post.pk}"
    return snapshot | {
        "body": markup.make_safe(snapshot["body"]),
        "slug": links.free_slug(wanted, Post, own_pk=post.pk),
    }


def _record(
    post: Post,
    act: Act,
    snapshot: Snapshot,
    step: Step,
    *,
    is_live: bool = True,
    go_live_at: datetime.datetime | None = None,
    is_material: bool = False,
) -> Revision:
    if step.base == 0 and post.created_by_id is None:
        post.created_by = step.by
    before = memberships.place(post.pk)
    if is_live:
        _copy(post, snapshot, step.now)
        # What was scheduled on an older text must not overwrite this one later.
        post.revisions.filter(applied_at__isnull=True).update(go_live_at=None)
    else:
        post.save()
    revision = Revision.objects.create(
        post=post,
        number=step.base + 1,
        act=act,
        snapshot=snapshot,
        by=step.by,
        made_at=step.now,
        note=step.note,
        is_material=is_material,
        go_live_at=go_live_at,
        applied_at=step.now if is_live else None,
    )
    notifications.post_moved_on(post, revision)
    if go_live_at:
        pages.changed(*memberships.about_to_move(post, snapshot))
    elif is_live:
        pages.changed(*memberships.moved(post.pk, before, memberships.place(post.pk)))
    return revision


def _copy(post: Post, snapshot: Snapshot, now: datetime.datetime) -> None:
    """Copy a snapshot onto the post with its times, and remember the address it had if it was public."""
    was_public = post.has_been_public(now)
    old_path = links.site_path(post) if was_public else ""
    post.publish_at = revisions.moment(snapshot, "publish_at") or (post.publish_at if was_public else None)
    post.expire_at = revisions.moment(snapshot, "expire_at")
    if post.status == Post.Status.PUBLISHED and post.publish_at:
        post.published_date = timezone.localdate(post.publish_at)
        if not was_public:
            post.first_public_at = post.publish_at
    snapshot = snapshot | {"slug": links.free_slug(snapshot["slug"], Post, own_pk=post.pk)}
    revisions.copy_onto(post, snapshot)
    if old_path:
        links.remember(post, old_path)
