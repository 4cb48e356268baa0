"""What makes a page cost the same however long the archive is: rows found by an index, each list by its own."""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps: Apps, schema_editor: Any) -> None:
    post, revision = apps.get_model("blog", "Post"), apps.get_model("blog", "Revision")
    for name in ("Byline", "Placing"):
        at = post.objects.filter(pk=OuterRef("post_id")).values("publish_at")
        apps.get_model("blog", name).objects.update(publish_at=Subquery(at))
    for pk, snapshot in revision.objects.values_list("pk", "snapshot").iterator(chunk_size=500):
        if snapshot["lead_photo"]:
            revision.objects.filter(pk=pk).update(photo_number=snapshot["lead_photo"])


def index_log(apps: Apps, schema_editor: Any) -> None:
    """The first page of the staff's site shows an account its last acts; Django has no index for that."""
    by_account = models.Index(fields=["user", "-action_time"], name="blog_last_acts")
    schema_editor.add_index(apps.get_model("admin", "LogEntry"), by_account)


class Migration(migrations.Migration):
    dependencies = [
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("blog", "0004_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # The table that Django made for the posts of regions gets a name and a column of its own.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Placing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "post",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="placings", to="blog.post"
                            ),
                        ),
                        (
                            "region",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="placings", to="blog.region"
                            ),
                        ),
                    ],
                    options={"db_table": "blog_post_regions", "unique_together": {("post", "region")}},
                ),
                migrations.AlterField(
                    model_name="post",
                    name="regions",
                    field=models.ManyToManyField(
                        blank=True, related_name="posts", through="blog.Placing", to="blog.region"
                    ),
                ),
            ],
        ),
        migrations.AddField("placing", "publish_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("byline", "publish_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField(
            "revision", "photo_number", models.PositiveBigIntegerField(db_index=True, editable=False, null=True)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(index_log, migrations.RunPython.noop),
        migrations.AlterField(
            "photo",
            "uploaded_by",
            models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            "post",
            "created_by",
            models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex("photo", models.Index(fields=["uploaded_by", "-id"], name="blog_photo_own")),
        *(
            migrations.AddIndex(
                "post", models.Index(condition=models.Q(("status", name)), fields=["-id"], name=f"blog_post_{name}")
            )
            for name in ("draft", "in_review", "taken_down")
        ),
        migrations.AddIndex(
            "post",
            models.Index(
                condition=models.Q(("handed_in_at__isnull", False)), fields=["-id"], name="blog_post_handed_in"
            ),
        ),
        migrations.AddIndex("post", models.Index(fields=["created_by", "-id"], name="blog_post_own")),
        migrations.AlterField(
            "byline",
            "author",
            models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="bylines", to="blog.author"
            ),
        ),
        migrations.AlterField(
            "placing",
            "region",
            models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="placings", to="blog.region"
            ),
        ),
        migrations.AddIndex("byline", models.Index(fields=["author", "-post"], name="blog_byline_own")),
        migrations.AddIndex(
            "byline", models.Index(fields=["author", "-publish_at", "-post"], name="blog_byline_newest")
        ),
        migrations.AddIndex(
            "placing", models.Index(fields=["region", "-publish_at", "-post"], name="blog_placing_newest")
        ),
    ]
