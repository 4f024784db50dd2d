"""The table: what was measured, beside what was wanted."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Unit = Literal["ratio", "µs", "ms", "%", "s", "bytes", "more"]

_WHAT = 74
_FORMATS: dict[Unit, str] = {
    "ratio": "{:.2f}",
    "µs": "{:,.0f} µs",
    "ms": "{:.1f} ms",
    "%": "{:.1f} %",
    "s": "{:.2f} s",
    "bytes": "{:,.0f} B",
    "more": "{:+,.0f}",
}


@dataclass(frozen=True)
class Figure:
    """One line of the table; without a target it is there to be compared."""

    what: str
    value: float
    unit: Unit
    target: float | None = None
    wants: Literal["at most", "at least"] = "at most"
    remark: str = ""

    @property
    def verdict(self) -> str:
        """Whether the target is met; "" where there is none."""
        if self.target is None:
            return ""
        met = self.value <= self.target if self.wants == "at most" else self.value >= self.target
        return "ok" if met else "over" if self.wants == "at most" else "under"

    def __str__(self) -> str:
        value = _FORMATS[self.unit].format(self.value)
        sign = "≤" if self.wants == "at most" else "≥"
        target = "" if self.target is None else f"{sign} {_short(self.target, self.unit)}"
        return f"{self.what:<{_WHAT}}{value:>11}{target:>11}  {self.verdict:<5}  {self.remark}".rstrip()


HEADING = f"{'':<{_WHAT}}{'measured':>11}{'target':>11}"


def percentile(values: Iterable[float], percent: float) -> float:
    """The value that so many per cent do not exceed, by nearest rank."""
    ordered: Sequence[float] = sorted(values)
    return ordered[max(math.ceil(len(ordered) * percent / 100) - 1, 0)]


def _short(value: float, unit: Unit) -> str:
    number = f"{value:,g}" if unit != "bytes" else f"{value:,.0f}"
    ending = {"ratio": "", "µs": " µs", "ms": " ms", "%": " %", "s": " s", "bytes": " B", "more": ""}[unit]
    return number + ending
