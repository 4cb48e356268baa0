from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0007_old_addresses_outlive_posts"),
    ]

    operations = [
        migrations.CreateModel(
            name="PasswordRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, unique=True)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="SignInAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account_key", models.CharField(max_length=64)),
                ("network", models.GenericIPAddressField(null=True)),
                ("at", models.DateTimeField()),
                ("has_succeeded", models.BooleanField(db_default=False, default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account_key", "at"], name="blog_sign_in_account"),
                    models.Index(
                        condition=models.Q(("has_succeeded", False)),
                        fields=["network", "at"],
                        name="blog_sign_in_network",
                    ),
                    models.Index(fields=["at"], name="blog_sign_in_at"),
                ],
            },
        ),
    ]
