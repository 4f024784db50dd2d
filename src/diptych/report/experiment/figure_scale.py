"""In which unit and with how many decimals the values of a figure are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, log10
from typing import assert_never

from diptych.core.experiment.row_figures import FigureUnit, RowFigure
from diptych.report.figures import UNKNOWN

_DIGITS = 3
_MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class FigureScale:
    """Writes values as multiples of a unit, such as milliseconds, all with the same number of decimals."""

    unit: str
    factor: float
    decimals: int

    def number(self, value: float | None) -> str:
        """Return a value without its unit; "–" if it is unknown."""
        return UNKNOWN if value is None else f"{value * self.factor:,.{self.decimals}f}"

    def amount(self, value: float) -> str:
        """Return a value with its unit.

        >>> FigureScale("ms", 1000, 1).amount(0.0123), FigureScale("$/1,000", 1000, 2).amount(0.00123)
        ('12.3 ms', '$1.23/1,000')
        """
        if self.unit.startswith("$"):
            return f"${self.number(value)}{self.unit[1:]}"
        return f"{self.number(value)} {self.unit}"

    def span(self, ends: tuple[float, float] | None) -> str:
        """Return two values as `0.38–0.44`; "–" if they are unknown."""
        return UNKNOWN if ends is None else f"{self.number(ends[0])}–{self.number(ends[1])}"


def figure_scale(figure: RowFigure, typical: float, values: Iterable[float] = ()) -> FigureScale:
    """Return a scale that gives a typical value three significant digits.

    Below 0.1 s it is milliseconds; below 0.01 dollars it is dollars for 1,000 answers. Tokens have a decimal only if
    one of the `values`, such as a median of two answers, is not a whole number.
    """
    typical = abs(typical)
    unit, factor = _unit(figure.unit, typical)
    if figure.unit == "tokens":
        is_whole = all(value == int(value) for value in (typical, *values))
        return FigureScale(unit, factor, 0 if is_whole or typical >= 100 else 1)
    return FigureScale(unit, factor, _decimals(typical * factor))


def _unit(unit: FigureUnit, typical: float) -> tuple[str, float]:
    """Return the unit in which values of this size are written, and how many of it make one of the figure's."""
    match unit:
        case "seconds":
            return ("ms", 1000.0) if typical < 0.1 else ("s", 1.0)
        case "dollars":
            return ("$/1,000", 1000.0) if typical < 0.01 else ("$", 1.0)
        case "tokens per second":
            return "tok/s", 1.0
        case "tokens":
            return "tokens", 1.0
        case _:
            assert_never(unit)


def _decimals(number: float) -> int:
    if not number:
        return 1
    return min(max(_DIGITS - 1 - floor(log10(number)), 0), _MOST_DECIMALS)
