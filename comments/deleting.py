"""Deleting a comment for ever, for the few cases in which even the moderators may not keep its words."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from comments import moderation, privacy
from comments.forms import TextField, VersionField
from comments.models import Comment, Decision
from comments.moderation import Kind


class DeletingForm(forms.Form):
    version = VersionField()
    note = TextField(
        label=gettext_lazy("Why, for the record"),
        help_text=gettext_lazy("It is kept for ever, so quote nothing of what is deleted."),
        max_length=500,
        widget=forms.TextInput(),
        error_messages={"required": gettext_lazy("Please say why: the record is all that stays.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Ask, and then blank the comment's words and person. Only who answers for the whole site may."""
    if not request.user.is_superuser:
        raise PermissionDenied
    comment = get_object_or_404(Comment.objects.select_related("thread__post"), pk=comment_id)
    if request.method != "POST":
        return _page(request, comment, DeletingForm(initial={"version": comment.version}))
    form = DeletingForm(request.POST)
    if not form.is_valid():
        return _page(request, comment, form, status=422)
    version, note, now = form.cleaned_data["version"], form.cleaned_data["note"], timezone.now()
    outcome = privacy.delete_for_ever(comment.pk, version, request.user, now, note)
    last = moderation.last_decision(outcome.comment)
    if outcome.kind == Kind.CONFLICT and not (last and last.act == Decision.Act.DELETE):
        form.data = {"note": note, "version": outcome.comment.version}
        sentence = _("The comment has changed since it was shown, so nothing was deleted. This is how it stands now.")
        return _page(request, outcome.comment, form, sentence, 409)
    messages.success(request, _("The comment is deleted for ever. Its record stays."))
    return HttpResponseRedirect(reverse("admin:comments_comment_change", args=[comment.pk]), status=303)


def _page(
    request: HttpRequest, comment: Comment, form: DeletingForm, sentence: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Delete a comment for ever"),
        "comment": comment,
        "form": form,
        "sentence": sentence,
    }
    return render(request, "admin/comments/comment/delete.html", context, status=status)
