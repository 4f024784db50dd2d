"""How many values are spread: median with its interval, quartiles, 95th percentile and range."""

from collections.abc import Iterable
from dataclasses import dataclass

from diptych.core.statistics.median_interval import Interval, median_interval
from diptych.core.statistics.quantiles import FEWEST_FOR_P95, quantile


@dataclass(frozen=True, slots=True)
class Spread:
    """Figures of `n` values, in their unit.

    `interval` contains the true median with at least 95 % confidence; it is None below six values. `p95` is None below
    20 values. `docs/explanation/statistics.md` explains these to users.
    """

    n: int
    median: float
    interval: Interval | None
    p25: float
    p75: float
    p95: float | None
    min: float
    max: float


def spread(values: Iterable[float]) -> Spread | None:
    """Return how values in any order are spread; None if there are none."""
    ordered = sorted(values)
    if not ordered:
        return None
    return Spread(
        n=len(ordered),
        median=quantile(ordered, 0.5),
        interval=median_interval(ordered),
        p25=quantile(ordered, 0.25),
        p75=quantile(ordered, 0.75),
        p95=quantile(ordered, 0.95) if len(ordered) >= FEWEST_FOR_P95 else None,
        min=ordered[0],
        max=ordered[-1],
    )
