from typing import Any

from django.apps.registry import Apps
from django.db import migrations

from blog.roles import grant
from comments.roles import RIGHTS


def fill(apps: Apps, schema_editor: Any) -> None:
    grant(apps, "comments", RIGHTS)
    for kind in ("notice", "block"):
        apps.get_model("comments", "WordList").objects.get_or_create(kind=kind)


def name_acts(apps: Apps, schema_editor: Any) -> None:
    """What was recorded before acts had names: an undo names what it undoes, and only commenters withdrew."""
    decisions = apps.get_model("comments", "Decision").objects
    decisions.filter(undoes__isnull=False).update(act="undo")
    decisions.filter(to_status="withdrawn").update(act="withdraw", via="own-page")


class Migration(migrations.Migration):
    dependencies = [("comments", "0005_the_desk")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(name_acts, migrations.RunPython.noop),
    ]
