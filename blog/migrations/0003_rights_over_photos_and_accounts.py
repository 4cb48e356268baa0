from typing import Any

from django.apps.registry import Apps
from django.db import migrations

from blog import roles


def grant(apps: Apps, schema_editor: Any) -> None:
    roles.grant(apps, "blog", roles.RIGHTS)
    roles.grant(apps, "auth", roles.ACCOUNT_RIGHTS)


class Migration(migrations.Migration):
    dependencies = [("blog", "0002_roles")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
