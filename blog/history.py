"""The history of a post: its revisions, what differs between two of them, and going back to one."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from blog import editing, post_status, publishing, revisions, scheduled_changes
from blog.keysets import read_id
from blog.models import Post, Revision
from blog.publishing import Outdated, Step
from blog.revisions import Snapshot

if TYPE_CHECKING:
    from blog.admin.posts import PostAdmin

SHOWN = 200
# Going back to an old text moves neither the post's dates nor, without the right to publish, its address.
KEPT = ("publish_at", "expire_at")


def history(admin: "PostAdmin", request: HttpRequest, post: Post) -> HttpResponse:
    now = timezone.now()
    scheduled_changes.apply_due(now)
    steps = list(post.revisions.select_related("by").defer("snapshot")[:SHOWN])
    context = {"title": _("History"), "steps": steps, **editing.standing(post, now)}
    return _page(admin, request, post, "history.html", context)


def compare(admin: "PostAdmin", request: HttpRequest, post: Post) -> HttpResponse:
    """What differs between two revisions named by number, "live" or "newest"."""
    scheduled_changes.apply_due(timezone.now())
    older, newer = named(post, request.GET.get("older", "live")), named(post, request.GET.get("newer", "newest"))
    if older.number > newer.number:
        older, newer = newer, older
    changes = revisions.compare(older.snapshot, newer.snapshot)
    title = _("Revisions %(older)s and %(newer)s") % {"older": older.number, "newer": newer.number}
    context = {"title": title, "older": older, "newer": newer, "changes": changes}
    return _page(admin, request, post, "compare.html", context)


def restore(admin: "PostAdmin", request: HttpRequest, post: Post) -> HttpResponse:
    """Make the text of an old revision the newest one; of a public post, readers keep what they see."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    now = timezone.now()
    wanted, newest = named(post, request.POST.get("revision", "")), named(post, "newest")
    note = _("Brought back from revision %(number)s") % {"number": wanted.number}
    step = Step(_base(request), request.user, now, note)
    try:
        with transaction.atomic():
            made = publishing.save(post, _brought_back(wanted, newest, request), step)
            if made.number != step.base:
                admin.log_change(request, post, note)
    except Outdated as outdated:
        messages.error(request, _too_late(outdated.newest))
        return HttpResponseRedirect(reverse("admin:blog_post_history", args=[post.pk]))
    messages.success(request, f"{note}. {post_status.who_can_see(post, now)}")
    return HttpResponseRedirect(reverse("admin:blog_post_change", args=[post.pk]))


def call_off(admin: "PostAdmin", request: HttpRequest, post: Post) -> HttpResponse:
    """Call off an edit that was to go up later."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    admin.needs_publisher(request)
    revision = named(post, request.POST.get("revision", ""))
    with transaction.atomic():
        is_called_off = scheduled_changes.call_off(revision)
        if is_called_off:
            admin.log_change(request, post, _("Called off revision %(number)s") % {"number": revision.number})
    if is_called_off:
        kept = _("Called off. Its text is kept as revision %(number)s.")
        messages.success(request, kept % {"number": revision.number})
    else:
        messages.error(request, _("It was too late to call this off: please look at what readers see now."))
    return HttpResponseRedirect(reverse("admin:blog_post_change", args=[post.pk]))


def named(post: Post, word: str) -> Revision:
    """A revision of the post by its number, "newest" or "live". Raises Http404."""
    if word in ("newest", "live"):
        found = revisions.latest(post) if word == "newest" else revisions.live(post)
    else:
        found = post.revisions.select_related("by").filter(number=read_id(word)).first()
    if found is None:
        raise Http404("This post has no such revision.")
    return found


def _brought_back(wanted: Revision, newest: Revision, request: HttpRequest) -> Snapshot:
    kept = KEPT if request.user.has_perm("blog.publish_post") else (*KEPT, "slug")
    snapshot: Snapshot = newest.snapshot | wanted.snapshot
    return snapshot | {name: newest.snapshot[name] for name in kept}


def _base(request: HttpRequest) -> int:
    """The number of the newest revision when the page was drawn; without one, the answer is always "too late"."""
    return read_id(request.POST.get("base", ""))


def _too_late(newest: Revision) -> str:
    said = _("%(name)s has made revision %(number)s meanwhile. Please look at it and try again if you still want to.")
    return said % {"name": editing.name_of(newest.by), "number": newest.number}


def _page(admin: "PostAdmin", request: HttpRequest, post: Post, template: str, context: dict[str, Any]) -> HttpResponse:
    frame = admin.admin_site.each_context(request) | {"opts": Post._meta, "original": post, "subtitle": post.title}
    return render(request, f"admin/blog/post/{template}", frame | context)
