"""A post as its readers would see it, for those who may write it. It is drawn anew each time and never kept."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils import timezone

from blog import history, revisions, scheduled_changes, views
from blog.models import Post

if TYPE_CHECKING:
    from blog.admin.posts import PostAdmin


def preview(admin: "PostAdmin", request: HttpRequest, post: Post) -> HttpResponse:
    """The reader's page of the newest revision, or of the one named in `?revision=`."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    now = timezone.now()
    scheduled_changes.apply_due(now)
    revision = history.named(post, request.GET.get("revision", "newest"))
    drawn = revisions.draw(post, revision.snapshot, now)
    extra = {"edit_address": reverse("admin:blog_post_change", args=[post.pk])}
    response = views.render_post(request, drawn, is_preview=True, extra=extra)
    response["X-Robots-Tag"] = "noindex"
    return response
