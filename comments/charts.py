"""Two pictures of the figures, as numbers for an SVG: across in hundredths of its width, down in pixels.

So a picture fits a phone without its words becoming small.
"""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from comments.figures import Tally

# Where the highest value is drawn, and the line that everything stands on.
TOP, BASE = 24, 180
HEIGHT = 204
GAP = 0.15
DATES_SHOWN = 4
HOUR = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Bar:
    kind: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Line:
    """A level line with its words; `kind` is empty for one of the scale."""

    kind: str
    y: str
    label: str
    x1: str = "0%"
    x2: str = "100%"


@dataclass(frozen=True)
class Chart:
    bars: Sequence[Bar]
    # Over the bars: how many came, on each day.
    marks: Sequence[Line]
    lines: Sequence[Line]
    # Where along the base a day is named.
    dates: Sequence[tuple[str, str]]
    height: int = HEIGHT
    base: int = BASE


def counts(days: "Sequence[Tally]") -> Chart:
    """For each day a bar of what was decided, and a mark at how many came."""
    scale = Scale(max((max(day.sent, day.decided) for day in days), default=0))
    bars, marks = [], []
    for number, day in enumerate(days):
        left, width = _column(number, len(days))
        below = 0
        for kind in ("approved", "rejected", "spam"):
            count = getattr(day, kind)
            if count:
                bars.append(scale.bar(kind, left, width, below, below + count))
            below += count
        marks.append(Line("sent", scale.y(day.sent), "", _percent(left), _percent(left + width)))
    return Chart(bars, marks, scale.lines(_("%(number)s a day")), _dates(days))


def waits(days: "Sequence[Tally]", goal: datetime.timedelta) -> Chart:
    """For each day how long nine of ten waited at most, and in front of it how long half of them did."""
    found = [day.nine_tenths / HOUR for day in days if day.nine_tenths]
    scale = Scale(max([goal / HOUR, *found]))
    bars = []
    for number, day in enumerate(days):
        left, width = _column(number, len(days))
        for kind, wait in (("nine-tenths", day.nine_tenths), ("median", day.median)):
            if wait:
                bars.append(scale.bar(kind, left, width, 0, wait / HOUR))
    goal_line = Line("goal", scale.y(goal / HOUR), _("goal: %(hours)s h") % {"hours": f"{goal / HOUR:g}"})
    return Chart(bars, [], [*scale.lines(_("%(number)s h")), goal_line], _dates(days))


@dataclass(frozen=True)
class Scale:
    most: float

    @property
    def top(self) -> float:
        """A round number that nothing drawn is above, and whose half is round too."""
        most = max(self.most, 2)
        power = 10.0 ** math.floor(math.log10(most))
        return next(step * power for step in (1, 2, 4, 6, 10) if step * power >= most)

    def y(self, value: float) -> str:
        return f"{BASE - (BASE - TOP) * value / self.top:.1f}"

    def bar(self, kind: str, left: float, width: float, below: float, above: float) -> Bar:
        height = (BASE - TOP) * (above - below) / self.top
        return Bar(kind, _percent(left), self.y(above), _percent(width), f"{height:.1f}")

    def lines(self, words: str) -> list[Line]:
        return [Line("", self.y(value), words % {"number": f"{value:g}"}) for value in (self.top, self.top / 2)]


def _column(number: int, of: int) -> tuple[float, float]:
    """Where a day's bar begins, and how wide it is."""
    step = 100 / of
    return (number + GAP / 2) * step, step * (1 - GAP)


def _percent(share: float) -> str:
    return f"{share:.2f}%"


def _dates(days: "Sequence[Tally]") -> list[tuple[str, str]]:
    """Few of them, at their beginning, so that the words of a phone's picture do not run into each other."""
    every = math.ceil(len(days) / DATES_SHOWN)
    return [
        (_percent(number * 100 / len(days)), date_format(day.day, "j M"))
        for number, day in enumerate(days)
        if number % every == 0 and day.day
    ]
