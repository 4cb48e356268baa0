"""The staff's pages for comments. The queue has pages of its own: see `desk`."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path

from comments import desk
from comments.models import Comment


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin):
    """No list with actions and no form that changes a comment: neither can know which version was seen."""

    actions = None

    def get_urls(self) -> list[URLPattern]:
        within = self.admin_site.admin_view
        return [
            path("", within(desk.desk), name="comments_comment_changelist"),
            path("decide/", within(desk.decide), name="comments_comment_decide"),
            path("<int:comment_id>/", within(desk.one), name="comments_comment_change"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
