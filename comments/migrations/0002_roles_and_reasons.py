from typing import Any

from django.apps.registry import Apps
from django.db import migrations

from blog.roles import EDITORS, MODERATORS, grant

# What there was then; what came later is granted by later migrations.
RIGHTS = {
    MODERATORS: {"comment": ["view", "moderate_all", "view_personal_data"], "decision": ["view"], "reason": ["view"]},
    EDITORS: {
        "policy": ["change", "view"],
        "thread": ["add", "change", "view"],
        "reason": ["add", "change", "view"],
    },
}

REASONS = [
    ("off-topic", "Off the subject", "Your comment is about something other than this post. One about its subject is welcome."),
    ("abusive", "Attacks a person", "Your comment attacks a person. Please answer what was said, not who said it, and send it again."),
    ("personal-details", "Names private details", "Your comment has private details of somebody. Without them it would be welcome."),
    ("advertising", "Advertises", "Your comment reads as an advertisement. A comment on the post itself is welcome."),
    ("unreadable", "Cannot be understood", "We could not make out what your comment says. Please write it again in other words."),
    ("duplicate", "Said already", "You have said this here already; one of your comments is enough."),
    ("other", "Against the guidelines", "Your comment does not keep to the comment guidelines. Please read them and write again."),
]  # fmt: skip


def fill(apps: Apps, schema_editor: Any) -> None:
    grant(apps, "comments", RIGHTS)
    reason = apps.get_model("comments", "Reason")
    for position, (code, label, words) in enumerate(REASONS):
        reason.objects.get_or_create(code=code, defaults={"label": label, "words": words, "position": position})


class Migration(migrations.Migration):
    dependencies = [("comments", "0001_initial"), ("blog", "0002_roles")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
