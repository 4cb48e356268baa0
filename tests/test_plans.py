"""Law 13 on a small archive: whatever a page asks of what grows, it finds by an index.

tests/bench/plans.py holds the same, and how many rows are read for it, on an archive of any size.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.bench import many_comments, many_posts, rows, walk
from tests.bench.judge import Judge

pytestmark = pytest.mark.django_db

# What grows with the archive.
BIG = {
    *("blog_post", "blog_byline", "blog_post_regions", "blog_revision", "blog_oldpath", "blog_photo"),
    *("comments_comment", "comments_thread", "comments_decision", "comments_notice", "django_admin_log"),
}


def empty(tables: Iterable[str]) -> None:
    """Tables as small as they look: what earlier tests never committed still fills pages, and a plan leans on those."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(sorted(tables))} CASCADE")


class PlanTests:
    def test_no_page_and_no_act_reads_a_table_from_end_to_end(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.STORED_PAGES = False
        # What acts is rolled back, and with it would go a session.
        settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
        monkeypatch.setattr(walk, "OF_A_KIND", 1)
        monkeypatch.setattr(walk, "OF_A_LIST", 5)
        monkeypatch.setattr(walk, "ROLES", ["editor", "author", "moderator"])
        empty(BIG)
        now = timezone.now()
        people, told = many_posts.make(120, "a test needs no secret", now)
        many_comments.make(told, people, 200, 25, now)
        rows.count_on()
        judge = Judge(BIG, is_strict=True)

        costs = [judge.cost(name, act) for name, act in walk.everything()]

        wrong = {f"{fault}\n    on {cost.name}" for cost in costs for fault in cost.faults}
        assert not wrong, "\n".join(sorted(wrong))
        assert len(costs) > 200
