"""What the benchmark prints is right: its ratios, its goals, and what it takes from wrk's words."""

import pytest

from tests.bench.comparisons import COST, SPEED, TAKEN, is_all_there
from tests.bench.load import Commenting, requests_in
from tests.bench.rounds import Round
from tests.bench.table import compared, table

WRK = """Running 3s test @ http://127.0.0.1:23456/
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.62ms  412.10us   9.71ms   92.11%
    Req/Sec     9.93k   430.17    10.56k    83.33%
  29630 requests in 3.00s, 271.13MB read
Requests/sec:   9876.12
Transfer/sec:     90.37MB
"""


def rounds(*milliseconds: float, database: float = 0) -> list[Round]:
    return [Round(1_000, 2, each, database) for each in milliseconds]


class TableTests:
    def test_a_ratio_is_the_median_of_rounds_that_followed_each_other(self) -> None:
        # The machine was slower in the last round, for both: the sums would say 0.52.
        row = compared("A page", COST, ("ours", rounds(4, 5, 90)), ("theirs", rounds(10, 10, 180)))
        assert row.ratio == 0.5
        assert row.is_met

    def test_what_costs_more_than_its_goal_is_not_met(self) -> None:
        row = compared("A page", COST, ("ours", rounds(6)), ("theirs", rounds(10)))
        assert row.ratio == 0.6
        assert not row.is_met

    def test_speed_is_what_the_other_needs_of_what_ours_needs(self) -> None:
        row = compared("A page", SPEED, ("ours", rounds(4)), ("theirs", rounds(3)))
        assert row.ratio == 0.75
        assert row.is_met
        assert not compared("A page", SPEED, ("ours", rounds(4)), ("theirs", rounds(2))).is_met

    def test_comments_are_compared_by_how_many_are_taken_whatever_they_cost(self) -> None:
        ours, theirs = [Round(300, 3, 9)], [Round(400, 4, 1)]
        row = compared("Comments", TAKEN, ("ours", ours), ("theirs", theirs))
        assert row.ratio == 1.0
        assert row.is_met

    def test_there_is_a_column_for_each_database_and_its_own_use_stands_apart(self) -> None:
        lite = compared("A page", COST, ("ours", rounds(4)), ("theirs", rounds(10)))
        post = compared("A page", COST, ("ours", rounds(8, database=2)), ("theirs", rounds(10, database=1)))
        lines = table({"SQLite": [lite], "PostgreSQL": [post]}).splitlines()
        assert lines[0].split() == ["SQLite", "PostgreSQL"]
        assert lines[3].split() == ["ours", "500/s", "4.000", "ms", "500/s", "8.000", "ms", "+2.000", "ms"]
        assert lines[5].split()[-5:] == ["0.40", "met", "0.80", "NOT", "MET"]
        assert post.sides["theirs"] == {"per_second": 500, "cpu_ms": 10, "database_ms": 1}


class CountingTests:
    def test_the_requests_of_wrk_are_read(self) -> None:
        assert requests_in(WRK) == 29_630

    @pytest.mark.parametrize(
        "trouble", ["  Non-2xx or 3xx responses: 3\n", "  Socket errors: connect 0, read 2, write 0, timeout 0\n"]
    )
    def test_a_request_that_failed_ends_the_benchmark(self, trouble: str) -> None:
        with pytest.raises(RuntimeError, match="Not every request"):
            requests_in(WRK + trouble)

    @pytest.mark.parametrize("found", [(9, 9), (11, 10), (11, 11), (10, 9)])
    def test_a_comment_lost_or_stored_twice_ends_the_benchmark(self, found: tuple[int, int]) -> None:
        commenting = Commenting(None, "Bench", 303, [("/", {})])  # type: ignore[arg-type]
        commenting.taken = 10
        is_all_there(commenting, (10, 10))
        with pytest.raises(RuntimeError, match="10 comments were taken"):
            is_all_there(commenting, found)
