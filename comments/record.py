"""The record of all decisions: a list to read and to filter. Nothing here changes anything."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from comments import places
from comments.models import Comment, Decision

PAGE_SIZE = 50


class FilterForm(forms.Form):
    by = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    to = forms.ChoiceField(
        label=gettext_lazy("To"), required=False, choices=[("", gettext_lazy("any state")), *Comment.Status.choices]
    )
    until = forms.DateField(
        label=gettext_lazy("Up to"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Only the staff have accounts, so these are tens of rows.
        people = get_user_model().objects.order_by("username")
        names = [(str(user.pk), user.get_full_name() or user.get_username()) for user in people]
        self.fields["by"] = forms.ChoiceField(
            label=self.fields["by"].label, required=False, choices=[("", _("anybody")), *names]
        )


@require_safe
@permission_required("comments.view_decision", raise_exception=True)
def record(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = _after(_filtered(wanted), request.GET.get("after", ""))
    decisions = list(found.select_related("comment", "by", "reason")[: PAGE_SIZE + 1])
    shown = decisions[:PAGE_SIZE]
    next_url = ""
    if len(decisions) > PAGE_SIZE:
        query = {name: str(value) for name, value in wanted.items() if value}
        query["after"] = places.key(shown[-1].at, shown[-1].pk)
        next_url = f"{reverse('admin:comments_decision_changelist')}?{urlencode(query)}"
    context = {
        **admin.site.each_context(request),
        "title": _("Decisions"),
        "form": form,
        "decisions": shown,
        "next_url": next_url,
        "links_comments": request.user.has_perm("comments.view_comment"),
    }
    return render(request, "admin/comments/decision/record.html", context)


def _filtered(wanted: dict[str, Any]) -> QuerySet[Decision]:
    found = Decision.objects.order_by("-at", "-pk")
    if wanted.get("by"):
        found = found.filter(by=int(wanted["by"]))
    if wanted.get("to"):
        found = found.filter(to_status=wanted["to"])
    if day := wanted.get("until"):
        found = found.filter(at__lt=_midnight_after(day))
    return found


def _midnight_after(day: datetime.date) -> datetime.datetime:
    day = min(day, datetime.date.max - datetime.timedelta(days=2)) + datetime.timedelta(days=1)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def _after(found: QuerySet[Decision], key: str) -> QuerySet[Decision]:
    place = places.read_key(key)
    if place is None:
        return found
    at, pk = place
    return found.filter(Q(at__lt=at) | Q(pk__lt=pk), at__lte=at)
