"""A release goes in while people comment: its tables work with the code of the release before."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

# The newest migrations of the code that is at work where a release goes in. To be moved on when a release has landed.
BEFORE = {"blog": "0005_kept_short", "comments": "0010_figures"}


@pytest.fixture
def models_before(db: None) -> list[Any]:
    state = MigrationLoader(connection).project_state(list(BEFORE.items()))
    return [model for app in BEFORE for model in state.apps.get_app_config(app).get_models(include_auto_created=True)]


def test_what_was_added_can_be_left_out_and_nothing_was_taken_away(models_before: list[Any]) -> None:
    wrong = []
    for model in models_before:
        table = model._meta.db_table
        with connection.cursor() as cursor:
            present = {found.name: found for found in connection.introspection.get_table_description(cursor, table)}
        known = {field.column for field in model._meta.concrete_fields}
        wrong += [f"{table}.{name} is gone" for name in known - set(present)]
        added = [present[name] for name in set(present) - known]
        wrong += [f"{table}.{each.name} has no default" for each in added if not each.null_ok and each.default is None]
    assert models_before
    assert wrong == []
