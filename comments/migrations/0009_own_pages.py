from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0008_desk_lists")]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="act",
            field=models.CharField(
                choices=[
                    ("decide", "decided"),
                    ("undo", "took a decision back"),
                    ("edit", "edited the text"),
                    ("publish-words", "published its commenter's other words"),
                    ("decline-words", "declined its commenter's other words"),
                    ("delete", "deleted it for ever"),
                    ("change", "changed the words before they were decided"),
                    ("propose", "proposed other words"),
                    ("appeal", "asked to look again"),
                    ("withdraw", "withdrew it"),
                    ("forget", "asked to be forgotten"),
                ],
                default="decide",
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["goes_at"], name="comments_told_at"),
        ),
    ]
