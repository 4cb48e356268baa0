"""What a moderator writes at a comment, and what goes with it when it is taken down: an opened row of the desk."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments import access, moderation
from comments.desk import lists, queue, reading, wishes
from comments.desk.places import Place
from comments.desk.queue import Row
from comments.desk.wishes import WordsForm, shown
from comments.models import Comment, Policy

EDIT_WORDS = "comments.edit_comment_text"
# By what stands in the address.
ACTS = {"edit": wishes.EDIT, "answer": wishes.ANSWER, "branch": wishes.TAKE_DOWN}


@dataclass
class Opened:
    """A row's part for one act: the form of an edit or an answer, or the branch that would be taken down."""

    act: str
    form: WordsForm | None = None
    branch: list[Comment] | None = None

    @property
    def shown(self) -> str:
        """What taking down is bound to, beside the comment itself."""
        return " ".join(shown(comment) for comment in self.branch or ())


@require_safe
def write(request: HttpRequest, comment_id: int, what: str) -> HttpResponse:
    """One comment with a form for other words or an answer, or with its branch: a page, or a row for the desk."""
    if not access.decides_any(request.user):
        raise PermissionDenied
    found = lists.whole(access.decidable(request.user, Comment.objects.filter(pk=comment_id))).first()
    if found is None:
        raise Http404
    if ACTS[what] == wishes.EDIT and not request.user.has_perm(EDIT_WORDS):
        raise PermissionDenied
    now = timezone.now()
    rows = queue.rows([found], now)
    open_row(rows[0], ACTS[what])
    context = {
        "title": _("A comment by %(name)s") % {"name": found.name},
        "place": Place.read(request.GET),
        "lines": rows,
        **reading.with_forms(request, rows, now),
    }
    name = "_fragment" if is_from_script(request) else "write"
    return render(request, f"admin/comments/comment/{name}.html", context)


def is_from_script(request: HttpRequest) -> bool:
    """Whether the desk's script asks: it puts the rows of the answer into the page that it has."""
    return request.headers.get("X-Requested-With") == "desk"


def open_row(row: Row, act: str, typed: Any = None) -> None:
    """Open a row for an act, with what was typed for it already."""
    comment = row.comment
    if act == wishes.TAKE_DOWN:
        branch = moderation.branch(comment)
        with_words = Comment.objects.in_bulk([each.pk for each in branch])
        row.opened = Opened(act, branch=[with_words[each.pk] for each in branch])
        return
    label = _("Other words for it") if act == wishes.EDIT else _("Your answer")
    typed_here = typed if typed is not None and f"{comment.pk}-{act}-body" in typed else None
    row.opened = Opened(
        act,
        WordsForm(
            typed_here,
            initial={"body": comment.body} if act == wishes.EDIT else None,
            prefix=f"{comment.pk}-{act}",
            label=label,
            longest=Policy.objects.current().max_length,
        ),
    )
