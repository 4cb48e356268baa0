from typing import Any

from django.apps.registry import Apps
from django.db import migrations

from blog import roles


def grant(apps: Apps, schema_editor: Any) -> None:
    roles.grant(apps, "blog", roles.RIGHTS)


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
