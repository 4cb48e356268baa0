from typing import Any

from django.db import migrations, models

# SQLite keeps the words in a table of their own, which three triggers hold to what the comments say. The triggers go
# with the table wherever a later migration makes `comments_comment` anew: that migration has to end with `make` here.
SQLITE = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS comments_words USING fts5(
        name, body, content='comments_comment', content_rowid='id',
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
    )""",
    """CREATE TRIGGER IF NOT EXISTS comments_words_come AFTER INSERT ON comments_comment BEGIN
        INSERT INTO comments_words(rowid, name, body) VALUES (new.id, new.name, new.body);
    END""",
    """CREATE TRIGGER IF NOT EXISTS comments_words_change AFTER UPDATE OF name, body ON comments_comment BEGIN
        INSERT INTO comments_words(comments_words, rowid, name, body) VALUES ('delete', old.id, old.name, old.body);
        INSERT INTO comments_words(rowid, name, body) VALUES (new.id, new.name, new.body);
    END""",
    """CREATE TRIGGER IF NOT EXISTS comments_words_go AFTER DELETE ON comments_comment BEGIN
        INSERT INTO comments_words(comments_words, rowid, name, body) VALUES ('delete', old.id, old.name, old.body);
    END""",
    "INSERT INTO comments_words(comments_words) VALUES ('rebuild')",
)
POSTGRESQL = (
    """CREATE INDEX comments_words ON comments_comment
        USING gin (to_tsvector('simple', name || ' ' || body))""",
)
SQLITE_BACK = (
    "DROP TRIGGER IF EXISTS comments_words_come",
    "DROP TRIGGER IF EXISTS comments_words_change",
    "DROP TRIGGER IF EXISTS comments_words_go",
    "DROP TABLE IF EXISTS comments_words",
)


def make(apps: Any, schema_editor: Any) -> None:
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def unmake(apps: Any, schema_editor: Any) -> None:
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in ("DROP INDEX IF EXISTS comments_words",) if is_postgresql else SQLITE_BACK:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("comments", "0007_learning")]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("waiting_since__isnull", False), models.Q(("status", "pending"), _negated=True)),
                fields=["waiting_since", "id"],
                name="comments_queue_of_others",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("status", "rejected")), fields=["thread", "id"], name="comments_rejected_in_thread"
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("status", "spam")), fields=["thread", "id"], name="comments_spam_in_thread"
            ),
        ),
        migrations.RunPython(make, unmake),
    ]
