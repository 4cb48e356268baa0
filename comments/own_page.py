"""A commenter's own page for one comment: what became of it, and all that its writer can still do with it.

Nobody else knows its address, so whoever opens it is believed to be who wrote. Spam looks as if it waited: a machine
learns nothing here. Each form names the version that its page showed, and what was typed comes back if it is another
by now.
"""

import datetime
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import editing, export, objections, origin, privacy, refusals, threads, your_data
from comments.known import known_policy
from comments.models import Appeal, Comment, Decision, Wording
from comments.moderation import Kind, Outcome
from comments.origin import Origin
from comments.own_forms import ActForm, AppealForm, ChangeForm, blank_form
from comments.receiving import giving_back, private
from comments.refusals import Refusal, SaidAlready

Status, Act = Comment.Status, Decision.Act


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@giving_back(blank_form)
def mine(request: HttpRequest, token: str) -> HttpResponseBase:
    now = timezone.now()
    if request.method != "POST":
        return private(_page(request, get_object_or_404(_comments(), token=token), now))
    comment = _comments().filter(token=token).first()
    if comment is None:
        # Forgotten in another window, or by a first tap: whatever was typed into this one comes back.
        context = {"written": request.POST.get("body", "") or request.POST.get("words", "")}
        return render(request, "comments/forgotten.html", context, status=404)
    return _act(request, comment, now)


def _comments() -> Any:
    return Comment.objects.select_related("thread__post")


def _act(request: HttpRequest, comment: Comment, now: datetime.datetime) -> HttpResponseBase:
    act = request.POST.get("act", "")
    form = _form(request, act)
    if form is None:
        return _page(request, comment, now, refusal=_unclear())
    if refusal := _refusal(request, comment, form, now):
        return _page(request, comment, now, form, refusal)
    if act == "download":
        return _copy(comment)
    if act == "letter":
        your_data.send_link(comment.email, now)
        return render(request, "comments/your_data_mailed.html")
    try:
        outcome = _done(act, comment, form.cleaned_data, now)
    except SaidAlready as refused:
        return _page(request, comment, now, form, replace(refusals.of(refused, now), offer=""))
    if outcome.kind == Kind.CONFLICT:
        return _page(request, outcome.comment, now, form.shown_anew(_shown_version(outcome.comment)), _stale())
    if act == "forget":
        return render(request, "comments/forgotten.html", {"written": ""})
    return HttpResponseRedirect(comment.get_absolute_url(), status=303)


def _refusal(request: HttpRequest, comment: Comment, form: ActForm, now: datetime.datetime) -> Refusal | None:
    if origin.of(request) is Origin.FOREIGN:
        return _from_another_site()
    if not form.is_valid():
        return refusals.wrong_fields()
    wait = _seconds_to_wait(request, comment, form.cleaned_data.get("body"), now)
    return _too_fast(wait) if wait else None


