"""The database goes away under load, and workers are killed. The scripts in tests/faults/ do the same for longer."""

import os

import pytest

from tests.faults import database, desk, full_disk, killing
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
            for result in database.try_all(1, database_url, ("stopped", "hanging", "held", "read-only")):
                for kind in result.kinds:
                    got, told = result.during[kind.name], f"{kind.name}\n{result}"
                    assert set(got.statuses) == {expected(result.fault, kind)}, told
                    assert not got.half, told
                    assert not got.lost_words, told
                    assert result.well_after[kind.name] < database.SECONDS_TO_BE_WELL, told
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


@pytest.mark.production
class DeskTests:
    def test_every_comment_is_decided_once_and_told_once(self) -> None:
        with database_of_its_own() as database_url:
            cleared = desk.try_it(moderators=4, comments=40, times=2, database_url=database_url)
        assert cleared.is_good, cleared
        assert len(cleared.answered) == 40, cleared
        assert cleared.letters, cleared


@pytest.mark.production
class FullDiskTests:
    """`tests/faults/full_disk.py` fills a real one; here the kernel refuses the web workers every byte of a file."""

    def test_all_can_be_read_and_nothing_that_was_typed_is_lost(self) -> None:
        with database_of_its_own() as database_url:
            found = full_disk.try_it(full_disk.Limited(), 1, database_url)
        assert found.is_good, str(found)
        # PostgreSQL writes elsewhere.
        assert set(found.during.other_statuses) == (set() if database_url else {503}), str(found)
        assert bool(found.during.acknowledged) == bool(database_url), str(found)
        assert found.after.acknowledged, str(found)
        assert found.stored_again, str(found)
