"""The record of all decisions: a list to read, to filter and to take away as a table. Nothing here changes anything."""

import csv
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from blog.accounts import name_of
from blog.models import Post, Region
from comments import access, record_search
from comments.models import Comment, Decision, Reason

VIEW = "comments.view_decision"
PAGE_SIZE, EXPORTED_AT_ONCE = 50, 500
ANY_STATE = [("", gettext_lazy("any state")), *Comment.Status.choices]
POST = re.compile(r"([1-9][0-9]{0,17})|.*/([0-9]{4})/([0-9]{2})/([0-9]{2})/([-\w]+)/.*", re.ASCII)
COLUMNS = (
    "at",
    "by",
    "did",
    "from",
    "to",
    "via",
    "reason",
    "words",
    "note",
    "post",
    "comment",
    "version",
    "text",
    "step",
)
# What a spreadsheet would take for a sum to be done, in the letters of Asia's keyboards too.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")


class PostField(forms.CharField):
    """A post by its number, or by its public address as it is copied from a browser."""

    def clean(self, value: Any) -> int | None:
        typed = super().clean(value)
        if not typed:
            return None
        match = POST.fullmatch(typed if typed.isdigit() else f"{typed}/")
        if match is None:
            raise forms.ValidationError(_("Please copy the post's address here, or type its number."))
        if match[1]:
            return int(match[1])
        day = {"published_date__year": match[2], "published_date__month": match[3], "published_date__day": match[4]}
        post = Post.objects.filter(slug=match[5], **day).first()
        if post is None:
            raise forms.ValidationError(_("There is no post at this address."))
        return post.pk


class FilterForm(forms.Form):
    by = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    act = forms.ChoiceField(
        label=gettext_lazy("Did"), required=False, choices=[("", gettext_lazy("anything")), *Decision.Act.choices]
    )
    to = forms.ChoiceField(label=gettext_lazy("To"), required=False, choices=ANY_STATE)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), required=False)
    via = forms.ChoiceField(
        label=gettext_lazy("Where"), required=False, choices=[("", gettext_lazy("anywhere")), *Decision.Via.choices]
    )
    region = forms.TypedChoiceField(label=gettext_lazy("Region"), required=False, coerce=int, empty_value=None)
    post = PostField(label=gettext_lazy("Post (number or address)"), required=False, max_length=500)
    since = forms.DateField(label=gettext_lazy("From the day"), required=False)
    until = forms.DateField(label=gettext_lazy("Up to"), required=False)
    batch = forms.SlugField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Only the staff have accounts, so these are tens of rows, as are reasons and regions.
        people = get_user_model().objects.order_by("username")
        names = [(str(user.pk), name_of(user)) for user in people]
        choices = {
            "by": [("", _("anybody")), (record_search.COMMENTERS, _("commenters")), *names],
            "reason": [("", _("any reason")), *Reason.objects.values_list("pk", "label")],
            "region": [("", _("any region")), *Region.objects.order_by("name").values_list("pk", "name")],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        # This is how it is called in an address, where Python has another use for the word.
        self.fields["from"] = forms.ChoiceField(label=_("From"), required=False, choices=ANY_STATE)
        self.order_fields(["by", "act", "from", "to"])


@require_safe
@permission_required(VIEW, raise_exception=True)
def record(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    form.is_valid()
    # What makes no sense is said, and the rest is looked for.
    found = record_search.lines(form.cleaned_data, request.GET.get("after", ""), PAGE_SIZE)
    asked = {name: str(form.data[name]) for name, value in form.cleaned_data.items() if value}
    context = {
        **admin.site.each_context(request),
        "title": _("Decisions"),
        "form": form,
        "is_narrowed": any(name in asked for name in form.fields if name not in ("by", "to", "until")) or form.errors,
        "batch": asked.get("batch"),
        "decisions": found.decisions,
        "looked_until": found.looked_until,
        "next_url": _url("changelist", asked | {"after": found.end}) if found.end else "",
        "csv_url": _url("csv", asked),
        "links_comments": request.user.has_perm(access.VIEW),
    }
    return render(request, "admin/comments/decision/record.html", context)


@require_safe
@permission_required(VIEW, raise_exception=True)
def exported(request: HttpRequest) -> HttpResponseBase:
    """What the filter finds, to the last line, as a table for a spreadsheet; sent while it is read.

    No name and no address of a commenter goes along: a file that has left the house is erased by nobody.
    """
    form = FilterForm(request.GET)
    if not form.is_valid():
        return record(request)
    name = f"decisions-{timezone.localdate():%Y-%m-%d}.csv"
    response = StreamingHttpResponse(_table(form.cleaned_data), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Line:
    """What csv writes a row to, to have it as text."""

    def write(self, text: str) -> str:
        return text


def _table(wanted: dict[str, Any]) -> Iterator[str]:
    writer = csv.writer(_Line())
    # With the mark by which spreadsheets know UTF-8.
    yield "\ufeff" + writer.writerow(COLUMNS)
    for decision in record_search.all_lines(wanted, EXPORTED_AT_ONCE):
        yield writer.writerow([_cell(value) for value in _row(decision)])


def _row(decision: Decision) -> list[Any]:
    return [
        timezone.localtime(decision.at).isoformat(timespec="seconds"),
        _who(decision),
        decision.get_act_display(),
        decision.from_status,
        decision.to_status,
        decision.get_via_display(),
        decision.reason.code if decision.reason else "",
        decision.words,
        decision.note,
        decision.comment.thread.post.display_title,
        decision.comment_id,
        decision.version,
        decision.text_hash,
        decision.batch,
    ]


def _who(decision: Decision) -> str:
    """A colleague's name; whose only name is an address is called by number."""
    if decision.by is None:
        return _("its commenter")
    name = name_of(decision.by)
    return _("account %s") % decision.by.pk if "@" in name else name


def _cell(value: Any) -> str:
    text = ADDRESS.sub("[e-mail]", str(value))
    return f"'{text}" if text.lstrip().startswith(BEGINS_A_FORMULA) or text.startswith(("\t", "\r")) else text


def _url(name: str, query: dict[str, str]) -> str:
    return f"{reverse(f'admin:comments_decision_{name}')}{'?' if query else ''}{urlencode(query)}"
