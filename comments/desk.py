"""The queue in the admin: read what waits, decide, undo.

A form names each comment together with the version it showed, and `moderation` decides row by row whether that
version is still the present one. What is not decided is shown again with what was typed.
"""

import datetime
import re
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from comments import access, filters, moderation, queue, surroundings, threads, wishes
from comments.lookup import REVEALS
from comments.models import Comment, Preference, Reason
from comments.moderation import Kind, Outcome
from comments.queue import Place, Row
from comments.wishes import DecisionForm, Order, Unclear, Wish

Status = Comment.Status
TYPED = "comments_typed"
TYPED_FIELD = re.compile(r"([1-9][0-9]{0,17}|all)-(reason|note)")
MOST_TYPED, LONGEST_TYPED = 40, 2_000
MOST_RECORDED = 100


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    _refuse_strangers(request)
    now, liked = timezone.now(), _liked(request)
    place = Place.read(request.GET)
    page = queue.page(place, liked, request.user, now)
    if done := queue.read_id(request.GET.get("done", "")):
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
    found = queue.whole(access.visible(request.user, Comment.objects.filter(pk=comment_id))).first()
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


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    if not access.decides_any(request.user):
        raise PermissionDenied
    now = timezone.now()
    wish = None
    try:
        wish = wishes.read(request.POST)
        orders = _known(wishes.orders(wish, request.POST, _reasons()), request.user)
    except Unclear as refusal:
        keep_typed(request, set())
        return _answer_unclear(request, wish, refusal, now)
    outcomes = [_carried_out(wish, order, request.user, now) for order in orders]
    keep_typed(request, _settled(wish, outcomes))
    if any(outcome.kind == Kind.CONFLICT for outcome in outcomes):
        return _answer_conflict(request, outcomes, orders, now)
    place = Place.read(request.POST)
    if not outcomes:
        return _see(place.url())
    if wish.is_for_ticked:
        for sentence in _report(outcomes):
            messages.success(request, sentence)
        return _see(place.url())
    return _see(place.url(done=outcomes[0].comment.pk))


def _known(orders: list[Order], user: Any) -> list[Order]:
    """Nothing is decided if one of the comments is none that the account may decide about; no row is ever deleted."""
    wanted = {order.comment_id for order in orders}
    if access.decidable(user, Comment.objects.filter(pk__in=wanted)).count() != len(wanted):
        raise Unclear(_("There is no such comment. Nothing was decided."))
    return orders


def _carried_out(wish: Wish, order: Order, by: Any, now: datetime.datetime) -> Outcome:
    if wish.act == wishes.UNDO:
        return moderation.undo(order.comment_id, order.version, by, now)
    to = wishes.TO_STATUS[wish.act]
    reason = order.reason if to == Status.REJECTED else None
    return moderation.decide(order.comment_id, order.version, to, by, now, reason, order.note)


def _settled(wish: Wish, outcomes: list[Outcome]) -> set[str]:
    """Whose reason and note have gone into the record, and need not be kept."""
    if wish.act == wishes.UNDO:
        return set()
    settled = {str(outcome.comment.pk) for outcome in outcomes if outcome.kind != Kind.CONFLICT}
    return settled | ({"all"} if wish.is_for_ticked and len(settled) == len(outcomes) else set())


def _answer_conflict(
    request: HttpRequest, outcomes: list[Outcome], orders: list[Order], now: datetime.datetime
) -> HttpResponse:
    refused = {outcome.comment.pk: outcome for outcome in outcomes if outcome.kind == Kind.CONFLICT}
    rows = _rows(refused, request.user, now)
    for row in rows:
        row.refusal = _refusal(refused[row.comment.pk])
    context = {
        "title": _("Nothing was overwritten"),
        "is_conflict": True,
        "rows": rows,
        "report": _report([outcome for outcome in outcomes if outcome.kind != Kind.CONFLICT]),
    }
    context |= with_forms(request, rows, now)
    said = {order.comment_id: order for order in orders}
    for row in rows:
        order = said[row.comment.pk]
        row.form.initial = {"reason": order.reason and order.reason.pk, "note": order.note}
        row.form.is_bound = False
    return _answer(request, context, 409)


