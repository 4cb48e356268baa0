"""Deciding by a link in a letter. Opening it shows the comment whole; only the button there decides.

Declining needs no more than the link, for it publishes nothing; approving asks who it is, unless the policy says that
the letter is enough. A link is bound to the version it was written for, and dies with its account's right.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import access, moderation, origin, permits
from comments.desk.places import read_id
from comments.models import Comment, Decision, Policy, Reason
from comments.moderation import Kind
from comments.origin import Origin
from comments.permits import Permit
from comments.receiving import from_another_site, private

UNDO_LASTS = datetime.timedelta(minutes=10)
ABLE_TO_WAIT = (Comment.Waits.NEW, Comment.Waits.EDIT)


@dataclass(frozen=True)
class Asked:
    """A link's permit, with who may use it and the comment as it is now."""

    permit: Permit
    user: Any
    comment: Comment
    # What took the comment on from the version that the link is about, if anything did.
    followed_by: Decision | None

    @property
    def is_stale(self) -> bool:
        return self.comment.version != self.permit.version

    def undoable(self, now: datetime.datetime) -> Decision | None:
        """What the link did, while it may be taken back: for ten minutes, and if nothing has happened since."""
        done = self.followed_by
        if done is None or done.by_id != self.user.pk or done.via != Decision.Via.MAIL or done.undoes_id:
            return None
        return done if self.comment.version == done.version + 1 and now - done.at < UNDO_LASTS else None


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def by_mail(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    asked = _asked(token, now)
    if asked is None:
        return _over(request, is_another=False)
    if request.method != "POST":
        return _page(request, asked, now)
    came_from = origin.of(request)
    if came_from is Origin.FOREIGN:
        return from_another_site(request)
    if "undo" in request.POST:
        return _undo(request, asked, now)
    if asked.permit.act == permits.APPROVE and not _is_known(request, asked, came_from):
        if came_from is Origin.OURS and request.user.is_authenticated:
            return _over(request, is_another=True)
        return private(redirect_to_login(request.path, reverse("admin:login")))
    return _decide(request, asked, now)


def _asked(token: str, now: datetime.datetime) -> Asked | None:
    """What a link asks; None if it is over, or its account may not decide about this comment now."""
    permit = permits.read(token, now)
    user = permit and get_user_model().objects.filter(pk=permit.user_id, is_active=True, is_staff=True).first()
    if permit is None or user is None:
        return None
    comment = access.decidable(user, Comment.objects.filter(pk=permit.comment_id)).select_related("thread__post")
    if (found := comment.first()) is None:
        return None
    followed_by = found.decisions.filter(version=permit.version).select_related("by").order_by("pk").first()
    return Asked(permit, user, found, followed_by)


def _is_known(request: HttpRequest, asked: Asked, came_from: Origin) -> bool:
    """Whether it is the account itself that asks. A session is read only of a request from a page of ours."""
    if Policy.objects.current().is_approved_by_mail:
        return True
    return came_from is Origin.OURS and request.user.pk == asked.user.pk


def _decide(request: HttpRequest, asked: Asked, now: datetime.datetime) -> HttpResponse:
    if asked.comment.waits_for == Comment.Waits.APPEAL:
        return _page(request, asked, now, 409)
    to, reason = permits.TO_STATUS[asked.permit.act], _reason(request, asked.permit)
    outcome = moderation.decide(
        asked.permit.comment_id, asked.permit.version, to, asked.user, now, reason, via=Decision.Via.MAIL
    )
    if outcome.kind == Kind.CONFLICT:
        return _page(request, _asked_anew(asked, outcome.comment), now, 409)
    return private(HttpResponseRedirect(request.path, status=303))


def _undo(request: HttpRequest, asked: Asked, now: datetime.datetime) -> HttpResponse:
    done = asked.undoable(now)
    if done is None:
        return _page(request, asked, now, 409)
    moderation.undo(asked.comment.pk, done.version + 1, asked.user, now, via=Decision.Via.MAIL)
    return private(HttpResponseRedirect(request.path, status=303))


def _reason(request: HttpRequest, permit: Permit) -> Reason | None:
    pk = read_id(request.POST.get("reason", "")) or 0
    return Reason.objects.filter(is_in_use=True, pk=pk).first() if permit.act == permits.DECLINE else None


def _over(request: HttpRequest, *, is_another: bool) -> HttpResponse:
    context = {"desk": _desk(), "is_another": is_another}
    return private(render(request, "comments/by_mail_over.html", context, status=403))


def _asked_anew(asked: Asked, comment: Comment) -> Asked:
    followed_by = comment.decisions.filter(version=asked.permit.version).select_related("by").order_by("pk").first()
    return Asked(asked.permit, asked.user, comment, followed_by)


def _page(request: HttpRequest, asked: Asked, now: datetime.datetime, status: int = 200) -> HttpResponse:
    comment, last = asked.comment, moderation.last_decision(asked.comment)
    may_decide = comment.waits_for in ABLE_TO_WAIT
    # A page that shows other words than the letter did asks about those, and lasts no longer than the letter's link.
    permit = asked.permit._replace(version=comment.version)
    context = {
        "comment": comment,
        "post": comment.thread.post,
        "is_post_public": comment.thread.post.is_published(now),
        "is_decline": permit.act == permits.DECLINE,
        "is_stale": asked.is_stale,
        "may_decide": may_decide,
        "action": permits.link(permit),
        "last": last,
        "is_theirs": last is not None and last.by_id == asked.user.pk,
        "can_undo": asked.undoable(now) is not None,
        "reasons": Reason.objects.filter(is_in_use=True) if may_decide and permit.act == permits.DECLINE else [],
        "asks_for_account": permit.act == permits.APPROVE and not Policy.objects.current().is_approved_by_mail,
        "desk": _desk(comment),
    }
    return private(render(request, "comments/by_mail.html", context, status=status))


def _desk(comment: Comment | None = None) -> str:
    if comment is None:
        return reverse("admin:comments_comment_changelist")
    return reverse("admin:comments_comment_change", args=[comment.pk])
