"""Django's own pages for a forgotten password, in the admin's frame."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import views
from django.http import HttpResponse
from django.urls import path

from blog import sign_in
from blog.accounts import ForgottenPasswordForm

FRAME = {"site_header": admin.site.site_header, "site_title": admin.site.site_title}


class ChoosePasswordView(views.PasswordResetConfirmView):
    def form_valid(self, form: Any) -> HttpResponse:
        """Whoever reads the account's mail is its owner, and need not wait for others' tries to be forgotten."""
        response = super().form_valid(form)
        sign_in.lift_lock(form.user.get_username())
        return response


urlpatterns = [
    path(
        "",
        views.PasswordResetView.as_view(form_class=ForgottenPasswordForm, extra_context=FRAME),
        name="admin_password_reset",
    ),
    path("sent/", views.PasswordResetDoneView.as_view(extra_context=FRAME), name="password_reset_done"),
    path(
        "<uidb64>/<token>/",
        ChoosePasswordView.as_view(extra_context=FRAME),
        name="password_reset_confirm",
    ),
    path("done/", views.PasswordResetCompleteView.as_view(extra_context=FRAME), name="password_reset_complete"),
]
