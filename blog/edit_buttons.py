"""The buttons under a post's form: what an account may do with a post as it stands."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from blog import revisions
from blog.models import Post

Status = Post.Status


@dataclass(frozen=True)
class Button:
    act: str
    label: Any
    is_main: bool = False


CORRECT = Button("publish", gettext_lazy("Publish this correction now"), is_main=True)


def buttons(post: Post, by: Any, now: datetime.datetime) -> list[Button]:
    """What this account may do with this post now. Save stands first: Enter in a field presses the first button."""
    is_live, was_public = post.is_published(now), post.has_been_public(now)
    is_scheduled = post.status == Status.PUBLISHED and not was_public
    may_publish = by.has_perm("blog.publish_post")
    goes_up = is_scheduled or (was_public and revisions.waiting(post).exists())
    save = gettext_lazy("Save")
    if goes_up and may_publish:
        save = gettext_lazy("Save what goes up")
    elif goes_up or was_public:
        save = gettext_lazy("Save without publishing")
    offered = [Button("save", save), Button("preview", gettext_lazy("Save and preview"))]
    if not may_publish:
        return [*offered, Button("hand_in", gettext_lazy("Hand in"), is_main=True)]
    if post.handed_in_at:
        offered.append(Button("hand_back", gettext_lazy("Hand back")))
    publish = gettext_lazy("Publish changes now") if is_live else gettext_lazy("Publish now")
    offered += [Button("publish", publish, is_main=True), Button("schedule", gettext_lazy("Schedule"))]
    if is_scheduled:
        return [*offered, Button("unschedule", gettext_lazy("Unschedule"))]
    if was_public and not is_live:
        offered.append(Button("put_up_again", gettext_lazy("Put up again what readers saw")))
    if post.status == Status.PUBLISHED:
        offered.append(Button("take_down", gettext_lazy("Take down")))
    return offered
