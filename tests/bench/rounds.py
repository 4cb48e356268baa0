"""Two or more servers under the same load in turn, several times, so that what drifts on the machine cancels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic

from tests.bench import servers
from tests.bench.load import Load
from tests.bench.servers import Server

SECONDS_TO_WARM_UP = 1


@dataclass(frozen=True)
class Round:
    requests: int
    seconds: float
    cpu_seconds: float
    # What PostgreSQL used; 0 where the database is part of the web server.
    database_seconds: float = 0

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        return 1_000 * self.cpu_seconds / self.requests

    @property
    def database_ms(self) -> float:
        return 1_000 * self.database_seconds / self.requests


@dataclass(frozen=True)
class Plan:
    """How many rounds of how many seconds, whom to tell of each, and PostgreSQL's first process if it is here."""

    rounds: int
    seconds: float
    told: Callable[[str], object]
    postgres: int | None = None

    def in_turn(self, sides: Mapping[str, tuple[Server, Load]]) -> dict[str, list[Round]]:
        for _server, load in sides.values():
            load(SECONDS_TO_WARM_UP)
        found: dict[str, list[Round]] = {name: [] for name in sides}
        for number in range(self.rounds):
            self.told(f"round {number + 1} of {self.rounds}")
            # Every second time the other way round, so that nobody always has the warmer place.
            for name in list(sides) if number % 2 == 0 else reversed(list(sides)):
                found[name].append(self.measured(*sides[name]))
        return found

    def measured(self, server: Server, load: Load) -> Round:
        began, cpu, database = monotonic(), server.cpu_seconds, self.database_seconds
        requests = load(self.seconds)
        if not requests:
            raise RuntimeError(f"Nothing was answered in {self.seconds} seconds: the machine is too busy.")
        return Round(requests, monotonic() - began, server.cpu_seconds - cpu, self.database_seconds - database)

    @property
    def database_seconds(self) -> float:
        return servers.cpu_seconds(self.postgres) if self.postgres else 0
