"""The page on which a post is written: one form, a button for each act, each act one function of `blog.publishing`.

Nothing typed is ever lost here: a wrong field, a colleague who saved first, a double click all bring the form back with
what was typed in it (design law 2).
"""

import datetime
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from blog import accounts, post_status, publishing, revisions, scheduled_changes
from blog.edit_buttons import CORRECT, Button, buttons
from blog.forms import PostForm
from blog.models import Post, Revision
from blog.publishing import Outdated, Step

if TYPE_CHECKING:
    from blog.admin.posts import PostAdmin

Status = Post.Status
MOST_ATTEMPTS = 5


@dataclass(frozen=True)
class Desk:
    """What one request works with."""

    admin: "PostAdmin"
    request: HttpRequest
    post: Post
    form: PostForm
    now: datetime.datetime


def edit(admin: "PostAdmin", request: HttpRequest, post: Post | None) -> HttpResponse:
    """Show the form or do what its pressed button says."""
    if request.method != "POST":
        return _page(_desk(admin, request, post))
    for _attempt in range(MOST_ATTEMPTS - 1):
        # Sent twice in the same moment, the other one has made the post; or a colleague took the slug; or what was
        # chosen has just been deleted. Each is seen, and said, when the form is looked at again.
        with suppress(IntegrityError):
            return _press(_desk(admin, request, post))
    return _press(_desk(admin, request, post))


def _desk(admin: "PostAdmin", request: HttpRequest, post: Post | None) -> Desk:
    now = timezone.now()
    scheduled_changes.apply_due(now)
    post = post or begun(request) or Post(uid=uuid.uuid4())
    if post.pk and not admin.has_change_permission(request, post):
        raise PermissionDenied
    form = PostForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        post=post,
        newest=revisions.latest(post),
        by=request.user,
        now=now,
        is_live_text=(request.POST if request.method == "POST" else request.GET).get("text") == "live",
    )
    return Desk(admin, request, post, form, now)


def begun(request: HttpRequest) -> Post | None:
    """The post that an earlier press of the same new form has made: a double click makes one post, not two."""
    try:
        uid = uuid.UUID(request.POST.get("uid", ""))
    except ValueError:
        return None
    return Post.objects.filter(uid=uid).first() or Post(uid=uid)


def _press(desk: Desk) -> HttpResponse:
    act = desk.request.POST.get("act", "")
    act = act if act in ACTS else "save"
    if desk.form.is_live_text:
        # Filled with what readers see: all that can be meant is to correct that.
        act = "publish"
    if act in ONLY_PUBLISHERS and not desk.form.may_publish:
        desk.form.add_error(
            None, _("Only editors may do that. Your text is still here: you can save it or hand it in.")
        )
        return _page(desk, status=403)
    if act not in {button.act for button in _offered(desk)}:
        desk.form.add_error(
            None, _("This cannot be done any more: look at how the post stands now. Your text is here.")
        )
        return _page(desk, status=422)
    if not desk.form.is_valid():
        return _page(desk, status=422)
    try:
        revision = _do(desk, act)
    except Outdated as outdated:
        if not _is_done_already(desk, act, outdated.newest):
            desk.form.show_conflict(outdated.newest)
            return _page(desk, status=409)
        revision = outdated.newest
    _tell(desk, act, revision)
    where = "admin:blog_post_preview" if act == "preview" else "admin:blog_post_change"
    return HttpResponseRedirect(reverse(where, args=[desk.post.pk]))


def _do(desk: Desk, act: str) -> Revision:
    is_new = desk.post.pk is None
    base: int = desk.form.cleaned_data["base"]
    step = Step(0 if is_new else base, desk.request.user, desk.now, desk.form.cleaned_data["note"])
    with transaction.atomic():
        revision = ACTS[act](desk, step)
        wanted = desk.form.cleaned_data.get("slug")
        if wanted not in ("", None, desk.form.before["slug"], revision.snapshot["slug"]):
            raise IntegrityError("A colleague has taken the slug since the form was looked at.")
        if is_new or revision.number != step.base:
            said = revision.get_act_display() + (f": {step.note}" if step.note else "")
            log = desk.admin.log_addition if is_new else desk.admin.log_change
            log(desk.request, desk.post, said)
    return revision


def _save(desk: Desk, step: Step) -> Revision:
    return publishing.save(desk.post, desk.form.snapshot(), step)


def _hand_in(desk: Desk, step: Step) -> Revision:
    return publishing.hand_in(desk.post, desk.form.snapshot(), step)


def _hand_back(desk: Desk, step: Step) -> Revision:
    return publishing.hand_back(desk.post, desk.form.snapshot(), step)


def _publish(desk: Desk, step: Step) -> Revision:
    """At once, also what was scheduled; only what somebody typed into the field could be another time."""
    snapshot, form = desk.form.snapshot(), desk.form
    publish_at = revisions.moment(snapshot, "publish_at")
    if publish_at and publish_at > step.now:
        snapshot["publish_at"] = None
    is_material = form.cleaned_data.get("is_material", False)
    return publishing.publish(desk.post, snapshot, step, is_material=is_material, keeps_waiting=form.is_live_text)


def _schedule(desk: Desk, step: Step) -> Revision:
    snapshot, typed = desk.form.snapshot(), desk.form.cleaned_data
    go_live_at, is_material = typed.get("go_live_at"), typed.get("is_material", False)
    if go_live_at:
        return publishing.schedule_edit(desk.post, snapshot, step, go_live_at, is_material=is_material)
    return publishing.publish(desk.post, snapshot, step)


def _unschedule(desk: Desk, step: Step) -> Revision:
    return publishing.unschedule(desk.post, desk.form.snapshot(), step)


