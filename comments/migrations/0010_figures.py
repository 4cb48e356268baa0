from typing import Any

from django.apps.registry import Apps
from django.db import migrations

# Of rows that nobody may change the database itself lets none be changed, whoever asks. (It does let them be deleted,
# for that is how a database for tests is emptied; the models delete none, and all that a row names is protected.)
STAYS = {
    "sqlite": [
        "CREATE TRIGGER comments_decision_stays BEFORE UPDATE ON comments_decision "
        "BEGIN SELECT RAISE(ABORT, 'Decisions are never changed.'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION comments_decision_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'Decisions are never changed.' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER comments_decision_stays BEFORE UPDATE ON comments_decision "
        "FOR EACH ROW EXECUTE FUNCTION comments_decision_stays()",
    ],
}
GOES = {
    "sqlite": ["DROP TRIGGER comments_decision_stays"],
    "postgresql": [
        "DROP TRIGGER comments_decision_stays ON comments_decision",
        "DROP FUNCTION comments_decision_stays()",
    ],
}


def guard(apps: Apps, schema_editor: Any) -> None:
    for statement in STAYS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unguard(apps: Apps, schema_editor: Any) -> None:
    for statement in GOES[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """On SQLite a later migration that makes the table anew has to make this guard anew too; a test would tell."""

    dependencies = [("comments", "0009_own_pages")]

    operations = [migrations.RunPython(guard, unguard)]
