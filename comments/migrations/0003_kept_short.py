"""Rows found by an index: what the clock erases, an account's own comments, the record by who and what."""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models


def date_spam(apps: Apps, schema_editor: Any) -> None:
    """What the machine declined was decided when it came."""
    undated = apps.get_model("comments", "Comment").objects.filter(status="spam", decided_at__isnull=True)
    undated.update(decided_at=models.F("submitted_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0002_roles_and_reasons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(date_spam, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="comment",
            name="user",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("user__isnull", False)),
                fields=["user", "-submitted_at"],
                name="comments_by_account",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(
                    ("waiting_since__isnull", True),
                    models.Q(
                        ("ip_address__isnull", False), models.Q(("user_agent", ""), _negated=True), _connector="OR"
                    ),
                ),
                fields=["decided_at"],
                name="comments_with_traces",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(
                    ("waiting_since__isnull", True), models.Q(("email", ""), ("email_key", ""), _negated=True)
                ),
                fields=["status", "decided_at"],
                name="comments_with_addresses",
            ),
        ),
        migrations.RemoveIndex(model_name="comment", name="comments_by_status"),
        *(
            migrations.AddIndex(
                "comment",
                models.Index(condition=models.Q(("status", name)), fields=["-id"], name=f"comments_{name}"),
            )
            for name in ("approved", "rejected", "spam")
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["by", "to_status", "-at", "-id"], name="comments_decided_by_to"),
        ),
    ]