def _refusal(outcome: Outcome) -> str:
    """Who changed the comment meanwhile, to what and when."""
    decision = outcome.decision
    if decision is None:
        return _("Its text has changed since you saw it.")
    at = date_format(timezone.localtime(decision.at), "DATETIME_FORMAT")
    words = {"by": queue.who(decision), "status": decision.get_to_status_display(), "at": at}
    if decision.undoes_id:
        return _("%(by)s took a decision back on %(at)s: it is %(status)s again.") % words
    return _("It was %(status)s by %(by)s on %(at)s.") % words


def _answer_unclear(request: HttpRequest, wish: Wish | None, refusal: Unclear, now: datetime.datetime) -> HttpResponse:
    rows = _rows([pk for pk, _version in wish.rows], request.user, now) if wish else []
    context = {"title": _("Nothing was decided"), "sentence": refusal.sentence, "rows": rows}
    return _answer(request, context | with_forms(request, rows, now), 422)


def _answer(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    context["place"] = Place.read(request.POST)
    return render(request, "admin/comments/comment/answer.html", context, status=status)


def _rows(pks: Any, user: Any, now: datetime.datetime) -> list[Row]:
    found = access.visible(user, Comment.objects.filter(pk__in=list(pks)))
    return queue.rows(queue.whole(found.order_by("pk")), now)


def _refuse_strangers(request: HttpRequest) -> None:
    if not access.is_reader(request.user):
        raise PermissionDenied


def _liked(request: HttpRequest) -> str:
    """The order in which somebody likes to read what waits."""
    liked = Preference.objects.filter(user=request.user.pk).values_list("order", flat=True).first()
    return liked or Preference.Order.OLDEST


def _reasons() -> list[Reason]:
    return list(Reason.objects.filter(is_in_use=True))


def with_forms(request: HttpRequest, rows: list[Row], now: datetime.datetime) -> dict[str, Any]:
    """What every page of the desk shows; who may decide gets the forms, with what was typed before."""
    may_decide = access.decides_any(request.user)
    reveals = request.user.has_perm(REVEALS)
    around = surroundings.around([row.comment for row in rows], request.user, now)
    for row in rows:
        row.around, row.reveals_address = around[row.comment.pk], reveals
    context = {
        **admin.site.each_context(request),
        "now": now,
        "may_decide": may_decide,
        "reveals_addresses": reveals,
    }
    if may_decide:
        reasons, typed = _reasons(), request.session.get(TYPED, {})
        for row in rows:
            row.form = _form(request, str(row.comment.pk), reasons, typed)
        context["form_for_all"] = _form(request, "all", reasons, typed)
    return context


def _form(request: HttpRequest, prefix: str, reasons: list[Reason], typed: dict[str, Any]) -> DecisionForm:
    if f"{prefix}-note" in request.POST:
        return DecisionForm(request.POST, prefix=prefix, reasons=reasons)
    return DecisionForm(initial=typed.get(prefix), prefix=prefix, reasons=reasons)


def keep_typed(request: HttpRequest, settled: set[str]) -> None:
    """Keep what was typed for comments that were not decided now: the one form brings it all along."""
    kept = dict(request.session.get(TYPED, {}))
    for name, value in request.POST.items():
        if match := TYPED_FIELD.fullmatch(name):
            words = {**kept.pop(match[1], {}), match[2]: str(value).strip()[:LONGEST_TYPED]}
            kept[match[1]] = words
    kept = {prefix: words for prefix, words in kept.items() if prefix not in settled and any(words.values())}
    kept = dict(list(kept.items())[-MOST_TYPED:])
    if kept != request.session.get(TYPED, {}):
        request.session[TYPED] = kept


def _report(outcomes: list[Outcome]) -> list[str]:
    """What became of several wishes, in sentences."""
    done = sum(outcome.kind == Kind.DONE for outcome in outcomes)
    sentences = []
    if done:
        counted = ngettext("%(count)s comment is now %(status)s.", "%(count)s comments are now %(status)s.", done)
        sentences.append(counted % {"count": done, "status": outcomes[0].comment.get_status_display()})
    for outcome in outcomes:
        if outcome.kind == Kind.UNCHANGED and outcome.decision:
            words = {"status": outcome.comment.get_status_display(), "by": queue.who(outcome.decision)}
            sentences.append(
                _("The comment by %(name)s was already %(status)s by %(by)s.") % {"name": outcome.comment.name, **words}
            )
    return sentences


def _see(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