def _copy(comment: Comment) -> HttpResponse:
    is_undecided = comment.status in (Status.PENDING, Status.SPAM)
    kept = export.of_undecided(comment) if is_undecided else export.one(comment)
    response = JsonResponse(kept, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-comment.json"'
    return response


def _form(request: HttpRequest, act: str) -> ActForm | None:
    if act == "change":
        return ChangeForm(request.POST, longest=known_policy(request).max_length)
    if act == "appeal":
        return AppealForm(request.POST)
    return ActForm(request.POST) if act in ("keep", "withdraw", "forget", "download", "letter") else None


def _done(act: str, comment: Comment, typed: dict[str, Any], now: datetime.datetime) -> Outcome:
    version = typed["version"]
    if comment.status == Status.SPAM and version == _shown_version(comment):
        version = comment.version
    if act == "change":
        return editing.change(comment.pk, version, typed["body"], now)
    if act == "keep":
        return editing.change(comment.pk, version, comment.body, now)
    if act == "appeal":
        return objections.appeal(comment.pk, version, typed["words"], now)
    if act == "forget":
        return privacy.forget(comment.pk, version, now)
    return editing.withdraw(comment.pk, version, now)


def _shown_version(comment: Comment) -> int:
    """The version that a page names: that of spam counts only what its commenter did, as if nobody had decided."""
    if comment.status != Status.SPAM:
        return comment.version
    return 1 + comment.decisions.filter(act=Act.CHANGE).count()


def _seconds_to_wait(request: HttpRequest, comment: Comment, body: str | None, now: datetime.datetime) -> int:
    """How long until a comment may be given these words: each change is read by somebody."""
    if body in (None, comment.proposed_body or comment.body):
        # No change, or the second tap of one click.
        return 0
    pause = datetime.timedelta(seconds=known_policy(request).seconds_between)
    last = comment.decisions.filter(act__in=(Act.CHANGE, Act.PROPOSE)).order_by("-pk").first()
    left = last.at + pause - now if last else datetime.timedelta(0)
    return int(left.total_seconds()) + 1 if left > datetime.timedelta(0) else 0


def _page(
    request: HttpRequest,
    comment: Comment,
    now: datetime.datetime,
    form: ActForm | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    post = comment.thread.post
    is_post_public = post.is_published(now)
    # A comment that is withdrawn, or was spam, is nobody's to ask about any more.
    appealed = Appeal.objects.filter(comment=comment).first() if comment.status == Status.REJECTED else None
    declined = objections.declining(comment) if comment.status == Status.REJECTED else None
    context = {
        "comment": comment,
        "version": (version := _shown_version(comment)),
        "post": post,
        "is_post_public": is_post_public,
        "base": threads.base_address(post),
        "status": Status.PENDING if comment.status == Status.SPAM else comment.status,
        "public_address": threads.address(comment) if is_post_public and comment.status == Status.APPROVED else "",
        "words": declined.words if declined else "",
        "appealed": appealed,
        "dropped": _dropped(comment),
        "is_told": comment.notify_decision and settings.MAIL_WORKS,
        "has_letter": bool(comment.email) and settings.MAIL_WORKS,
        "refusal": refusal,
        "form": form,
        "change": form if isinstance(form, ChangeForm) else _change(request, comment, version),
        "appeal": form if isinstance(form, AppealForm) else AppealForm(initial={"version": version}),
        "left_over": _left_over(form, comment, is_appealed=appealed is not None),
        "is_changing": isinstance(form, ChangeForm),
        "is_appealing": isinstance(form, AppealForm),
    }
    response = render(request, "comments/mine.html", context, status=refusal.status if refusal else 200)
    if refusal and refusal.retry_after:
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _change(request: HttpRequest, comment: Comment, version: int) -> ChangeForm:
    initial = {"version": version, "body": comment.proposed_body or comment.body}
    return ChangeForm(initial=initial, longest=known_policy(request).max_length)


def _left_over(form: ActForm | None, comment: Comment, *, is_appealed: bool) -> str:
    """What was typed into a form that the page does not have any more."""
    is_open = comment.status in editing.CHANGEABLE
    if isinstance(form, ChangeForm) and not is_open:
        return str(form["body"].value() or "")
    if isinstance(form, AppealForm) and (is_appealed or comment.status != Status.REJECTED):
        return str(form["words"].value() or "")
    return ""


def _dropped(comment: Comment) -> tuple[str, str] | None:
    """Other words that a moderator has read and not published, if that was the last thing that happened; and why."""
    last = comment.decisions.order_by("-pk").first() if comment.status == Status.APPROVED else None
    if last is None or last.act != Act.DECLINE_WORDS:
        return None
    kept = Wording.objects.filter(comment=comment, version=last.version).first()
    return (kept.proposed_body if kept else "", last.words)


def _unclear() -> Refusal:
    return Refusal(422, _("It was not clear what you wanted to do. Please use one of the buttons below."))


def _from_another_site() -> Refusal:
    return Refusal(403, _("This came from another site, so nothing was done. If it was you, send it from here."))


def _stale() -> Refusal:
    sentence = _(
        "Your comment is not any more as it was when you opened this page, so nothing was done. This is how it stands"
        " now; what you typed is kept. If you still want the same, send it once more."
    )
    return Refusal(409, sentence)


def _too_fast(seconds: int) -> Refusal:
    sentence = _("You have changed it only just now. Please wait %(count)s seconds and send it again; it stands below.")
    return Refusal(429, sentence % {"count": seconds}, retry_after=seconds)
