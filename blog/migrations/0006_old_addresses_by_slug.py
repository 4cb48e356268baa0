from typing import Any

from django.db import migrations, models


def fill(apps: Any, schema_editor: Any) -> None:
    old_paths = apps.get_model("blog", "OldPath").objects
    some: list[Any] = []
    for old in old_paths.only("path").iterator(chunk_size=2_000):
        old.slug = old.path.rpartition("/")[2]
        some.append(old)
        if len(some) == 2_000:
            old_paths.bulk_update(some, ["slug"])
            some.clear()
    old_paths.bulk_update(some, ["slug"])


class Migration(migrations.Migration):
    dependencies = [("blog", "0005_kept_short")]

    operations = [
        migrations.AddField(
            "oldpath", "slug", models.CharField(db_default="", db_index=True, editable=False, max_length=110)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
