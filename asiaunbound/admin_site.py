from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, reverse_lazy
from django.utils import timezone

from blog import accounts, sign_in

type View = Callable[..., HttpResponseBase]


class StaffLoginForm(AdminAuthenticationForm):
    username = forms.CharField(
        label="E-mail address or user name",
        max_length=254,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username", "autocapitalize": "none"}),
    )
    # Minutes for which nobody may try, and seconds after which it is worth trying again.
    locked_for = 0
    retry_after = 0

    def clean_username(self) -> str:
        return accounts.sign_in_name(self.cleaned_data["username"])

    def clean(self) -> dict[str, Any]:
        """Look at the password if there were not too many tries, and not too many at once."""
        from asiaunbound.hashers import RETRY_AFTER, HashingBusy

        username = self.cleaned_data.get("username")
        if not username or not self.cleaned_data.get("password"):
            return super().clean()
        try:
            attempt = sign_in.start_attempt(username, self._network(), timezone.now())
        except sign_in.TooManyAttempts as refused:
            self.locked_for, self.retry_after = -(-refused.retry_after // 60), refused.retry_after
            raise ValidationError("Too many tries.", code="locked") from None
        try:
            cleaned = super().clean()
        except HashingBusy:
            attempt.delete()
            self.retry_after = RETRY_AFTER
            raise ValidationError("Others are signing in.", code="busy") from None
        sign_in.finish_attempt(attempt)
        return cleaned

    def _network(self) -> str | None:
        from comments import network, receiving

        return network.cut(receiving.sent_from(self.request)) if self.request else None


class StaffSite(AdminSite):
    site_header = "Asia Unbound"
    site_title = "Asia Unbound"
    index_title = "Your work"
    # Under the path of SITE_URL, where Django would say "/".
    site_url = reverse_lazy("blog:home")  # type: ignore[assignment]  # as good as its text
    login_form = StaffLoginForm

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response = super().login(request, extra_context)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if isinstance(form, StaffLoginForm) and form.retry_after:
            response.status_code = 429 if form.locked_for else 503
            response["Retry-After"] = str(form.retry_after)
        return response

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
