"""What an editor decides about the comments of one post: closed, open for longer, paused for a while."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog import pages
from blog.models import Post
from comments import threads
from comments.models import Policy, Thread
from comments.policy import closed_reason


class PausingForm(forms.ModelForm):
    """It brings along what it showed, so that a page left open overwrites no colleague's word."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    paused_until = forms.DateTimeField(
        label=capfirst(Thread._meta.get_field("paused_until").verbose_name),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    class Meta:
        model = Thread
        fields = ["mode", "paused_until", "pause_sentence"]


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("comments.change_thread", raise_exception=True)
def pausing(request: HttpRequest, post_id: int) -> HttpResponse:
    post = get_object_or_404(Post, pk=post_id)
    thread = threads.of(post)
    if request.method != "POST":
        return _page(request, thread, PausingForm(instance=thread, initial={"seen": _said(thread)}))
    form = PausingForm(request.POST, instance=threads.of(post))
    if not form.is_valid():
        return _page(request, thread, form, 422)
    if not _save(post, form.cleaned_data):
        present = threads.of(post)
        form.add_error(None, _("A colleague has changed this meanwhile: %(now)s") % {"now": _in_words(present)})
        form.data = {**request.POST.dict(), "seen": _said(present)}
        return _page(request, thread, form, 409)
    messages.success(request, _("Saved."))
    response = HttpResponseRedirect(reverse("admin:comments_thread_change", args=[post.pk]))
    response.status_code = 303
    return response


def _save(post: Post, typed: dict[str, Any]) -> bool:
    """Write what was typed if what was shown still stands, and never the counts that decisions keep."""
    seen = typed.pop("seen")
    with transaction.atomic():
        Thread.objects.get_or_create(post=post)
        thread = Thread.objects.select_for_update().get(post=post)
        if _said(thread) not in (seen, _said(Thread(post=post, **typed))):
            return False
        Thread.objects.filter(pk=thread.pk).update(**typed)
        pages.changed(f"thread:{post.pk}")
    return True


def _said(thread: Thread) -> str:
    until = thread.paused_until.timestamp() if thread.paused_until else "-"
    return f"{thread.mode}|{until}|{thread.pause_sentence}|"


def _in_words(thread: Thread) -> str:
    words = [str(thread.get_mode_display())]
    if thread.paused_until:
        words.append(_("paused until %s") % date_format(timezone.localtime(thread.paused_until), "DATETIME_FORMAT"))
    return "; ".join([*words, thread.pause_sentence]).rstrip("; ")


def _page(request: HttpRequest, thread: Thread, form: PausingForm, status: int = 200) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Comments of this post"),
        "subtitle": thread.post.title,
        "post": thread.post,
        "thread": thread,
        "form": form,
        "closed": closed_reason(thread.post, thread, Policy.objects.current(), timezone.now()),
    }
    return render(request, "admin/comments/thread/pausing.html", context, status=status)
