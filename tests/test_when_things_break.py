"""The database goes away under load, and workers are killed. The scripts in tests/faults/ do the same for longer."""

import os

import pytest

from tests.faults import database, killing
from tests.faults.installation import database_of_its_own

STORED = {"stored page", "stored feed", "stored page past its end, to be added to"}
NO_DATABASE = {"/healthz", "picture", "style sheet"}
WRITING = {"comment sent", "sign-in", "draft saved"}


@pytest.mark.production
class DatabaseTests:
    @pytest.mark.skipif(
        not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="SQLite has no server to stop."
    )
    def test_stored_pages_are_read_while_it_is_away_and_all_comes_back_by_itself(self) -> None:
        with database_of_its_own() as database_url:
            for result in database.try_all(2, database_url):
                for kind in result.kinds:
                    got = result.during[kind.name]
                    assert set(got.statuses) == {expected(result.fault, kind)}, result
                    assert not got.half, result
                    assert not got.lost_words, result
                    assert set(result.before[kind.name].statuses) == {200 if kind.well == 410 else kind.well}, result
                    assert result.well_after[kind.name] < database.SECONDS_TO_BE_WELL, result
                assert result.started_meanwhile == 200, result


def expected(fault: str, kind: database.Kind) -> int:
    if kind.name in STORED | NO_DATABASE:
        return 200
    if fault == "read-only" and kind.name not in WRITING:
        return kind.well
    return 503


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
