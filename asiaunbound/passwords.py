"""Django's own pages for a forgotten password, in the admin's frame; the letter's link comes from SITE_URL."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views
from django.urls import path
from django.utils.functional import lazy

from blog.accounts import ForgottenPasswordForm
from blog.models import Publication

SCHEME, _, DOMAIN = settings.SITE_ORIGIN.partition("://")
FRAME = {"site_header": admin.site.site_header, "site_title": admin.site.site_title}
publication_name = lazy(lambda: Publication.objects.current().name, str)
LETTER = {"protocol": SCHEME, "domain": DOMAIN, "site_name": publication_name()}  # type: ignore[no-untyped-call]

urlpatterns = [
    path(
        "",
        views.PasswordResetView.as_view(
            form_class=ForgottenPasswordForm, extra_context=FRAME, extra_email_context=LETTER
        ),
        name="admin_password_reset",
    ),
    path("sent/", views.PasswordResetDoneView.as_view(extra_context=FRAME), name="password_reset_done"),
    path(
        "<uidb64>/<token>/",
        views.PasswordResetConfirmView.as_view(extra_context=FRAME),
        name="password_reset_confirm",
    ),
    path("done/", views.PasswordResetCompleteView.as_view(extra_context=FRAME), name="password_reset_complete"),
]
