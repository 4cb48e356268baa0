"""Nobody sees what an answered change has done away with. `tests/faults/race.py` does the same for a minute or more."""

import os

import pytest

from tests.faults import race
from tests.faults.installation import database_of_its_own

only_with_a_server = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="Two machines share no file of SQLite."
)


@pytest.mark.production
class RaceTests:
    @pytest.mark.parametrize("machines", [1, pytest.param(2, marks=only_with_a_server)])
    def test_no_reader_sees_a_page_older_than_a_change_that_was_answered(self, machines: int) -> None:
        with database_of_its_own() as database_url:
            verdict = race.race(
                seconds=1, least=4, writers=4, readers=4, workers=2, machines=machines, database_url=database_url
            )
        assert verdict.wrong == [], verdict
        assert set(verdict.statuses) == {200}
        assert verdict.changes >= 16
        # A change throws away two pages that are read here, and may be carried out twice: by who made it, and by a
        # follower that saw its row before that was noted. Each worker may be drawing one of them.
        assert verdict.states <= verdict.changes * 4 * machines
        assert verdict.drawn <= verdict.states * 2
        assert verdict.reads > verdict.drawn

    def test_nor_does_who_reads_through_nginx(self, nginx: None) -> None:
        with database_of_its_own() as database_url:
            verdict = race.race(
                seconds=1, least=4, writers=2, readers=4, workers=2, machines=1, database_url=database_url, nginx=True
            )
        assert verdict.wrong == [], verdict
        assert set(verdict.statuses) == {200}
        assert verdict.changes >= 8
        assert verdict.from_files > 0
