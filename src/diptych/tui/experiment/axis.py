"""The axis that all strips of an experiment share: where a value stands, and which values are written below."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from rich.cells import cell_len

from diptych.core.experiment.row_figures import RowFigure
from diptych.core.statistics.quantiles import quantile
from diptych.report.experiment.figure_values import axis_text

DOTS = 2
"""Columns of dots in a cell."""

_BULK = (0.1, 0.9)
"""The quantiles between which most values lie."""

_LEAST_BULK = 0.2
"""The share of a linear axis that most values must take; if they take less, the axis is logarithmic."""

_STEPS = (1, 2, 5, 10)
_CELLS_PER_TICK = 14
_TICK = "╵"


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """A range of values over a number of cells. Nothing is written below one that `has_values` says is empty."""

    low: float
    high: float
    cells: int
    is_log: bool = False
    has_values: bool = True

    def dot(self, value: float) -> int:
        """Return the column of dots of a value, from 0 to `DOTS` × `cells` − 1."""
        return self.dots((value,))[0]

    def dots(self, values: Iterable[float]) -> list[int]:
        """Return the columns of dots of many values."""
        low, high = (log10(self.low), log10(self.high)) if self.is_log else (self.low, self.high)
        last = DOTS * self.cells - 1
        scale = (last + 1) / (high - low)
        places = map(log10, values) if self.is_log else values
        return [min(max(int((at - low) * scale), 0), last) for at in places]

    def cell(self, value: float) -> int:
        """Return the cell of a value."""
        return self.dot(value) // DOTS

    def labels(self, figure: RowFigure) -> str:
        """Return the line below the strips: marks at round values of a figure, each with its value."""
        line = ""
        if not self.has_values:
            return line
        for value in self._round_values():
            cell, words = self.cell(value), f"{_TICK}{axis_text(figure, value)}"
            if cell + cell_len(words) > self.cells:
                continue
            if not line or cell > cell_len(line) + 1:
                line += " " * (cell - cell_len(line)) + words
        return line

    def _round_values(self) -> Iterator[float]:
        if self.is_log:
            for power in range(floor(log10(self.low)), ceil(log10(self.high)) + 1):
                yield from (value for step in _STEPS[:3] if self.low <= (value := step * 10.0**power) <= self.high)
            return
        rough = (self.high - self.low) / max(self.cells / _CELLS_PER_TICK, 1)
        unit = 10.0 ** floor(log10(rough))
        step = next(each for each in _STEPS if each * unit >= rough * 0.999) * unit
        for number in range(ceil(self.low / step), floor(self.high / step) + 1):
            yield number * step


def axis_for(values: Sequence[float], cells: int, *, is_log: bool | None = None) -> ValueAxis:
    """Return the axis of these values, which are in ascending order. It begins and ends with a value.

    With `is_log` None it is logarithmic if the values need it: if a few of them would leave the others a small part of
    a linear axis. An axis with values that are not above zero is always linear.
    """
    if not values:
        return ValueAxis(0.0, 1.0, max(cells, 1), has_values=False)
    low, high = values[0], values[-1]
    if low == high:
        margin = abs(low) * 0.5 or 1.0
        return ValueAxis(low - margin, high + margin, max(cells, 1))
    if is_log is None:
        bulk = quantile(values, _BULK[1]) - quantile(values, _BULK[0])
        is_log = bulk < _LEAST_BULK * (high - low)
    return ValueAxis(low, high, max(cells, 1), is_log and low > 0)