def _put_up_again(desk: Desk, step: Step) -> Revision:
    return publishing.put_up_again(desk.post, desk.form.snapshot(), step)


def _take_down(desk: Desk, step: Step) -> Revision:
    sentence = desk.form.cleaned_data.get("takedown_sentence", "")
    return publishing.take_down(desk.post, desk.form.snapshot(), step, sentence)


ACTS: dict[str, Callable[[Desk, Step], Revision]] = {
    "save": _save,
    "preview": _save,
    "hand_in": _hand_in,
    "hand_back": _hand_back,
    "publish": _publish,
    "schedule": _schedule,
    "unschedule": _unschedule,
    "put_up_again": _put_up_again,
    "take_down": _take_down,
}
ONLY_PUBLISHERS = {"hand_back", "publish", "schedule", "unschedule", "put_up_again", "take_down"}
MADE_BY = {
    "save": {Revision.Act.SAVED},
    "preview": {Revision.Act.SAVED},
    "hand_in": {Revision.Act.HANDED_IN},
    "hand_back": {Revision.Act.RETURNED},
    "publish": {Revision.Act.PUBLISHED},
    "schedule": {Revision.Act.SCHEDULED},
    "unschedule": {Revision.Act.SAVED},
    "put_up_again": {Revision.Act.PUBLISHED},
    "take_down": {Revision.Act.TAKEN_DOWN},
}


def _is_done_already(desk: Desk, act: str, newest: Revision) -> bool:
    """Whether the newest revision is this very press, sent twice by a double click."""
    typed = desk.form.snapshot()
    made = {name for name in ("slug", "publish_at") if not typed[name]}
    changed = {name for name in typed if typed[name] != newest.snapshot.get(name)}
    is_next = newest.number == desk.form.cleaned_data["base"] + 1
    return is_next and newest.by == desk.request.user and newest.act in MADE_BY[act] and changed <= made


def _tell(desk: Desk, act: str, revision: Revision) -> None:
    said = {
        "hand_in": _("Handed in. The editors see it in their list."),
        "hand_back": _("Handed back to the author."),
        "take_down": _("Taken down."),
        "publish": _("Published."),
        "unschedule": _("Unscheduled. It is a draft again."),
        "put_up_again": _("Published again as readers last saw it."),
    }.get(act) or _("Saved as revision %(number)s.") % {"number": revision.number}
    messages.success(desk.request, " ".join(filter(None, [said, _what_goes_up(desk.post, act, revision)])))
    if desk.form.has_left_photo_texts:
        messages.warning(desk.request, _("Alt text, caption and credit of the earlier photo were left out with it."))
    wanted, slug = desk.form.cleaned_data.get("slug"), revision.snapshot["slug"]
    if wanted and wanted != slug:
        taken = _("Another post has or had the address “%(wanted)s”, so this one has “%(slug)s”.")
        messages.warning(desk.request, taken % {"wanted": wanted, "slug": slug})


def _offered(desk: Desk) -> list[Button]:
    return [CORRECT] if desk.form.is_live_text else buttons(desk.post, desk.request.user, desk.now)


def _what_goes_up(post: Post, act: str, revision: Revision) -> str:
    """After a save: what readers will get by themselves, if anything."""
    if revision.go_live_at:
        said = _("It goes up on %(time)s. Until then readers see the current version.")
        return said % {"time": post_status.spoken(revision.go_live_at)}
    if post.status != Status.PUBLISHED or post.has_been_public(revision.made_at) or post.publish_at is None:
        return ""
    when = {"time": post_status.spoken(post.publish_at)}
    if revision.applied_at:
        return _("This is what goes up on %(time)s.") % when
    said = _("What goes up on %(time)s is still the text that an editor scheduled, unless an editor publishes yours.")
    return said % when


def _page(desk: Desk, status: int = 200) -> HttpResponse:
    """Draw the form, with all that its writer should know about the post."""
    admin, request, post, form, now = desk.admin, desk.request, desk.post, desk.form, desk.now
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Edit post") if post.pk else _("New post"),
        "subtitle": post.title if post.pk else None,
        "opts": Post._meta,
        "original": post if post.pk else None,
        "add": not post.pk,
        "change": bool(post.pk),
        "has_view_permission": True,
        "has_file_field": True,
        "is_popup": False,
        "form": form,
        "adminform": helpers.AdminForm(form, form.fieldsets, {}, model_admin=admin),  # type: ignore[arg-type]
        "errors": form.errors,
        "media": form.media,
        "buttons": _offered(desk),
        "can_delete": bool(post.pk) and admin.has_delete_permission(request, post),
        **standing(post, now),
    }
    return render(request, "admin/blog/post/edit.html", context, status=status)


def name_of(person: Any) -> str:
    """How a colleague is called in a sentence."""
    return accounts.name_of(person) or _("A colleague who has left")


def standing(post: Post, now: datetime.datetime) -> dict[str, Any]:
    """How things stand with a post: who can see it, what readers see, what waits, what was done last."""
    newest, live = revisions.latest(post), revisions.live(post)
    is_public = bool(post.pk) and post.is_published(now)
    is_known = bool(post.pk) and (post.status == Status.PUBLISHED or post.has_been_public(now))
    return {
        "who_can_see": post_status.who_can_see(post, now),
        "status": post.get_status_display() if post.pk else "",
        "zone": post_status.zone_name(),
        "is_public": is_public,
        "newest": newest,
        "live": live,
        "has_pending": bool(is_known and newest and live and newest.number != live.number),
        "is_to_come": is_known and not post.has_been_public(now),
        "waiting_edits": list(revisions.waiting(post)),
    }
