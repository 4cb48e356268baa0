"""The database goes away under load, and workers are killed. The scripts in tests/faults/ do the same for longer."""

import os

import pytest

from tests.faults import database, killing
from tests.faults.installation import database_of_its_own


@pytest.mark.production
class DatabaseTests:
    @pytest.mark.skipif(
        not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="SQLite has no server to stop."
    )
    def test_stored_pages_are_read_while_it_is_away_and_all_comes_back_by_itself(self) -> None:
        with database_of_its_own() as database_url:
            for result in database.try_all(1.5, database_url):
                told = "\n".join(result.rows())
                stored, drawn, comment = (result.kinds[kind] for kind in database.KINDS)
                assert set(stored.statuses) == {200}, told
                assert result.started_meanwhile == 200, told
                assert set(drawn.statuses) == ({200} if result.fault == "read-only" else {503}), told
                assert set(comment.statuses) == {503}, told
                assert max(kind.slowest for kind in result.kinds.values()) < 5, told
                assert comment.lost_words == 0, told
                assert sum(kind.half for kind in result.kinds.values()) == 0, told
                assert result.recovered_after < 5, told


@pytest.mark.production
class KilledTests:
    def test_nothing_acknowledged_is_lost_and_no_half_or_old_page_is_sent(self) -> None:
        with database_of_its_own() as database_url:
            account = killing.try_it(3, database_url)
        assert account.killed.total() == 3
        assert account.is_good, account
        assert account.acknowledged
        assert account.verdict is not None
        assert account.verdict.reads
        assert account.letters
