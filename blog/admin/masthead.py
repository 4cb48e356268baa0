"""The publication's own row, its authors, regions and pages: what has an address that must go on working."""

from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blog import links, markup, pages, revisions
from blog.admin.lists import ShortList
from blog.fields import BodyField
from blog.invisible import is_blank
from blog.models import Author, Page, Publication, Region
from blog.revisions import Change


class SlugMadeOnce(forms.ModelForm):
    """An empty slug is made from the name; after that it only changes where somebody writes another."""

    slug = forms.SlugField(
        label=_("Slug"),
        max_length=links.MAX_SLUG,
        required=False,
        help_text=_("The last part of the address. Empty: made from the name. Old addresses keep working."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and is_blank(self.name_typed()):
            raise ValidationError(_("There is nothing to be seen in this name. Please type it again."))
        if "slug" not in self.errors and not self.errors:
            typed: str = cleaned.get("slug", "").lower()
            wanted = typed or links.make_slug(self.name_typed()) or self._meta.model._meta.model_name or "new"
            if self.is_used_by_the_house(wanted):
                self.add_error("slug", _("The publication itself uses this address. Please choose another slug."))
            elif typed and links.has_other_owner(typed, self._meta.model, self.instance.pk):
                self.add_error("slug", links.TAKEN)
            # What was typed is never changed in silence, not even for a colleague who comes between these lines.
            cleaned["slug"] = typed or links.free_slug(wanted, self._meta.model, self.instance.pk)
        return cleaned

    def validate_unique(self) -> None:
        """The slug was looked at in `clean`; a colleague who takes it after that is met on saving (`Addressed`)."""
        try:
            self.instance.validate_unique(exclude=self._get_validation_exclusions() | {"slug"})  # type: ignore[attr-defined]
        except ValidationError as refusal:
            self._update_errors(refusal)  # type: ignore[attr-defined]

    def is_used_by_the_house(self, slug: str) -> bool:
        return False

    def name_typed(self) -> str:
        return str(self.cleaned_data.get("name") or self.cleaned_data.get("title") or "")


class AuthorForm(SlugMadeOnce):
    class Meta:
        model = Author
        fields = "__all__"  # noqa: DJ007  every field is for the editor

    def name_typed(self) -> str:
        names = ("given_name", "particle", "family_name", "suffix")
        return " ".join(self.cleaned_data.get(name, "") for name in names)


class PageForm(SlugMadeOnce):
    body = BodyField(label=_("Text"), required=False)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Page
        fields = ("title", "slug", "body", "is_public", "position", "seen_version")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflict: list[Change] | None = None
        self.initial["seen_version"] = self.instance.version if self.instance.pk else 0

    def is_used_by_the_house(self, slug: str) -> bool:
        return links.is_taken(slug)

    def clean_body(self) -> str:
        return markup.make_safe(self.cleaned_data["body"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        # Django's admin holds a transaction while it saves: whoever else saves this page now waits here.
        newest = Page.objects.select_for_update().filter(pk=self.instance.pk).first()
        if newest and newest.version != cleaned.get("seen_version"):
            theirs = {"title": newest.title, "slug": newest.slug, "body": newest.body}
            self.conflict = revisions.compare(theirs, {name: cleaned.get(name, "") for name in theirs})
            data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            data["seen_version"] = str(newest.version)
            self.data = data
            raise ValidationError(
                _("A colleague saved this page while you were writing. Look at both texts below; then save again.")
            )
        return cleaned


class Addressed(ShortList, admin.ModelAdmin):
    """A row with a public address: renaming it remembers the old address, deleting it leaves one behind (410)."""

    def is_public(self, row: Any) -> bool:
        return True

    def tags(self, row: Any, before: Any = None) -> list[str]:
        """What the pages that show this row say of it (`blog.pages`); `before` is the row as it was."""
        kind = type(row)._meta.model_name
        return [f"{kind}:{row.pk}", f"{kind}s"]

    def view_on_site(self, obj: Any) -> str | None:
        """A form that came back with a fault may hold no slug, and so no address."""
        return obj.get_absolute_url() if obj.slug and self.is_public(obj) else None

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A colleague may take the slug in the same moment: that is seen when the form is looked at again."""
        if request.method == "POST":
            with suppress(IntegrityError):
                return super().changeform_view(request, *args, **kwargs)
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        before: Any = type(obj)._default_manager.filter(pk=obj.pk).first() if change else None
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            was_public = before is not None and self.is_public(before)
            if self.is_public(obj):
                links.remember(obj, links.site_path(before) if was_public else "")
            elif was_public:
                links.hide(before)
            pages.changed(*self.tags(obj, before))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            if self.is_public(obj):
                links.forget(obj)
            tags = self.tags(obj)
            super().delete_model(request, obj)
            pages.changed(*tags)


@admin.register(Publication)
class PublicationAdmin(admin.ModelAdmin):
    """One row: its list opens it."""

    actions = None
    view_on_site = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Publication | None:
        if object_id != str(Publication.ONLY):
            return None
        publication = Publication.objects.current()
        publication.pk = Publication.ONLY
        return publication

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        pages.changed("publication")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:blog_publication_change", args=[Publication.ONLY]))

    def response_post_save_change(self, request: HttpRequest, obj: Publication) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:index"))


@admin.register(Author)
class AuthorAdmin(Addressed):
    form = AuthorForm
    list_display = ("name", "role", "user")
    list_select_related = ("user",)
    search_fields = ("family_name", "given_name")
    fieldsets = (
        (None, {"fields": ("is_organisation", "given_name", "family_name", "slug")}),
        (_("How the name is written"), {"fields": ("particle", "suffix", "is_family_first"), "classes": ("collapse",)}),
        (_("About"), {"fields": ("role", "biography", "user")}),
    )

    @admin.display(description=_("name"), ordering="family_name")
    def name(self, author: Author) -> str:
        return author.name

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return shown_to_those_who_change(super().get_model_perms(request))


@admin.register(Region)
class RegionAdmin(Addressed):
    form = SlugMadeOnce
    fields = ("name", "slug", "parent", "description")
    list_display = ("name", "parent", "slug")
    list_select_related = ("parent",)
    search_fields = ("name",)

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return shown_to_those_who_change(super().get_model_perms(request))


@admin.register(Page)
class PageAdmin(Addressed):
    form = PageForm
    fields = ("title", "slug", "body", "is_public", "position", "seen_version")
    list_display = ("title", "slug", "is_public", "position", "saved_at")

    def is_public(self, row: Page) -> bool:
        return row.is_public

    def tags(self, row: Page, before: Page | None = None) -> list[str]:
        """Every page names the plain pages at its foot, so all are drawn anew, but not for a text alone."""
        own = [f"page:{row.pk}", "pages:texts"]
        at_the_foot = ("title", "slug", "is_public", "position")
        is_same = before is not None and all(getattr(row, name) == getattr(before, name) for name in at_the_foot)
        return own if is_same else [*own, "pages"]

    def save_model(self, request: HttpRequest, obj: Page, form: Any, change: bool) -> None:  # noqa: FBT001
        if change:
            obj.version += 1
        super().save_model(request, obj, form, change)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        response = super().render_change_form(request, context, *args, **kwargs)
        if context["adminform"].form.is_bound:
            response.status_code = 409 if context["adminform"].form.conflict else 422
        return response


def shown_to_those_who_change(rights: dict[str, bool]) -> dict[str, bool]:
    """Authors may look these rows up where they choose from them; their first page shows only what is theirs."""
    return rights if rights["change"] else dict.fromkeys(rights, False)
