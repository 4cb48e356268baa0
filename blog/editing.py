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
from django.utils.translation import gettext_lazy

from blog import accounts, publishing, revisions
from blog.forms import PostForm
from blog.models import Post, Revision
from blog.publishing import Outdated, Step

if TYPE_CHECKING:
    from blog.admin.posts import PostAdmin

Status = Post.Status
MOST_ATTEMPTS = 5


@dataclass(frozen=True)
class Button:
    act: str
    label: Any
    is_main: bool = False


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
    publishing.apply_due(now)
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
    )
    return Desk(admin, request, post, form, now)


def begun(request: HttpRequest) -> Post | None:
    """The post that an earlier press of the same new form has made: a double click makes one post, not two."""
    try:
        uid = uuid.UUID(request.POST.get("uid", ""))
    except ValueError:
        return None
    return Post.objects.filter(uid=uid).first() or Post(uid=uid)


def buttons(post: Post, by: Any, now: datetime.datetime) -> list[Button]:
    """What this account may do with this post now. Save stands first: Enter in a field presses the first button."""
    is_live = post.is_published(now)
    save = gettext_lazy("Save without publishing") if is_live else gettext_lazy("Save")
    offered = [Button("save", save), Button("preview", gettext_lazy("Save and preview"))]
    if not by.has_perm("blog.publish_post"):
        return [*offered, Button("hand_in", gettext_lazy("Hand in"), is_main=True)]
    if post.handed_in_at:
        offered.append(Button("hand_back", gettext_lazy("Hand back")))
    publish = gettext_lazy("Publish changes") if is_live else gettext_lazy("Publish or schedule")
    offered.append(Button("publish", publish, is_main=True))
    if post.status == Status.PUBLISHED:
        offered.append(Button("take_down", gettext_lazy("Take down")))
    return offered


def _press(desk: Desk) -> HttpResponse:
    act = desk.request.POST.get("act", "")
    act = act if act in ACTS else "save"
    if act in ONLY_PUBLISHERS and not desk.form.may_publish:
        desk.form.add_error(
            None, _("Only editors may do that. Your text is still here: you can save it or hand it in.")
        )
        return _page(desk, status=403)
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
    is_material = desk.form.cleaned_data.get("is_material", False)
    go_live_at = desk.form.cleaned_data.get("go_live_at")
    if go_live_at:
        return publishing.schedule_edit(desk.post, desk.form.snapshot(), step, go_live_at, is_material=is_material)
    return publishing.publish(desk.post, desk.form.snapshot(), step, is_material=is_material)


def _take_down(desk: Desk, step: Step) -> Revision:
    sentence = desk.form.cleaned_data.get("takedown_sentence", "")
    return publishing.take_down(desk.post, desk.form.snapshot(), step, sentence)


ACTS: dict[str, Callable[[Desk, Step], Revision]] = {
    "save": _save,
    "preview": _save,
    "hand_in": _hand_in,
    "hand_back": _hand_back,
    "publish": _publish,
    "take_down": _take_down,
}
ONLY_PUBLISHERS = {"hand_back", "publish", "take_down"}
MADE_BY = {
    "save": {Revision.Act.SAVED},
    "preview": {Revision.Act.SAVED},
    "hand_in": {Revision.Act.HANDED_IN},
    "hand_back": {Revision.Act.RETURNED},
    "publish": {Revision.Act.PUBLISHED, Revision.Act.SCHEDULED},
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
    }.get(act) or _("Saved as revision %(number)s.") % {"number": revision.number}
    if revision.go_live_at:
        said = _("Readers keep the present text until the time you chose.")
    messages.success(desk.request, said)
    wanted, slug = desk.form.cleaned_data.get("slug"), revision.snapshot["slug"]
    if wanted and wanted != slug:
        taken = _("Another post has or had the address “%(wanted)s”, so this one has “%(slug)s”.")
        messages.warning(desk.request, taken % {"wanted": wanted, "slug": slug})


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
        "buttons": buttons(post, request.user, now),
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
    return {
        "who_can_see": publishing.who_can_see(post, now),
        "status": post.get_status_display() if post.pk else "",
        "is_public": is_public,
        "newest": newest,
        "live": live,
        "has_pending": bool(is_public and newest and live and newest.number != live.number),
        "waiting_edits": list(revisions.waiting(post)),
    }
