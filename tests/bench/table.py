"""What was found: ratios of paired rounds, beside the design's goals, as a table and as JSON."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.rounds import Round

UNITS = {"per_second": "{:,.0f}/s", "cpu_ms": "{:,.3f} ms", "database_ms": "+{:,.3f} ms", "megabytes": "{:,.0f} MB"}
NAME, CELL = 44, 34

type Figures = dict[str, float]


@dataclass(frozen=True)
class Goal:
    """What is compared, in words and as a ratio of two rounds, and the bound that the design sets."""

    of: str
    ratio: Callable[[Round, Round], float]
    at_least: float = 0
    at_most: float = math.inf

    def is_met(self, ratio: float) -> bool:
        return self.at_least <= ratio <= self.at_most

    def __str__(self) -> str:
        return f"{self.of}, " + (f"at least {self.at_least}" if self.at_least else f"at most {self.at_most}")


@dataclass(frozen=True)
class Row:
    """One comparison on one database. Without a goal it only says what was found."""

    what: str
    sides: dict[str, Figures]
    goal: str = ""
    ratio: float = 1
    is_met: bool = True


def compared(what: str, goal: Goal, ours: tuple[str, list[Round]], theirs: tuple[str, list[Round]]) -> Row:
    """A row of two sides; the ratio is the median of those of the rounds that followed each other."""
    ratio = median(goal.ratio(one, other) for one, other in zip(ours[1], theirs[1], strict=True))
    return Row(what, figures_of(dict([ours, theirs])), str(goal), ratio, goal.is_met(ratio))


def figures_of(sides: Mapping[str, Sequence[Round]]) -> dict[str, Figures]:
    return {name: figures(rounds) for name, rounds in sides.items()}


def figures(rounds: Sequence[Round]) -> Figures:
    found = {
        "per_second": median(each.per_second for each in rounds),
        "cpu_ms": median(each.cpu_ms for each in rounds),
    }
    database = median(each.database_ms for each in rounds)
    return found | ({"database_ms": database} if database else {})


def table(columns: dict[str, list[Row]]) -> str:
    """A column for each database."""
    lines = [f"{'':{NAME}}" + "".join(f"{name:>{CELL}}" for name in columns)]
    for rows in zip(*columns.values(), strict=True):
        lines += ["", rows[0].what]
        for name in rows[0].sides:
            lines.append(f"  {name:{NAME - 2}}" + "".join(f"{cell(row.sides[name]):>{CELL}}" for row in rows))
        ratios = (f"{row.ratio:.2f} {'met' if row.is_met else 'NOT MET'}" for row in rows)
        if rows[0].goal:
            lines.append(f"  {rows[0].goal:{NAME - 2}}" + "".join(f"{ratio:>{CELL}}" for ratio in ratios))
    return "\n".join(lines)


def cell(side: Figures) -> str:
    return " ".join(UNITS[unit].format(value) for unit, value in side.items())
