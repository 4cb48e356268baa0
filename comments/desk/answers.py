"""How the desk answers a wish: back to the list, a page with what was not decided, or rows for the desk's script."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments import access, moderation
from comments.desk import lists, queue, reading, wishes, writing
from comments.desk.places import Place
from comments.desk.queue import Done, Row
from comments.desk.wishes import Order, Unclear, Wish
from comments.models import Comment, Decision
from comments.moderation import Kind, Outcome

WRITTEN = (wishes.EDIT, wishes.ANSWER, wishes.TAKE_DOWN)
# After these the comment is read again, so it is shown whole.
SHOWN_WHOLE = (wishes.UNDO, wishes.UNDO_STEP, wishes.EDIT)


def outcomes(
    request: HttpRequest, wish: Wish, orders: list[Order], found: list[Outcome], step: str, now: datetime.datetime
) -> HttpResponse:
    """Say what became of each part of a wish; `step` names what can be undone as a whole."""
    refused = {outcome.comment.pk: outcome for outcome in found if outcome.kind == Kind.CONFLICT}
    if writing.is_from_script(request):
        return _to_script(request, wish, orders, found, step, now)
    if refused:
        return _page_of_refused(request, wish, orders, found, now)
    place = Place.read(request.POST)
    if not found:
        return HttpResponseRedirect(place.url(), status=303)
    if wish.is_for_ticked or wish.step or wish.act in WRITTEN:
        for sentence in report(wish, found):
            messages.success(request, sentence)
        return HttpResponseRedirect(place.url(), status=303)
    return HttpResponseRedirect(place.url(done=found[0].comment.pk), status=303)


def unclear(request: HttpRequest, wish: Wish | None, refusal: Unclear, now: datetime.datetime) -> HttpResponse:
    """Say why nothing was decided, with the rows that were meant and what was typed at them."""
    pks = [pk for pk, _version in wish.rows] if wish else []
    mine = access.decidable(request.user, Comment.objects.filter(pk__in=pks))
    rows = queue.rows(lists.whole(mine.order_by("pk")), now)
    if wish and wish.act in WRITTEN:
        for row in rows:
            writing.open_row(row, wish.act, request.POST)
    context = {"title": _("Nothing was decided"), "sentence": refusal.sentence, "lines": rows}
    context |= {"told": [refusal.sentence]}
    return _answer(request, context | reading.with_forms(request, rows, now), 422)


def line(outcome: Outcome, user: Any) -> Done | None:
    """A decided comment in one line, with who and an undo; None where it waits, or nobody has decided."""
    decision = outcome.decision
    if decision is None or outcome.comment.waiting_since is not None:
        return None
    decision.comment = outcome.comment
    is_undoable = decision.act in moderation.UNDOABLE and outcome.comment.status == decision.to_status
    return Done(decision, is_own=decision.by == user, is_undoable=is_undoable)


def refusal(decision: Decision | None) -> str:
    """Who changed a comment meanwhile, to what and when."""
    if decision is None:
        return _("Its text has changed since you saw it.")
    at = date_format(timezone.localtime(decision.at), "DATETIME_FORMAT")
    words = {"by": queue.who(decision), "status": decision.get_to_status_display(), "at": at}
    if decision.undoes_id:
        return _("%(by)s took a decision back on %(at)s: it is %(status)s again.") % words
    if decision.act in (Decision.Act.EDIT, Decision.Act.CHANGE, Decision.Act.PROPOSE):
        return _("Its text was changed by %(by)s on %(at)s.") % words
    return _("It was %(status)s by %(by)s on %(at)s.") % words


def report(wish: Wish, found: Iterable[Outcome]) -> list[str]:
    """What became of a wish that was taken, in sentences."""
    found = [outcome for outcome in found if outcome.kind != Kind.CONFLICT]
    done = [outcome for outcome in found if outcome.kind == Kind.DONE]
    sentences = [_done(wish, done)] if done else []
    for outcome in found:
        if outcome.kind == Kind.UNCHANGED and outcome.decision:
            words = {"status": outcome.comment.get_status_display(), "by": queue.who(outcome.decision)}
            sentences.append(
                _("The comment by %(name)s was already %(status)s by %(by)s.") % {"name": outcome.comment.name, **words}
            )
    return sentences


def _done(wish: Wish, done: list[Outcome]) -> str:
    name, count = done[0].comment.name, len(done)
    if wish.act == wishes.EDIT:
        return _("The comment by %(name)s has its new words.") % {"name": name}
    if wish.act == wishes.ANSWER:
        return _("Your answer to %(name)s is published.") % {"name": name}
    if count == 1 and not wish.is_for_ticked:
        words = {"name": name, "status": done[0].comment.get_status_display()}
        return _("The comment by %(name)s is now %(status)s.") % words
    counted = ngettext("%(count)s comment is now %(status)s.", "%(count)s comments are now %(status)s.", count)
    return counted % {"count": count, "status": done[0].comment.get_status_display()}


def _to_script(
    request: HttpRequest, wish: Wish, orders: list[Order], found: list[Outcome], step: str, now: datetime.datetime
) -> HttpResponse:
    refused = [outcome for outcome in found if outcome.kind == Kind.CONFLICT]
    lines: list[Row | Done] = []
    whole: list[Outcome] = []
    for outcome in found:
        told = None if outcome in refused or wish.act in SHOWN_WHOLE else line(outcome, request.user)
        lines += [told] if told else []
        whole += [] if told else [outcome]
    rows = _rows(wish, orders, whole, request, now)
    sentences = report(wish, found)
    if refused:
        sentences.append(_sentence_about(refused))
    count = Decision.objects.filter(batch=step).count() if wish.is_for_ticked or wish.act in WRITTEN else 0
    context = {"lines": [*lines, *rows], "told": sentences, "step": step if count > 1 else "", "count": count}
    context |= _forms(request, rows, orders, now)
    return _answer(request, context, 409 if refused else 200)


def _page_of_refused(
    request: HttpRequest, wish: Wish, orders: list[Order], found: list[Outcome], now: datetime.datetime
) -> HttpResponse:
    rows = _rows(wish, orders, [outcome for outcome in found if outcome.kind == Kind.CONFLICT], request, now)
    context = {
        "title": _("Nothing was overwritten"),
        "sentence": _sentence_about(rows),
        "lines": rows,
        "report": report(wish, found),
    }
    return _answer(request, context | _forms(request, rows, orders, now), 409)


def _sentence_about(refused: list[Any]) -> str:
    return ngettext(
        "This comment is not as you saw it any more, so your decision about it was not taken. "
        "Here it is as it is now: please decide again.",
        "These comments are not as you saw them any more, so your decisions about them were not taken. "
        "Here they are as they are now: please decide again.",
        len(refused),
    )


def _rows(
    wish: Wish, orders: list[Order], found: list[Outcome], request: HttpRequest, now: datetime.datetime
) -> list[Row]:
    """The present rows of some outcomes; a refused one says why, and has what was being written at it."""
    by_pk = {outcome.comment.pk: outcome for outcome in found}
    asked = {order.comment_id: order for order in orders}
    rows = queue.rows(lists.whole(Comment.objects.filter(pk__in=by_pk).order_by("pk")), now) if by_pk else []
    for row in rows:
        outcome = by_pk[row.comment.pk]
        if outcome.kind == Kind.CONFLICT:
            row.refusal = _refusal(wish, asked.get(row.comment.pk), outcome)
            if wish.act in WRITTEN and row.is_decidable:
                writing.open_row(row, wish.act, request.POST)
    return rows


def _refusal(wish: Wish, order: Order | None, outcome: Outcome) -> str:
    is_as_seen = order is not None and order.version == outcome.comment.version
    if is_as_seen and wish.act == wishes.ANSWER:
        return _("You have answered this in the same words before, and a colleague has taken that answer down.")
    if is_as_seen and wish.act == wishes.TAKE_DOWN:
        return _("Somebody answered or decided below it meanwhile, so nothing was taken down. This would go now.")
    return refusal(outcome.decision)


def _forms(request: HttpRequest, rows: list[Row], orders: list[Order], now: datetime.datetime) -> dict[str, Any]:
    """With the reason and the note of each refused row, as they were meant for it."""
    context = reading.with_forms(request, rows, now)
    asked = {order.comment_id: order for order in orders}
    for row in rows:
        order = asked.get(row.comment.pk)
        if order and row.refusal and row.form:
            row.form.initial = {"reason": order.reason and order.reason.pk, "note": order.note}
            row.form.is_bound = False
    return context


def _answer(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    context["place"] = Place.read(request.POST)
    name = "_fragment" if writing.is_from_script(request) else "answer"
    return render(request, f"admin/comments/comment/{name}.html", context, status=status)
