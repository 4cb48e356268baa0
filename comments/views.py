"""What readers say: how it is sent, and where it is read.

A comment that is refused comes back in its form, on its post's page, with a sentence that says what to do.
"""

import datetime
import logging
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blog.models import Post
from blog.views import find_post, gone, moment, render_post, shared, shows_post
from comments import notifications, origin, refusals, submission, threads
from comments.forms import CommentForm, blank_form
from comments.known import known_policy, known_thread
from comments.models import Comment
from comments.origin import Origin
from comments.receiving import LARGEST_GIVEN_BACK, announced, is_too_large, sent_from
from comments.refusals import Refusal, Refused, SaidAlready
from comments.submission import Sender

logger = logging.getLogger(__name__)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, year: str, month: str, day: str, slug: str) -> HttpResponse:
    asked = (year, month, day, slug)
    if request.method != "POST":
        found = find_post(request, asked, moment(request), below="comments/")
        return shared(HttpResponseRedirect(threads.page_address(found, 1))) if isinstance(found, Post) else found
    if is_too_large(request):
        response = _give_back_too_large(request)
    else:
        try:
            response = _take(request, asked)
        except DatabaseFailure as error:
            logger.error("A comment could not be taken: %s: %s", type(error).__name__, error)
            response = _give_back(request)
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "same-origin"
    return response


def _give_back_too_large(request: HttpRequest) -> HttpResponse:
    """Nothing of it is judged; it comes back to be shortened."""
    is_read = announced(request) <= LARGEST_GIVEN_BACK
    form = blank_form(request.POST) if is_read else None
    return render(request, "comments/too_large.html", {"comment_form": form, "action": request.path}, status=413)


def _take(request: HttpRequest, asked: tuple[str, str, str, str]) -> HttpResponse:
    found = find_post(request, asked, now := moment(request), below="comments/")
    if not isinstance(found, Post):
        return _with_what_was_sent(request, found)
    came_from = origin.of(request)
    account = _account(request) if came_from is Origin.OURS else None
    policy, thread = known_policy(request), known_thread(request, found)
    form = CommentForm(request.POST, policy=policy, is_account=account is not None)
    if came_from is Origin.FOREIGN:
        return _refuse(request, found, form, refusals.from_another_site(), now)
    sender = _sender(request, account)
    try:
        if not form.is_valid():
            submission.refuse_unless_open(thread, form.parent_id(), policy, now)
            return _refuse(request, found, form, refusals.wrong_fields(), now)
        comment = submission.submit(thread, policy, form.words(), sender, now)
    except Refused as refused:
        if not isinstance(refused, SaidAlready) or not submission.is_surely_whose(refused.comment, sender, now):
            return _refuse(request, found, form, refusals.of(refused, now), now)
        comment = refused.comment
    return HttpResponseRedirect(comment.get_absolute_url(), status=303)


def _account(request: HttpRequest) -> Any:
    """The member of staff who is signed in; to be asked only of a request that came from a page of ours."""
    return request.user if request.user.is_active and request.user.is_staff else None


def _sender(request: HttpRequest, account: Any) -> Sender:
    return Sender(account, sent_from(request), request.headers.get("User-Agent", "").replace("\x00", ""))


def _refuse(
    request: HttpRequest, post: Post, form: CommentForm, refusal: Refusal, now: datetime.datetime
) -> HttpResponse:
    """The post's page once more, with what was typed in the form."""
    parent = _answered(post, form)
    if parent is None:
        form.answer_nobody()
    extra = {"comment_form": form, "comment_refusal": refusal, "comment_parent": parent}
    response = render_post(request, post, status=refusal.status, extra=extra, now=now)
    if refusal.retry_after:
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _answered(post: Post, form: CommentForm) -> Comment | None:
    parent = form.parent_id()
    return Comment.objects.approved().filter(thread__post=post, pk=parent).first() if parent else None


