"""Comments put aside without a decision: skipped, asked about, taken over from a colleague."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comments import access, leases
from comments.desk import deciding
from comments.desk.places import Place, read_id
from comments.models import Comment, Note

SKIP, ASK, TAKE = "skip", "ask", "take"
LONGEST = Note._meta.get_field("words").max_length


@require_POST
def aside(request: HttpRequest) -> HttpResponse:
    """One button of a row, with the comment's id for its value; what is asked stands in the row's note."""
    if not access.decides_any(request.user):
        raise PermissionDenied
    pressed = [(act, request.POST[act]) for act in (SKIP, ASK, TAKE) if act in request.POST]
    act, pk = pressed[0] if len(pressed) == 1 else ("", "")
    found = access.decidable(request.user, Comment.objects.waiting()).filter(pk=read_id(pk) or 0).first()
    if not act:
        raise Http404
    settled: set[str] = set()
    if found is None:
        messages.info(request, _("Nothing was put aside: that comment does not wait any more."))
    elif _done(request, act, found):
        settled.add(str(found.pk) if act == ASK else "")
    deciding.keep_typed(request, settled)
    return HttpResponseRedirect(Place.read(request.POST).url(), status=303)


def _done(request: HttpRequest, act: str, comment: Comment) -> bool:
    user, now = request.user, timezone.now()
    named: dict[str, Any] = {"name": comment.name}
    if act == TAKE:
        leases.take_over(comment, user, now)
        messages.success(request, _("The comment by %(name)s is handed to you now.") % named)
    elif act == SKIP:
        leases.skip(comment, user, now)
        messages.success(request, _("The comment by %(name)s stands at the end of your list.") % named)
    else:
        words = request.POST.get(f"{comment.pk}-note", "").replace("\0", "").strip()
        if not words or len(words) > (LONGEST or 0):
            messages.error(request, _("Nobody was asked yet. Please write a question into the note, a short one."))
            return False
        leases.ask(comment, words, user, now)
        messages.success(request, _("Your question about the comment by %(name)s is left for your colleagues.") % named)
    return True
