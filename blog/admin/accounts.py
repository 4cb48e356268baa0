"""Accounts in the staff's site. An editor invites to a role, and shuts out authors and moderators; only a superuser
gives rights beyond the roles."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import accounts, pages, sign_in
from blog.admin.lists import ShortList
from blog.roles import INVITABLE

NAME_FIELDS = ("first_name", "last_name", "is_active")


class InviteForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=150, widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=150,
        widget=forms.EmailInput(attrs={"class": "vTextField", "autocomplete": "off"}),
        help_text=gettext_lazy("A letter with a link goes there; behind it they choose their own password."),
    )
    roles = forms.MultipleChoiceField(label=gettext_lazy("Roles"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        groups = Group.objects.order_by("pk")
        if not by.is_superuser:
            groups = groups.filter(name__in=INVITABLE)
        self.fields["roles"].choices = [(group.name, group.name) for group in groups]  # type: ignore[attr-defined]

    def invite(self) -> User | None:
        """Invite them, or say why not."""
        typed = self.cleaned_data
        try:
            return accounts.invite(typed["email"], typed["roles"], self.by, typed["name"])
        except accounts.InvitedAlready:
            said = _("This address has an account already. Its owner can use “Forgot your password?” to get a link.")
            self.add_error("email", said)
        except ValidationError as refusal:
            self.add_error("email", refusal)
        return None


class AccountAdmin(ShortList, UserAdmin):
    list_display = ("username", "full_name", "roles", "is_active", "last_login", "sign_in_lock")
    list_filter = ("is_active", "groups")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    # One at a time: a page says whose comments and posts an account leaves behind.
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=gettext_lazy("name"))
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, user: User) -> str:
        if user.is_superuser:
            return _("everything")
        return ", ".join(group.name for group in user.groups.all())

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or request.user.is_superuser or accounts.is_below_editors(obj)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if request.user.is_superuser:
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ("username", *NAME_FIELDS, "last_login")})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if request.user.is_superuser:
            return ("last_login", "date_joined")
        # Whoever could change the address could ask for a new password and be that person.
        return ("username", "last_login")

    @admin.display(description=gettext_lazy("sign-in"))
    def sign_in_lock(self, user: User) -> str:
        """Whether too many wrong passwords were tried, with the way to let them try again."""
        if not sign_in.is_locked(user.get_username(), timezone.now()):
            return ""
        address = reverse("admin:auth_user_lift_lock", args=[user.pk])
        return format_html('<a href="{}">{}</a>', address, _("Too many tries. Let them try again"))

    def get_urls(self) -> list[URLPattern]:
        lift = self.admin_site.admin_view(self.lift_lock)
        return [path("<int:id>/lift-lock/", lift, name="auth_user_lift_lock"), *super().get_urls()]

    def lift_lock(self, request: HttpRequest, id: int) -> HttpResponse:
        """Ask, and then let an account try again at once. It gives no right, so editors may do it for one another."""
        if not super().has_change_permission(request):
            raise PermissionDenied
        user = get_object_or_404(User, pk=id)
        if request.method != "POST":
            context = {
                **self.admin_site.each_context(request),
                "title": _("Let %(name)s sign in again") % {"name": accounts.name_of(user)},
                "opts": self.opts,
                "account": user,
            }
            return render(request, "admin/auth/user/lift_lock.html", context)
        sign_in.lift_lock(user.get_username())
        self.log_change(request, user, _("Allowed to try to sign in again"))
        messages.success(request, _("%(name)s can try to sign in again.") % {"name": accounts.name_of(user)})
        return HttpResponseRedirect(reverse("admin:auth_user_changelist"))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        pages.changed(f"account:{obj.pk}", "accounts")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        tag = f"account:{obj.pk}"
        sign_in.forget_account(obj.get_username())
        super().delete_model(request, obj)
        pages.changed(tag, "accounts")

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Invite somebody."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = InviteForm(request.POST if request.method == "POST" else None, by=request.user)
        if form.is_valid():
            with transaction.atomic():
                user = form.invite()
                if user:
                    self.log_addition(request, user, _("Invited"))
            if user:
                said = _("A letter to %(email)s waits in the queue. The link in it is good for three days.")
                messages.success(request, said % {"email": user.email})
                return HttpResponseRedirect(reverse("admin:auth_user_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Invite somebody"),
            "opts": self.opts,
            "form": form,
        }
        return render(request, "admin/auth/user/invite.html", context, status=422 if form.errors else 200)


admin.site.unregister(User)
admin.site.register(User, AccountAdmin)
