"""The queue in the admin: read what waits. What is pressed there goes to `comments.desk.deciding`."""

import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments import access, threads
from comments.desk import filters, lists, queue, surroundings
from comments.desk.lookup import REVEALS
from comments.desk.places import Place, read_id
from comments.desk.queue import Row
from comments.desk.wishes import DecisionForm
from comments.models import Comment, Preference, Reason

Status = Comment.Status
# Where a session keeps the reasons and notes that were typed and not sent.
TYPED = "comments_typed"
MOST_RECORDED = 100


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    _refuse_strangers(request)
    now, liked = timezone.now(), _liked(request)
    place = Place.read(request.GET)
    page = queue.page(place, liked, request.user, now)
    if done := read_id(request.GET.get("done", "")):
        queue.tell(page, done, request.user, now)
    context = {
        "title": _("Comments"),
        "page": page,
        "views": filters.views(place, request.user, now),
        "filters": filters.form(place, liked, request.user),
        "undoable": queue.undoable(request.user, now),
        **with_forms(request, page.rows, now),
    }
    return render(request, "admin/comments/comment/desk.html", context)


@require_safe
def one(request: HttpRequest, comment_id: int) -> HttpResponse:
    """One comment with its whole record."""
    _refuse_strangers(request)
    now = timezone.now()
    found = lists.whole(access.visible(request.user, Comment.objects.filter(pk=comment_id))).first()
    if found is None:
        raise Http404
    rows = queue.rows([found], now)
    decisions = found.decisions.select_related("by", "reason").order_by("-pk")[:MOST_RECORDED]
    context = {
        "title": _("A comment by %(name)s") % {"name": found.name},
        "place": Place(own_page=found.pk),
        "row": rows[0],
        "public_url": threads.address(found) if found.status == Status.APPROVED and rows[0].post_url else "",
        "decisions": decisions,
        **with_forms(request, rows, now),
    }
    return render(request, "admin/comments/comment/one.html", context)


def _refuse_strangers(request: HttpRequest) -> None:
    if not access.is_reader(request.user):
        raise PermissionDenied


def _liked(request: HttpRequest) -> str:
    """The order in which somebody likes to read what waits."""
    liked = Preference.objects.filter(user=request.user.pk).values_list("order", flat=True).first()
    return liked or Preference.Order.OLDEST


def reasons_in_use() -> list[Reason]:
    return list(Reason.objects.filter(is_in_use=True))


def with_forms(request: HttpRequest, rows: list[Row], now: datetime.datetime) -> dict[str, Any]:
    """What every page of the desk shows; who may decide gets the forms, with what was typed before."""
    may_decide = access.decides_any(request.user)
    reveals = request.user.has_perm(REVEALS)
    around = surroundings.around([row.comment for row in rows], request.user, now)
    for row in rows:
        row.around = around[row.comment.pk]
    context = {
        **admin.site.each_context(request),
        "now": now,
        "may_decide": may_decide,
        "reveals_addresses": reveals,
    }
    if may_decide and rows:
        reasons, typed = reasons_in_use(), request.session.get(TYPED, {})
        for row in rows:
            row.form = _form(request, str(row.comment.pk), reasons, typed)
        context["form_for_all"] = _form(request, "all", reasons, typed)
    return context


def _form(request: HttpRequest, prefix: str, reasons: list[Reason], typed: dict[str, Any]) -> DecisionForm:
    if f"{prefix}-note" in request.POST:
        return DecisionForm(request.POST, prefix=prefix, reasons=reasons)
    return DecisionForm(initial=typed.get(prefix), prefix=prefix, reasons=reasons)
