import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Nothing changes in the database: what is deleted leaves its old addresses behind, whoever deletes it."""

    dependencies = [("blog", "0006_old_addresses_by_slug")]

    operations = [
        migrations.AlterField(
            "oldpath",
            "post",
            models.ForeignKey(
                "blog.post",
                django.db.models.deletion.SET_NULL,
                blank=True,
                null=True,
                related_name="old_paths",
            ),
        ),
    ]
