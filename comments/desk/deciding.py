"""What is pressed at the desk: one wish, carried out comment by comment.

A form names each comment together with the version it showed, and `moderation` decides row by row whether that
version is still the present one. What is not decided is shown again with what was typed.
"""

import datetime
import re
import secrets
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comments import access, answering, editing, moderation
from comments.desk import answers, reading, wishes, writing
from comments.desk.places import Place
from comments.desk.wishes import Order, Unclear, Wish
from comments.models import Comment, Decision, Policy, Preference
from comments.moderation import BranchChanged, Kind, Outcome, Said
from comments.refusals import SaidAlready

Status = Comment.Status
TYPED_FIELD = re.compile(r"([1-9][0-9]{0,17}|all)-(reason|note)")
MOST_TYPED, LONGEST_TYPED = 40, 2_000


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    if not access.decides_any(request.user):
        raise PermissionDenied
    now = timezone.now()
    wish = None
    try:
        wish = wishes.read(request.POST)
        _refuse_strangers(request.user, wish)
        longest = Policy.objects.current().max_length if wish.act in (wishes.EDIT, wishes.ANSWER) else 0
        orders = wishes.orders(wish, request.POST, reading.reasons_in_use(), longest)
    except Unclear as refusal:
        keep_typed(request, set())
        return answers.unclear(request, wish, refusal, now)
    step = secrets.token_hex(16)
    outcomes = _carried_out(wish, orders, request.user, step, now)
    keep_typed(request, _settled(wish, outcomes))
    return answers.outcomes(request, wish, orders, outcomes, step, now)


@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Switch deciding by single keys on or off for oneself."""
    if not access.decides_any(request.user):
        raise PermissionDenied
    keep_typed(request, set())
    has_keys = request.POST.get("has_keys") == "1"
    user: Any = request.user
    Preference.objects.update_or_create(user=user, defaults={"has_keys": has_keys})
    return HttpResponseRedirect(Place.read(request.POST).url(), status=303)


def _refuse_strangers(by: Any, wish: Wish) -> None:
    """Nothing is decided if one of the comments never was, or is not theirs to decide about; no row is ever deleted."""
    if wish.act == wishes.EDIT and not by.has_perm(writing.EDIT_WORDS):
        raise PermissionDenied
    wanted = {pk for pk, _version in wish.rows}
    if wish.step:
        wanted = set(Decision.objects.filter(batch=wish.step).values_list("comment_id", flat=True))
        if not wanted:
            raise Unclear(_("There is no such step. Nothing was decided."))
    if access.decidable(by, Comment.objects.filter(pk__in=wanted)).count() != len(wanted):
        raise Unclear(_("There is no such comment. Nothing was decided."))


def _carried_out(wish: Wish, orders: list[Order], by: Any, step: str, now: datetime.datetime) -> list[Outcome]:
    if wish.act == wishes.UNDO_STEP:
        return moderation.undo_batch(wish.step, by, now)
    if wish.act == wishes.TAKE_DOWN:
        return _taken_down(orders[0], by, step, now)
    if wish.act == wishes.ANSWER:
        return [_answered(orders[0], by, step, now)]
    return [_decided(wish, order, by, step, now) for order in orders]


def _decided(wish: Wish, order: Order, by: Any, step: str, now: datetime.datetime) -> Outcome:
    pk, version = order.comment_id, order.version
    if wish.act == wishes.UNDO:
        return moderation.undo(pk, version, by, now)
    if wish.act == wishes.EDIT:
        return editing.edit(pk, version, order.body, by, now)
    to = wishes.TO_STATUS[wish.act]
    reason = order.reason if to == Status.REJECTED else None
    return moderation.decide(pk, version, to, by, now, reason, order.note, batch=step if wish.is_for_ticked else "")


def _answered(order: Order, by: Any, step: str, now: datetime.datetime) -> Outcome:
    try:
        return answering.answer(order.comment_id, order.version, order.body, by, now, batch=step)
    except SaidAlready:
        return _as_it_is(order)


def _taken_down(order: Order, by: Any, step: str, now: datetime.datetime) -> list[Outcome]:
    said = Said(order.reason, order.note, step)
    shown = order.branch or [(order.comment_id, order.version)]
    if (order.comment_id, order.version) not in shown:
        return [_as_it_is(order)]
    try:
        return moderation.take_down(order.comment_id, shown, by, now, said)
    except BranchChanged:
        return [_as_it_is(order)]


def _as_it_is(order: Order) -> Outcome:
    """Nothing happened."""
    present = moderation.present(order.comment_id)
    return Outcome(Kind.CONFLICT, present, moderation.last_decision(present))


def _settled(wish: Wish, outcomes: list[Outcome]) -> set[str]:
    """Whose reason and note have gone into the record, and need not be kept."""
    if wish.act not in (*wishes.TO_STATUS, wishes.TAKE_DOWN):
        return set()
    settled = {str(outcome.comment.pk) for outcome in outcomes if outcome.kind != Kind.CONFLICT}
    return settled | ({"all"} if wish.is_for_ticked and len(settled) == len(outcomes) else set())


def keep_typed(request: HttpRequest, settled: set[str]) -> None:
    """Keep what was typed for comments that were not decided now: the one form brings it all along."""
    kept = dict(request.session.get(reading.TYPED, {}))
    for name, value in request.POST.items():
        if match := TYPED_FIELD.fullmatch(name):
            words = {**kept.pop(match[1], {}), match[2]: str(value).strip()[:LONGEST_TYPED]}
            kept[match[1]] = words
    kept = {prefix: words for prefix, words in kept.items() if prefix not in settled and any(words.values())}
    kept = dict(list(kept.items())[-MOST_TYPED:])
    if kept != request.session.get(reading.TYPED, {}):
        request.session[reading.TYPED] = kept
