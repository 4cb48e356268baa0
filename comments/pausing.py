"""Stopping comments for a while: on one post or everywhere, until a time, or by hours of every day.

Nothing has to run for comments to open again: `policy.closed_reason` asks the clock.
"""

import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from blog import pages
from blog.fields import MomentField, unless_touched
from blog.models import Post
from comments import threads
from comments.models import UNTIL_OPENED, Policy, Thread
from comments.policy import closed_reason

PAUSE, CHANGE_THREAD = "comments.pause_comments", "comments.change_thread"
MORNING = datetime.time(8)
# The buttons for a thumb; what is typed beside them goes along.
HOUR, TOMORROW, OPEN_ENDED, OPEN = "hour", "tomorrow", "open-ended", "open"
SHORTCUTS = {
    HOUR: gettext_lazy("For an hour"),
    TOMORROW: gettext_lazy("Until tomorrow, 8:00"),
    OPEN_ENDED: gettext_lazy("Until I open them again"),
}


class PausingForm(forms.ModelForm):
    """It brings along what it showed, so that a page left open overwrites no colleague's word."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    paused_until = MomentField(
        label=capfirst(Thread._meta.get_field("paused_until").verbose_name),
        required=False,
        help_text=gettext_lazy("Empty: not paused. At that time comments open by themselves."),
    )

    def __init__(self, *args: Any, now: datetime.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.present = self.instance.paused_until
        if self.present and not now < self.present < UNTIL_OPENED:
            # One that is over is none any more, and one without an end has no time to be shown.
            self.initial["paused_until"] = None

    def clean_paused_until(self) -> datetime.datetime | None:
        """The time of the button that was pressed, or else the one typed."""
        until: datetime.datetime | None = self.cleaned_data["paused_until"]
        pressed = self.data.get("pause", "")
        if pressed:
            return end_of(pressed, self.now)
        until = unless_touched(until, self.present)
        if until and until <= self.now:
            raise ValidationError(_("This time has passed already. Please choose a later one."))
        # Saving something else does not open what a colleague paused until further notice.
        if until is None:
            return self.present if self.present == UNTIL_OPENED else None
        # No later, for the last day of all is over in some zones.
        return min(until, UNTIL_OPENED)


class ThreadForm(PausingForm):
    class Meta:
        model = Thread
        fields = ["pause_sentence", "paused_until", "mode"]

    def __init__(self, *args: Any, may_change_mode: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_change_mode:
            del self.fields["mode"]


class HouseForm(PausingForm):
    class Meta:
        model = Policy
        fields = ["pause_sentence", "paused_until", "opens_at", "closes_at"]
        widgets = dict.fromkeys(("opens_at", "closes_at"), forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(PAUSE, raise_exception=True)
def pausing(request: HttpRequest, post_id: int) -> HttpResponse:
    """The comments of one post; whether they are closed for good is for those who may change the thread."""
    now = timezone.now()
    # Of a post that nobody but its authors and the editors know yet, others do not learn the title here.
    post = get_object_or_404(Post.objects.known_to(request.user, now), pk=post_id)
    address = reverse("admin:comments_thread_change", args=[post.pk])
    may_change_mode = request.user.has_perm(CHANGE_THREAD)

    def form(*args: Any, **kwargs: Any) -> ThreadForm:
        return ThreadForm(*args, instance=threads.of(post), now=now, may_change_mode=may_change_mode, **kwargs)

    def draw(form: PausingForm, status: int = 200) -> HttpResponse:
        thread, policy = threads.of(post), Policy.objects.current()
        context = {
            "title": _("Comments of this post"),
            "subtitle": post.title,
            "post": post,
            "thread": thread,
            "post_url": post.get_absolute_url() if post.is_published(now) else "",
            "closed": closed_reason(post, thread, policy, now),
            "is_closed_elsewhere": closed_reason(Post(), Thread(), policy, now) is not None,
        }
        return _page(request, thread, form, context, status)

    if request.method != "POST":
        return draw(form(initial={"seen": _said(threads.of(post))}))
    return _answer(request, form(request.POST), draw, address)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(PAUSE, raise_exception=True)
def pausing_everywhere(request: HttpRequest) -> HttpResponse:
    """The comments of all posts: for those, too, who may not change what else the policy says."""
    now = timezone.now()

    def draw(form: PausingForm, status: int = 200) -> HttpResponse:
        policy = Policy.objects.current()
        context = {
            "title": _("Pause comments everywhere"),
            "closed": closed_reason(Post(), Thread(), policy, now),
            "is_switched_off": not policy.is_open,
        }
        return _page(request, policy, form, context, status)

    policy, address = Policy.objects.current(), reverse("admin:comments_policy_pause")
    if request.method != "POST":
        return draw(HouseForm(instance=policy, now=now, initial={"seen": _said(policy)}))
    return _answer(request, HouseForm(request.POST, instance=policy, now=now), draw, address)


def end_of(pressed: str, now: datetime.datetime) -> datetime.datetime | None:
    """When the pause of a button ends; None where the button opens. Raises ValidationError for no button of ours."""
    if pressed == HOUR:
        return now + datetime.timedelta(hours=1)
    if pressed == TOMORROW:
        tomorrow = timezone.localdate(now) + datetime.timedelta(days=1)
        return timezone.make_aware(datetime.datetime.combine(tomorrow, MORNING))
    if pressed in (OPEN_ENDED, OPEN):
        return UNTIL_OPENED if pressed == OPEN_ENDED else None
    raise ValidationError(_("Please press one of the buttons."))


def _answer(request: HttpRequest, form: PausingForm, draw: Any, address: str) -> HttpResponse:
    if not form.is_valid():
        return draw(form, 422)  # type: ignore[no-any-return]
    present = _save(form)
    if present is not None:
        form.add_error(None, _("A colleague has changed this meanwhile: %(now)s") % {"now": _in_words(present)})
        form.data = {**request.POST.dict(), "seen": _said(present)}
        return draw(form, 409)  # type: ignore[no-any-return]
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(address, status=303)


def _save(form: PausingForm) -> Thread | Policy | None:
    """Write what was typed if what was shown still stands, and nothing besides; or return what stands instead."""
    typed, model = dict(form.cleaned_data), form._meta.model
    seen, post = typed.pop("seen"), getattr(form.instance, "post", None)
    which = {"post": post} if post else {"pk": Policy.ONLY}
    with transaction.atomic():
        model.objects.get_or_create(**which)
        row: Thread | Policy = model.objects.select_for_update().get(**which)
        wanted = {name: typed.get(name, getattr(row, name)) for name in _told(row)}
        if _said(row) not in (seen, _said(model(**which | wanted))):
            return row
        model.objects.filter(pk=row.pk).update(**typed)
        pages.changed(f"thread:{post.pk}" if post else "policy")
    return None


def _told(row: Thread | Policy) -> tuple[str, ...]:
    own = ("mode",) if isinstance(row, Thread) else ("opens_at", "closes_at")
    return ("paused_until", "pause_sentence", *own)


def _said(row: Thread | Policy) -> str:
    """What a page showed, as its form brings it back."""
    values = [getattr(row, name) for name in _told(row)]
    return "|".join(value.isoformat() if hasattr(value, "isoformat") else str(value or "-") for value in values)


def _in_words(row: Thread | Policy) -> str:
    words = [str(row.get_mode_display())] if isinstance(row, Thread) else []
    if isinstance(row, Policy) and row.opens_at and row.closes_at:
        hours = {"from": time_format(row.opens_at), "until": time_format(row.closes_at)}
        words.append(_("open daily from %(from)s until %(until)s") % hours)
    if row.paused_until == UNTIL_OPENED:
        words.append(_("paused until somebody opens them again"))
    elif row.paused_until:
        words.append(_("paused until %s") % date_format(timezone.localtime(row.paused_until), "DATETIME_FORMAT"))
    return "; ".join([*words, row.pause_sentence]).rstrip("; ") or _("not paused")


def _page(
    request: HttpRequest, row: Thread | Policy, form: PausingForm, more: dict[str, Any], status: int
) -> HttpResponse:
    is_paused = row.paused_until is not None and form.now < row.paused_until
    context = {
        **admin.site.each_context(request),
        "form": form,
        "is_paused": is_paused,
        "until": row.paused_until if is_paused and row.paused_until != UNTIL_OPENED else None,
        "shortcuts": SHORTCUTS.items(),
        "may_change_policy": request.user.has_perm("comments.change_policy"),
        **more,
    }
    return render(request, "admin/comments/thread/pausing.html", context, status=status)
