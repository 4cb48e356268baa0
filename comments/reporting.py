"""A reader's report of a published comment: the form, which is the same for everybody, and what became of it."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from blog import pages
from blog.models import Post
from blog.views import find_post, moment, shared, shows_post
from comments import objections, origin, threads
from comments.forms import LONGEST_ADDRESS, AddressInput, ReaderForm, TextField, TrapField, refuse_unstorable
from comments.models import Comment, Report
from comments.objections import Complaint
from comments.origin import Origin
from comments.receiving import giving_back, private, sent_from
from comments.refusals import Refusal, TooFast
from comments.views import find_approved

LONGEST = 2_000


class ReportForm(ReaderForm):
    ground = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=Report.Ground.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Please choose what fits best."),
            "invalid_choice": gettext_lazy("Please choose what fits best."),
        },
    )
    words = TextField(
        label=gettext_lazy("In your words"),
        help_text=gettext_lazy("What is it, and which words are meant? It helps whoever reads this to decide rightly."),
        required=False,
        is_one_line=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail (optional)"),
        help_text=gettext_lazy("Never shown. It is used only to send you our answer."),
        required=False,
        max_length=LONGEST_ADDRESS,
        validators=[refuse_unstorable],
        widget=AddressInput,
        error_messages={"invalid": gettext_lazy("Please give an e-mail address like name@example.org, or none.")},
    )
    subject = TrapField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.MAIL_WORKS:
            del self.fields["email"]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if typed.get("ground") == Report.Ground.OTHER and typed.get("words") == "":
            self.add_error("words", _("Please say in a few words what is wrong."))
        return typed

    def complaint(self) -> Complaint:
        typed = self.cleaned_data
        return Complaint(typed["ground"], typed["words"], typed.get("email", ""), is_machine=bool(typed["subject"]))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@giving_back(lambda request: ReportForm(initial=request.POST.dict()))
def report(request: HttpRequest, year: str, month: str, day: str, slug: str, pk: int) -> HttpResponse:
    found = find_post(request, (year, month, day, slug), now := moment(request), below=f"comments/report/{pk}/")
    if not isinstance(found, Post):
        return found
    comment = find_approved(found, pk)
    if request.method != "POST":
        shows_post(request, found)
        pages.shows(request, f"thread:{found.pk}")
        return shared(_form(request, comment, ReportForm()))
    return _taken(request, comment, now)


def _taken(request: HttpRequest, comment: Comment, now: datetime.datetime) -> HttpResponse:
    form = ReportForm(request.POST)
    if origin.of(request) is Origin.FOREIGN:
        return _form(request, comment, form, _from_another_site())
    if not form.is_valid():
        return _form(request, comment, form, _wrong_fields())
    try:
        made = objections.report(comment, form.complaint(), sent_from(request), now)
    except TooFast as refused:
        response = _form(request, comment, form, _too_many())
        response["Retry-After"] = str(refused.retry_after)
        return response
    return HttpResponseRedirect(made.get_absolute_url(), status=303)


def _form(request: HttpRequest, comment: Comment, form: ReportForm, refusal: Refusal | None = None) -> HttpResponse:
    post = comment.thread.post
    context = {
        "post": post,
        "comment": comment,
        "form": form,
        "refusal": refusal,
        "address": f"{threads.base_address(post)}report/{comment.pk}/",
    }
    return render(request, "comments/report.html", context, status=refusal.status if refusal else 200)


@require_safe
def reported(request: HttpRequest, token: str) -> HttpResponse:
    """What became of a report, for who made it. What a machine sent looks as if it waited."""
    found = get_object_or_404(Report.objects.select_related("comment__thread__post"), token=token)
    is_answered = found.answered_by_id is not None
    context = {
        "report": found,
        "is_answered": is_answered,
        "is_kept": found.result == Report.Result.KEPT,
        "is_told": bool(found.email) and settings.MAIL_WORKS,
        "post_address": found.comment.thread.post.get_absolute_url(),
    }
    return private(render(request, "comments/reported.html", context))


def _wrong_fields() -> Refusal:
    return Refusal(422, _("Your report was not sent yet. Please look at what is marked below and send it again."))


def _from_another_site() -> Refusal:
    return Refusal(
        403, _("This report came from another site, so it was not taken. If it is yours, send it from here.")
    )


def _too_many() -> Refusal:
    sentence = _("Many reports came from your connection just now. Please send yours again in ten minutes; it is kept.")
    return Refusal(429, sentence)