def _give_back(request: HttpRequest) -> HttpResponse:
    """What was typed, in a form that sends it again, on a page for which nothing is read from the database."""
    context = {"comment_form": blank_form(request.POST), "action": request.path}
    response = render(request, "comments/unsent.html", context, status=503)
    response["Retry-After"] = "10"
    return response


def _with_what_was_sent(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """A post that moved or was taken down while its reader was writing: the words go along, or come back."""
    if isinstance(answer, HttpResponsePermanentRedirect):
        return HttpResponsePermanentRedirect(answer.url, preserve_request=True)
    if answer.status_code == 410:
        return render(request, "comments/gone.html", {"body": request.POST.get("body", "")}, status=410)
    return answer


@csrf_exempt
@require_POST
def mail_own_page(request: HttpRequest, year: str, month: str, day: str, slug: str, pk: int) -> HttpResponse:
    """Mail the address of a comment's own page to who wrote it, and to nobody else; the answer never says whether."""
    if origin.of(request) is Origin.FOREIGN:
        return HttpResponse(render_to_string("403.html"), status=403)
    public_once = Comment.objects.filter(thread__post__slug=slug, published_at__isnull=False).exclude(email_key="")
    comment = get_object_or_404(public_once, pk=pk)
    if settings.MAIL_WORKS and request.POST.get("email", "").strip().casefold() == comment.email_key:
        notifications.own_page_wanted(comment, timezone.now())
    response = render(request, "comments/own_page_mailed.html")
    response["Cache-Control"] = "no-store, private"
    return response


@require_safe
def further(request: HttpRequest, year: str, month: str, day: str, slug: str, number: int) -> HttpResponse:
    found = find_post(request, (year, month, day, slug), now := moment(request), below=f"comments/{number}/")
    if not isinstance(found, Post):
        return found
    if number == 1:
        return shared(HttpResponseRedirect(threads.page_address(found, 1)))
    if number < 1:
        raise Http404("Pages of comments are counted from one.")
    if number > (last := threads.count_pages(known_thread(request, found))):
        # Comments went, and with them a page that readers may have copied the address of. What follows its "#" is the
        # browser's, and goes along only where the answer has none.
        return shared(HttpResponseRedirect(threads.page_address(found, last).partition("#")[0]))
    shows_post(request, found)
    context = {"post": found, "number": number, "now": now, "address": threads.page_address(found, number)}
    return shared(render(request, "comments/further.html", context))


@require_safe
def at(request: HttpRequest, year: str, month: str, day: str, slug: str, pk: int) -> HttpResponse:
    found = find_post(request, (year, month, day, slug), moment(request), below=f"comments/at/{pk}/")
    if not isinstance(found, Post):
        return found
    comment = Comment.objects.select_related("thread__post").filter(thread__post=found, pk=pk).first()
    if comment and comment.status != Comment.Status.APPROVED and comment.published_at:
        return gone(_("This comment was removed. The post and its other comments are still there."))
    return shared(HttpResponseRedirect(threads.address(find_approved(found, pk))))


@require_safe
def reply(request: HttpRequest, year: str, month: str, day: str, slug: str, pk: int) -> HttpResponse:
    """The form that answers one comment, for who has no script; with one, the form comes to the comment."""
    found = find_post(request, (year, month, day, slug), now := moment(request), below=f"comments/reply/{pk}/")
    if not isinstance(found, Post):
        return found
    shows_post(request, found)
    context = {
        "post": found,
        "now": now,
        "comment_parent": find_approved(found, pk),
        "address": f"{threads.base_address(found)}reply/{pk}/",
    }
    return shared(render(request, "comments/reply.html", context))


@require_safe
def guidelines(request: HttpRequest) -> HttpResponse:
    moment(request)
    return shared(render(request, "comments/guidelines.html", {"policy": known_policy(request)}))


def find_approved(post: Post, pk: int) -> Comment:
    return get_object_or_404(Comment.objects.approved().select_related("thread__post"), thread__post=post, pk=pk)
