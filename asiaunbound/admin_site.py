from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, reverse_lazy

from blog import accounts

type View = Callable[..., HttpResponseBase]


class StaffLoginForm(AdminAuthenticationForm):
    username = forms.CharField(
        label="E-mail address or user name",
        max_length=254,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username", "autocapitalize": "none"}),
    )

    def clean_username(self) -> str:
        return accounts.sign_in_name(self.cleaned_data["username"])


class StaffSite(AdminSite):
    site_header = "Asia Unbound"
    site_title = "Asia Unbound"
    index_title = "Your work"
    # Under the path of SITE_URL, where Django would say "/".
    site_url = reverse_lazy("blog:home")  # type: ignore[assignment]  # as good as its text
    login_form = StaffLoginForm

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without the door that leads any colleague from any row's number to its public address."""
        return [found for found in super().get_urls() if getattr(found, "name", None) != "view_on_site"]

    def admin_view[V: View](self, view: V, cacheable: bool = False) -> V:  # noqa: FBT001, FBT002  (Django's own)
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def keeping_what_was_typed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            # Django would send to the sign-in page, and what was typed would be gone.
            if request.method == "POST" and not self.has_permission(request):
                from asiaunbound.send_again import send_again

                return send_again(request, is_signed_out=True)
            return guarded(request, *args, **kwargs)

        return cast(V, keeping_what_was_typed)
