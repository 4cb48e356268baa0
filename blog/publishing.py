"""What happens to a post: saved, handed in, handed back, published, scheduled, unscheduled, taken down, put up again.

Readers get what the page said they would get. A post that was never public shows what was saved last; so does one that
is scheduled, if an editor saved it. Once it has been public its columns are what readers see, or saw last, and only
publishing changes them: at once, or at the time of a revision that waits (`go_live_at`). What an editor saves while one
waits is what goes up then.

Every act makes a Revision, numbered within its post. The number an editor's page was drawn from comes back with the
act: whoever acts on an older number is refused (`Outdated`), with the text that has come since, and nothing is
written. The post's row is locked while an act looks and writes, and the unique pair (post, number) holds in any case.
What is public is decided by `Post.objects.published` alone.
"""

import datetime
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
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

    Saving what is there already writes nothing. Raises Outdated.
    """
    newest = _locked(post, step)
    snapshot = _settled(post, snapshot)
    if newest and newest.snapshot == snapshot:
        return newest
    if _goes_on_post(post, step):
        return _record(post, Act.SAVED, snapshot, step)
    replaced = revisions.waiting(post).order_by("number").last() if _may_publish(step) else None
    if replaced is None:
        return _record(post, Act.SAVED, snapshot, step, is_live=False)
    return _wait_instead(replaced, post, snapshot, step)


@transaction.atomic
def hand_in(post: Post, snapshot: Snapshot, step: Step) -> Revision:
    """Store what was typed and ask the editors to look at it. Raises Outdated."""
    _locked(post, step)
    is_live = _is_unpublished(post, step)
    if is_live:
        post.status = Post.Status.IN_REVIEW
    post.handed_in_at = step.now
    return _record(post, Act.HANDED_IN, _settled(post, snapshot), step, is_live=is_live)


@transaction.atomic
def hand_back(post: Post, snapshot: Snapshot, step: Step) -> Revision:
    """Return a post to its author, with the step's note saying what is wanted. Raises Outdated."""
    _locked(post, step)
    is_live = _is_unpublished(post, step)
    if is_live:
        post.status = Post.Status.DRAFT
    post.handed_in_at = None
    return _record(post, Act.RETURNED, _settled(post, snapshot), step, is_live=is_live)


@transaction.atomic
def publish(
    post: Post, snapshot: Snapshot, step: Step, *, is_material: bool = False, keeps_waiting: bool = False
) -> Revision:
    """Make this text what readers see, from its `publish_at` on. Raises Outdated.

    Without a `publish_at` that is now; a post that was public before keeps the date it has. `is_material` says that the
    change is one readers should know of: it moves the date of "Updated". Revisions that wait for their time are called
    off, or with `keeps_waiting` stay: what they did not change themselves they take from this text.
    """
    _locked(post, step)
    known_since = post.publish_at if post.has_been_public(step.now) else None
    publish_at = revisions.moment(snapshot, "publish_at") or known_since or step.now
    snapshot = _settled(post, snapshot | {"publish_at": publish_at.isoformat()})
    if is_material and post.has_been_public(step.now):
        post.modified_at = step.now
    post.status = Post.Status.PUBLISHED
    post.handed_in_at = None
    post.takedown_sentence = ""
    act = Act.SCHEDULED if publish_at > step.now else Act.PUBLISHED
    seen = revisions.of_post(post) if keeps_waiting else {}
    revision = _record(post, act, snapshot, step, is_material=is_material, keeps_waiting=keeps_waiting)
    for waiting in revisions.waiting(post) if keeps_waiting else ():
        _renew(waiting, seen, snapshot, replace(step, base=revision.number))
    return revision


def _renew(waiting: Revision, seen: Snapshot, published: Snapshot, step: Step) -> None:
    """Let a revision that waits take over what was just published, where it had not changed it itself."""
    newest = revisions.latest(waiting.post)
    assert newest is not None
    merged = {name: published[name] if value == seen.get(name) else value for name, value in waiting.snapshot.items()}
    _wait_instead(waiting, waiting.post, merged, replace(step, base=newest.number))


def _wait_instead(waiting: Revision, post: Post, snapshot: Snapshot, step: Step) -> Revision:
    """Let this text go up at the time of another revision, in its place."""
    Revision.objects.filter(pk=waiting.pk).update(go_live_at=None)
    at, is_material = waiting.go_live_at, waiting.is_material
    return _record(post, Act.SAVED, snapshot, step, is_live=False, go_live_at=at, is_material=is_material)


@transaction.atomic
def unschedule(post: Post, snapshot: Snapshot, step: Step) -> Revision:
    """Make a scheduled post a draft again; what was typed is kept. Raises Outdated."""
    _locked(post, step)
    post.status, post.published_date, post.first_public_at = Post.Status.DRAFT, None, None
    note = step.note or _("Unscheduled")
    return _record(post, Act.SAVED, _settled(post, snapshot) | {"publish_at": None}, replace(step, note=note))


@transaction.atomic
def put_up_again(post: Post, snapshot: Snapshot, step: Step) -> Revision:
    """Show readers what they saw last, of a post that was taken down or expired; what was typed is kept as a revision.

    Raises Outdated.
    """
    typed = save(post, snapshot, step)
    seen = revisions.of_post(post)
    expires = revisions.moment(seen, "expire_at")
    seen |= {"expire_at": None} if expires and expires <= step.now else {}
    return publish(post, seen, replace(step, base=typed.number))


@transaction.atomic
def schedule_edit(
    post: Post, snapshot: Snapshot, step: Step, go_live_at: datetime.datetime, *, is_material: bool = False
) -> Revision:
    """Leave what readers see, or that they see nothing any more, until a time; `apply_due` then puts this text up.

    For a post that has been public. Raises Outdated.
    """
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
    """Take the post from readers; if it ever was public its address answers 410 with the sentence. Raises Outdated.

    The post keeps what readers saw last. What was to go up later does not.
    """
    _locked(post, step)
    if not post.has_been_public(step.now):
        post.first_public_at = None
    post.status = Post.Status.TAKEN_DOWN
    post.handed_in_at = None
    post.takedown_sentence = sentence
    post.revisions.filter(applied_at__isnull=True).update(go_live_at=None)
    return _record(post, Act.TAKEN_DOWN, _settled(post, snapshot), step, is_live=False)


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


def _is_unpublished(post: Post, step: Step) -> bool:
    """Whether readers neither know a post nor will by themselves."""
    return post.status != Post.Status.PUBLISHED and not post.has_been_public(step.now)


def _goes_on_post(post: Post, step: Step) -> bool:
    """Whether what is saved is what readers will see, without anybody's further act."""
    is_scheduled = post.status == Post.Status.PUBLISHED and not post.has_been_public(step.now)
    return _is_unpublished(post, step) or (is_scheduled and _may_publish(step))


def _may_publish(step: Step) -> bool:
    return bool(step.by.has_perm("blog.publish_post"))


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
    keeps_waiting: bool = False,
) -> Revision:
    if step.base == 0 and post.created_by_id is None:
        post.created_by = step.by
    before = memberships.place(post.pk)
    if is_live:
        copy_snapshot(post, snapshot, step.now)
        # What was scheduled on an older text must not overwrite this one later.
        if not keeps_waiting:
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
    elif is_live or act == Act.TAKEN_DOWN:
        pages.changed(*memberships.moved(post.pk, before, memberships.place(post.pk)))
    return revision


def copy_snapshot(post: Post, snapshot: Snapshot, now: datetime.datetime) -> None:
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
