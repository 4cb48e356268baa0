"""Photos in the staff's site. They come with posts; here they are looked at, and what nobody uses is deleted."""

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from blog import pictures
from blog.admin.lists import ShortList
from blog.models import Photo


@admin.register(Photo)
class PhotoAdmin(ShortList, admin.ModelAdmin):
    list_display = ("__str__", "shown", "size", "uploaded_by", "uploaded_at")
    list_select_related = ("uploaded_by",)
    list_per_page = 20
    fields = ("shown", "size", "uploaded_by", "uploaded_at")
    readonly_fields = ("shown", "size", "uploaded_by", "uploaded_at")
    sortable_by = ()

    @admin.display(description=_("as it is"))
    def shown(self, photo: Photo) -> SafeString:
        return format_html(
            '<img class="small-photo" src="{}" alt="" width="{}" height="{}" loading="lazy">',
            photo.file.url,
            photo.width,
            photo.height,
        )

    @admin.display(description=_("size"))
    def size(self, photo: Photo) -> str:
        return f"{photo.width} × {photo.height}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Photo | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Photo | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not pictures.is_used(obj))

    def delete_model(self, request: HttpRequest, obj: Photo) -> None:
        with transaction.atomic():
            pictures.delete(obj)
