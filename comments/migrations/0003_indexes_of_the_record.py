from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0002_roles_and_reasons")]

    operations = [
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["-at", "-id"], name="comments_decided_at"),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["by", "-at", "-id"], name="comments_decided_by"),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["to_status", "-at", "-id"], name="comments_decided_to"),
        ),
    ]
