"""Posts in the staff's site: their list, and the addresses of all that can be done with one."""

import re
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog import editing, history, post_status, preview
from blog.admin.lists import ShortList
from blog.keysets import read_id
from blog.models import OldPath, Post

MOST_SEARCHED = 5_000
ADDRESS = re.compile(r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}/([-\w]+)", re.ASCII)


class WaitingFilter(admin.SimpleListFilter):
    title = _("what waits")
    parameter_name = "handed_in"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("handed in, for an editor"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        return queryset.filter(handed_in_at__isnull=False) if self.value() == "yes" else queryset


@admin.register(Post)
class PostAdmin(ShortList, admin.ModelAdmin):
    list_display = ("title", "seen_by", "named", "published_date", "handed_in_at")
    list_filter = (WaitingFilter, "status")
    search_fields = ("title",)
    sortable_by = ()
    ordering = ("-pk",)
    list_per_page = 50
    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        posts: Any = super().get_queryset(request)
        found: QuerySet[Post] = posts.newest_editable_by(request.user, self.paginator.MOST).with_cards()
        return found

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Post | None:
        """Any post, for who may do what with it is asked of each."""
        return Post.objects.filter(pk=read_id(object_id)).first()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """The post whose address was typed, or else newer ones by the words of their titles.

        A word within a title no index finds on every database, so titles are read, and only so many.
        """
        if address := ADDRESS.search(search_term.lower()):
            moved = list(OldPath.objects.filter(path=address[0]).values_list("post", flat=True))
            return queryset.filter(Q(slug=address[1]) | Q(pk__in=moved)), False
        newest = Post.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        return super().get_search_results(request, queryset.filter(pk__gt=newest - MOST_SEARCHED), search_term)

    @admin.display(description=_("who can see it"))
    def seen_by(self, post: Post) -> str:
        return post_status.who_can_see(post, timezone.now())

    @admin.display(description=_("authors"))
    def named(self, post: Post) -> str:
        return ", ".join(line.author.name for line in post.bylines.all())

    def has_view_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        if allowed and obj is not None and obj.pk:
            return Post.objects.editable_by(request.user).filter(pk=obj.pk).exists()
        return allowed

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """What was public is taken down, never deleted; what is scheduled is an editor's to delete."""
        if not super().has_delete_permission(request, obj):
            return False
        if obj is None:
            return True
        is_free = obj.status != Post.Status.PUBLISHED or request.user.has_perm("blog.publish_post")
        return is_free and not obj.has_been_public(timezone.now()) and self.has_change_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        own = [
            ("preview", preview.preview),
            ("compare", history.compare),
            ("restore", history.restore),
            ("call-off", history.call_off),
        ]
        pages = [
            path(f"<int:post_id>/{word}/", self.admin_site.admin_view(self._for(view)), name=f"blog_post_{word}")
            for word, view in own
        ]
        return [*pages, *super().get_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if object_id is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return editing.edit(self, request, None)
        return editing.edit(self, request, self.allowed_post(request, object_id))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return history.history(self, request, self.allowed_post(request, object_id))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self.allowed_post(request, object_id)
        return super().delete_view(request, object_id, extra_context)

    def allowed_post(self, request: HttpRequest, object_id: str | int) -> Post:
        """The post of an address, for those who may write it. Raises Http404 and PermissionDenied."""
        post = Post.objects.filter(pk=read_id(str(object_id))).first()
        if not super().has_change_permission(request):
            raise PermissionDenied
        if post is None:
            raise Http404("There is no such post.")
        if not self.has_change_permission(request, post):
            raise PermissionDenied
        return post

    def needs_publisher(self, request: HttpRequest) -> None:
        if not request.user.has_perm("blog.publish_post"):
            raise PermissionDenied

    def _for(self, view: Any) -> Any:
        def opened(request: HttpRequest, post_id: int) -> HttpResponse:
            answer: HttpResponse = view(self, request, self.allowed_post(request, post_id))
            return answer

        return opened
