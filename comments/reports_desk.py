"""The staff's page for what readers reported: each comment with its reports, to be kept or taken down with an answer.

A form names the comment's version and its branch as they were shown; what changed meanwhile is shown anew, with what
was typed.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from comments import access, moderation, objections, threads
from comments.desk.lists import FIRST_REPORTED
from comments.desk.places import ANY_KEY
from comments.desk.wishes import shown
from comments.forms import TextField, VersionField
from comments.models import Comment, Reason, Report
from comments.moderation import Kind
from comments.objections import Seen

PAGE_SIZE = 20
MOST_REPORTS = 50
# A branch of ten thousand comments has a shorter name than this.
LONGEST_BRANCH = 200_000
BRANCH = "branch"
Result = Report.Result


class AnswerForm(forms.Form):
    version = VersionField()
    branch = forms.RegexField(
        r"\A(?:[0-9]{1,18}:[0-9]{1,9}(?: |\Z))*\Z", max_length=LONGEST_BRANCH, required=False, widget=forms.HiddenInput
    )
    answer = TextField(
        label=gettext_lazy("Answer to who reported it (optional)"),
        max_length=400,
        required=False,
        widget=forms.TextInput(),
    )
    reason = forms.ModelChoiceField(
        Reason.objects.filter(is_in_use=True),
        label=gettext_lazy("If it is taken down, its writer reads"),
        required=False,
        empty_label=gettext_lazy("no reason"),
        to_field_name="code",
    )

    def seen(self, result: str) -> Seen:
        pairs = (pair.split(":") for pair in self.cleaned_data["branch"].split() if result == BRANCH)
        return Seen(self.cleaned_data["version"], [(int(pk), int(version)) for pk, version in pairs])


@dataclass(frozen=True)
class Row:
    """A reported comment as the page shows it; `replies` are the approved ones below it."""

    comment: Comment
    reports: list[Report]
    replies: list[Comment]
    public_address: str


@require_safe
def reported(request: HttpRequest) -> HttpResponse:
    """What is reported and not answered, the longest waiting first."""
    if not access.decides_any(request.user):
        raise PermissionDenied
    key = request.GET.get("after", "")
    found = access.decidable(request.user, Comment.objects.filter(reported_since__isnull=False))
    found = FIRST_REPORTED.after(found, key if ANY_KEY.fullmatch(key) else "")
    comments = list(_whole(FIRST_REPORTED.sorted(found))[: PAGE_SIZE + 1])
    next_key = FIRST_REPORTED.key(comments[PAGE_SIZE - 1]) if len(comments) > PAGE_SIZE else ""
    return _page(request, [_row(comment) for comment in comments[:PAGE_SIZE]], next_key=next_key)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report, to be read and answered."""
    if not access.decides_any(request.user):
        raise PermissionDenied
    report = Report.objects.filter(pk=report_id).first()
    found = access.decidable(request.user, Comment.objects.filter(pk=report.comment_id)) if report else None
    comment = _whole(found).first() if found is not None else None
    if report is None or comment is None:
        raise Http404
    if request.method != "POST":
        return _page(request, [_row(comment, report)])
    form, result = AnswerForm(request.POST), request.POST.get("result", "")
    if not form.is_valid() or result not in (Result.KEPT, Result.TAKEN_DOWN, BRANCH):
        return _page(request, [_row(comment, report)], form, _("Nothing was decided yet. Please look once more."), 422)
    kind = _answered(report, form, result, request.user, timezone.now())
    if kind == Kind.CONFLICT:
        sentence = _("The comment is not any more as it was shown. This is how it stands now; nothing was decided.")
        comment.refresh_from_db()
        return _page(request, [_row(comment, report)], form, sentence, 409)
    if kind == Kind.DONE:
        messages.success(request, _("Answered."))
    else:
        messages.info(request, _("A colleague has answered this already; their answer stands."))
    return HttpResponseRedirect(reverse("admin:comments_report_changelist"), status=303)


def _answered(report: Report, form: AnswerForm, result: str, by: Any, now: datetime.datetime) -> Kind:
    to = Result.KEPT if result == Result.KEPT else Result.TAKEN_DOWN
    typed = form.cleaned_data
    return objections.answer_report(report.pk, to, typed["answer"], by, now, form.seen(result), typed["reason"])


def _whole(comments: Any) -> Any:
    return comments.select_related("thread__post", "parent")


def _row(comment: Comment, only: Report | None = None) -> Row:
    reports = [only] if only else list(comment.reports.filter(result="").order_by("pk")[:MOST_REPORTS])
    is_approved = comment.status == Comment.Status.APPROVED
    is_public = is_approved and comment.thread.post.is_published(timezone.now())
    replies = [below for below in moderation.branch(comment) if below.pk != comment.pk] if is_approved else []
    return Row(comment, reports, replies, threads.address(comment) if is_public else "")


def _form_of(row: Row, typed: AnswerForm | None) -> AnswerForm:
    """Beside what the page shows now, whatever was typed beside something older."""
    present = {
        "version": row.comment.version,
        "branch": " ".join(shown(comment) for comment in [row.comment, *row.replies]),
    }
    if typed is None:
        return AnswerForm(initial=present)
    typed.data = {**typed.data.dict(), **present}  # type: ignore[attr-defined]  # a QueryDict
    return typed


def _page(
    request: HttpRequest,
    rows: list[Row],
    typed: AnswerForm | None = None,
    sentence: str = "",
    status: int = 200,
    next_key: str = "",
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Reported by readers"),
        "rows": [
            {"row": row, "form": _form_of(row, typed), "with_replies": _with_replies(len(row.replies))} for row in rows
        ],
        "sentence": sentence,
        "next_key": next_key,
        "now": timezone.now(),
    }
    return render(request, "admin/comments/report/reported.html", context, status=status)


def _with_replies(count: int) -> str:
    if not count:
        return ""
    words = ngettext("Take down with its %(count)s reply", "Take down with its %(count)s replies", count)
    return words % {"count": count}
