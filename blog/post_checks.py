"""What a post's form refuses before it is published, scheduled or saved: times that cannot be, and what is missing."""

import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from blog import markup
from blog.models import Post

if TYPE_CHECKING:
    from blog.forms import PostForm

PUBLISHES = {"publish", "schedule"}
TIMES = ("publish_at", "expire_at")
CHOSE_A_TIME = _("You chose a time to come: press Schedule, or empty this field to publish now.")
EARLIEST = datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)
LATEST = datetime.datetime(2200, 1, 1, tzinfo=datetime.UTC)


def check_complete(form: "PostForm") -> None:
    """Text and authors are needed; what else readers would miss is asked about once, before the first time."""
    typed = form.cleaned_data
    if not markup.plain_text(typed.get("body") or ""):
        form.add_error("body", _("There is no text yet, so there is nothing to publish."))
    if "is_incomplete_meant" not in form.fields:
        return
    if not typed.get("bylines"):
        form.add_error("bylines", _("Please choose who wrote it."))
    wanted = {"summary": _("summary"), "regions": _("region"), "lead_photo": _("photo")}
    missing = [str(said) for name, said in wanted.items() if not typed.get(name)]
    if missing and not typed.get("is_incomplete_meant"):
        said = _(
            "Nothing was published: it has no %(missing)s yet. Add it, or tick this box and press the button again."
        )
        form.add_error("is_incomplete_meant", said % {"missing": ", ".join(missing)})
    elif not missing:
        del form.fields["is_incomplete_meant"]


def check_times(form: "PostForm") -> None:
    for name in (*TIMES, "go_live_at"):
        typed = form.cleaned_data.get(name)
        if typed and not EARLIEST <= typed < LATEST:
            form.add_error(name, _("Please choose a year between 1900 and 2199."))
    expire_at, go_live_at = form.moment("expire_at"), form.cleaned_data.get("go_live_at")
    begins_at = go_live_at or form.moment("publish_at") or (form.now if form.data.get("act") == "publish" else None)
    if expire_at and expire_at <= (begins_at or EARLIEST):
        form.add_error("expire_at", _("This is before the post is published."))
    if go_live_at and go_live_at <= form.now:
        form.add_error("go_live_at", _("Please choose a time to come, or leave this empty to publish now."))
    elif go_live_at and form.data.get("act") == "publish":
        form.add_error("go_live_at", CHOSE_A_TIME)
    if "publish_at" in form.fields and "publish_at" not in form.errors:
        _check_publish_at(form)


def _check_publish_at(form: "PostForm") -> None:
    act, at = form.data.get("act"), form.moment("publish_at")
    is_to_come, was_public = bool(at and at > form.now), form.post.has_been_public(form.now)
    is_scheduled = form.post.status == Post.Status.PUBLISHED and not was_public
    if was_public:
        if is_to_come:
            said = _("Readers know this post already. To show it later, use “Publish these changes on”.")
            form.add_error("publish_at", said)
        elif act == "schedule" and not form.cleaned_data.get("go_live_at"):
            form.add_error("go_live_at", _("Please choose when readers will see these changes."))
    elif act == "schedule" and not is_to_come:
        form.add_error("publish_at", _("Please choose when readers will see it: a time to come."))
    elif act == "publish" and is_to_come and at != form.post.publish_at:
        form.add_error("publish_at", CHOSE_A_TIME)
    elif is_scheduled and act in ("save", "preview") and not is_to_come:
        said = _("This post is scheduled. Choose a time to come, or press Unschedule or Publish now.")
        form.add_error("publish_at", said)
