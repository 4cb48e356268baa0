"""What has become of the comments on somebody's screen since they were shown there."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comments import access
from comments.desk import answers, lists, queue, reading
from comments.desk.places import Place
from comments.desk.wishes import ROW
from comments.models import Comment, Decision
from comments.moderation import Kind, Outcome

MOST_SHOWN = 100


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """The rows that are not as `shown` any more, as the desk's script puts them in their place; 204 if there are none.

    Rows of other people's posts, and what is no row, are left out as if they were not there.
    """
    if not access.is_reader(request.user):
        raise PermissionDenied
    shown = {int(match[1]): int(match[2]) for row in _asked(request) if (match := ROW.fullmatch(row))}
    present = access.visible(request.user, Comment.objects.filter(pk__in=shown)).values_list("pk", "version")
    changed = [pk for pk, version in present if version != shown[pk]]
    if not changed:
        return HttpResponse(status=204)
    now = timezone.now()
    found = list(lists.whole(Comment.objects.filter(pk__in=changed).order_by("pk")))
    last = _last_decisions(changed)
    lines = [answers.line(Outcome(Kind.DONE, comment, last.get(comment.pk)), request.user) for comment in found]
    rows = queue.rows([comment for comment, line in zip(found, lines, strict=True) if line is None], now)
    for row in rows:
        row.refusal = answers.refusal(last.get(row.comment.pk))
    context: dict[str, Any] = {
        "lines": [*filter(None, lines), *rows],
        "told": [],
        "place": Place.read(request.GET),
        **reading.with_forms(request, rows, now),
    }
    return render(request, "admin/comments/comment/_fragment.html", context)


def _asked(request: HttpRequest) -> list[str]:
    return request.GET.get("shown", "").split(",")[:MOST_SHOWN]


def _last_decisions(pks: list[int]) -> dict[int, Decision]:
    newest = Decision.objects.filter(comment__in=pks).values("comment").annotate(newest=Max("pk")).values("newest")
    found = Decision.objects.filter(pk__in=newest).select_related("by")
    return {decision.comment_id: decision for decision in found}
