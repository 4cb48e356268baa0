"""What a member of the staff wants to be told, and how they like to work: everybody's own page in the admin."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog import pages
from comments import access
from comments.models import Preference

# These speak of the queue, and say nothing to who decides about no comment.
OF_THE_QUEUE = ("queue_mail", "order", "has_keys")


def of(user: Any) -> Preference:
    """What an account prefers, or the defaults before it has said anything."""
    return Preference.objects.filter(user=user).first() or Preference(user=user)


def locked(user: Any) -> Preference:
    """The row, ours until the transaction ends."""
    return Preference.objects.select_for_update(of=("self",)).get_or_create(user=user)[0]


class PreferenceForm(forms.ModelForm):
    class Meta:
        model = Preference
        fields = ["queue_mail", "is_told_of_comments", "order", "has_keys"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        if not access.decides_any(self.instance.user):
            for name in OF_THE_QUEUE:
                del self.fields[name]


@require_http_methods(["GET", "HEAD", "POST"])
def preference(request: HttpRequest) -> HttpResponse:
    """Of who is signed in, and of nobody else."""
    user: Any = request.user
    if request.method != "POST":
        return _page(request, PreferenceForm(instance=of(user)))
    form = PreferenceForm(request.POST, instance=of(user))
    if not form.is_valid():
        return _page(request, form, 422)
    # Only what the form shows: when the latest digest was written is not theirs to say.
    with transaction.atomic():
        Preference.objects.update_or_create(user=user, defaults=form.cleaned_data)
        pages.changed("preferences")
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("admin:comments_preference_changelist"), status=303)


def _page(request: HttpRequest, form: PreferenceForm, status: int = 200) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": _("Your preferences"), "form": form}
    return render(request, "admin/comments/preference/preference.html", context, status=status)
