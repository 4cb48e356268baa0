"""Rows by the million, written past the models: COPY on PostgreSQL, many at once on SQLite."""

import datetime
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import batched
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models
from tqdm import tqdm

BATCH = 2_000
WORDS = (
    *("harbor", "tide", "river", "delta", "monsoon", "terrace", "ledger", "border", "treaty", "ferry", "market"),
    *("cable", "grid", "salt", "rice", "summit", "school", "island", "strait", "archive", "railway", "garden", "mill"),
    *("province", "survey", "village", "lantern", "engine", "orchard", "valley", "bridge"),
)
Row = Sequence[Any]


def put(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row], total: int) -> None:
    """Write rows of these columns; every other column gets the default of its field."""
    others = [
        field
        for field in model._meta.concrete_fields
        if field.attname not in columns and not field.primary_key and not field.has_db_default()
    ]
    rest = [field.get_db_prep_save(field.get_default(), connection) for field in others]
    names = [*columns, *(field.attname for field in others)]
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)
    bar = tqdm(rows, desc=f"{model._meta.verbose_name_plural}", total=total, unit=" rows", unit_scale=True)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in bar:
                    copy.write_row([*row, *rest])
        else:
            marks = ", ".join(["%s"] * len(names))
            for some in batched(bar, BATCH):
                cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", [[*row, *rest] for row in some])


@contextmanager
def words_afterwards() -> Iterator[None]:
    """What is searched on SQLite is made in one go at the end, which is many times quicker than row by row."""
    kept = import_module("comments.migrations.0008_desk_lists")
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        for statement in kept.SQLITE_BACK if is_sqlite else ():
            cursor.execute(statement)
        yield
        for statement in kept.SQLITE if is_sqlite else ():
            cursor.execute(statement)


def db(value: Any) -> Any:
    """A time, a day or a UUID as the database's driver takes it."""
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, datetime.date):
        return connection.ops.adapt_datefield_value(value)
    return value


def prose(dice: random.Random, count: int) -> str:
    return " ".join(dice.choices(WORDS, k=count)).capitalize() + "."


def hash_of(number: int, salt: int) -> int:
    """The same number each time, in no order that anybody sees."""
    return (number * 2654435761 + salt * 40503) >> 7 & 0xFFFFFF


def count_on() -> None:
    """Rows to come get the ids behind those that were written."""
    own = [model for app in ("blog", "comments") for model in apps.get_app_config(app).get_models()]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), own):
            cursor.execute(statement)
