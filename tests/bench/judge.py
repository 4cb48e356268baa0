"""How a database answers a query, and what in that breaks the law that a page costs the same however much there is."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

# A table with more rows is a big one, and no query may read or sort as many; the desk counts as far as that.
BIG = 10_001
# What SQLite's machine does for as many rows, roughly.
STEPS = 40 * BIG
LONGEST_OFFSET = 1_000
MOST_QUERIES = 100
# What may break the law, and why.
ALLOWED = {
    r"/sitemap.*\.xml": "a file holds 10,000 posts, however many there are",
    r"/comments/\d+/": "a thread's pages are numbered",
    r"/admin/post_office/": "letters are kept for thirty days",
}
COUNT = re.compile(r"SELECT COUNT\(\*\) AS \"__count\" FROM \"(\w+)\"\s*$")
OFFSET = re.compile(r"OFFSET (\d+)")
SCAN = re.compile(r"SCAN (\w+)(?! USING)")

Asked = tuple[str, Any]


@contextmanager
def asked() -> Iterator[list[Asked]]:
    """The queries that are sent meanwhile."""
    found: list[Asked] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if re.match(r"SELECT|UPDATE|DELETE", sql) and not many:
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def big_tables() -> set[str]:
    found = set()
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT COUNT(*) FROM (SELECT 1 FROM {connection.ops.quote_name(name)} LIMIT {BIG + 1}) t")
            found |= {name} if cursor.fetchone()[0] > BIG else set()
    return found


@dataclass(frozen=True)
class Answer:
    milliseconds: float
    faults: tuple[str, ...] = ()


@dataclass
class Cost:
    name: str
    queries: int = 0
    slowest: float = 0
    faults: list[str] = field(default_factory=list)


def shape(sql: str) -> str:
    """A query without the columns it asks for."""
    return re.sub(r"^SELECT .*?(?= FROM \"\w+\" )", "SELECT …", sql)


class Judge:
    """Runs each query once more, and rolls back what it does.

    With `is_strict` the tables are small and only stand for big ones: then no row is counted, but each must be found
    by what an index is entered at.
    """

    def __init__(self, big: set[str], *, is_strict: bool = False) -> None:
        self.big, self.is_strict = big, is_strict
        self.known: dict[str, Answer] = {}
        self.explain = self._postgresql if connection.vendor == "postgresql" else self._sqlite

    def cost(self, name: str, act: Callable[[], object]) -> Cost:
        """What an act costs; it is rolled back."""
        with transaction.atomic():
            with asked() as queries:
                act()
            transaction.set_rollback(True)
        cost = Cost(name, len(queries))
        if len(queries) > MOST_QUERIES:
            cost.faults.append(f"asks {len(queries)} queries")
        for sql, params in queries[:MOST_QUERIES]:
            answer = self.answer(sql, params)
            cost.slowest = max(cost.slowest, answer.milliseconds)
            cost.faults += [f"{fault}\n    {shape(sql)}" for fault in answer.faults]
        if any(re.search(path, name) for path in ALLOWED):
            cost.faults = []
        return cost

    def answer(self, sql: str, params: Any) -> Answer:
        key = f"{sql} {params!r}"
        if key not in self.known:
            with transaction.atomic():
                self.known[key] = self.explain(sql, params)
                transaction.set_rollback(True)
        return self.known[key]

    def _said(self, sql: str) -> Iterator[str]:
        """What can be seen in the query's words."""
        if (found := COUNT.search(sql)) and found[1] in self.big:
            yield f"counts the whole of {found[1]}"
        if (found := OFFSET.search(sql)) and int(found[1]) > LONGEST_OFFSET:
            yield "has a long OFFSET"

    def _postgresql(self, sql: str, params: Any) -> Answer:
        with connection.cursor() as cursor:
            if self.is_strict:
                cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
            told = cursor.fetchone()[0]
        plan = (json.loads(told) if isinstance(told, str) else told)[0]
        return Answer(plan["Execution Time"], (*self._said(sql), *self._nodes(plan["Plan"])))

    def _nodes(self, node: dict[str, Any]) -> Iterator[str]:
        kind, table, below = node["Node Type"], node.get("Relation Name", ""), node.get("Plans", [])
        read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        if table in self.big:
            if kind == "Seq Scan" and (read > BIG or self.is_strict):
                yield f"reads {table} from end to end"
            elif read > BIG:
                yield f"reads many rows of {table}"
            elif self.is_strict and kind.startswith("Index") and self._is_unaided(node):
                yield f"goes through {table} for what no index finds"
        if "Sort" in kind and sum(one["Actual Rows"] * one["Actual Loops"] for one in below) > BIG:
            yield "sorts many rows"
        for one in below:
            yield from self._nodes(one)

    def _is_unaided(self, node: dict[str, Any]) -> bool:
        """Whether an index is only gone through; one that holds only what is wanted need not be entered anywhere."""
        if "Filter" not in node or "Index Cond" in node:
            return False
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [node["Index Name"]])
            return " WHERE " not in cursor.fetchone()[0]

    def _sqlite(self, sql: str, params: Any) -> Answer:
        steps = 0

        def count() -> int:
            nonlocal steps
            steps += 1_000
            return 0

        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            lines = [row[3] for row in cursor.fetchall()]
            connection.connection.set_progress_handler(count, 1_000)
            began = time.perf_counter()
            cursor.execute(sql, params)
            cursor.fetchall()
            took = (time.perf_counter() - began) * 1_000
            connection.connection.set_progress_handler(None, 0)
        faults = [*self._said(sql)]
        if self.is_strict and not (" LIMIT " in sql and " WHERE " not in sql):
            names = {alias: table for table, alias in re.findall(r'"(\w+)" "?(U\d+)"?', sql)}
            scanned = [names.get(found[1], found[1]) for line in lines if (found := SCAN.match(line))]
            faults += [f"reads {name} from end to end" for name in scanned if name in self.big]
        if steps > STEPS:
            faults.append(f"takes many steps ({'; '.join(lines)})")
        return Answer(took, tuple(faults))
