"""How unusual a gap between two events is, compared with the other gaps of its run.

`docs/explanation/figures.md` explains this to users.
"""

from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate
from math import exp, floor, inf, log
from typing import Literal

GapLevel = Literal["usual", "long", "unusual"]

_BIN_WIDTH = log(1.02)
_FEWEST = 8
"""Gaps without which nothing can be said about what is usual."""

_LONG_FENCE = 1.5
_UNUSUAL_FENCE = 3.0
"""Tukey's fences: how many interquartile ranges above the third quartile a gap must be."""

_LEAST_LONG = 0.05
_LEAST_UNUSUAL = 0.1
"""Seconds below which a gap is not worth a look, however regular the others are."""


class GapHistogram:
    """Counts gaps in bins that are 2 % wide, so that quantiles of a growing run are known at any time at little cost.

    A quantile is therefore off by at most 2 %.
    """

    def __init__(self) -> None:
        self.count = 0
        self._zeros = 0
        self._bins = defaultdict[int, int](int)

    def add(self, seconds: float) -> None:
        """Count a gap."""
        self.count += 1
        if seconds <= 0:
            self._zeros += 1
            return
        self._bins[floor(log(seconds) / _BIN_WIDTH)] += 1

    def quantile(self, share: float) -> float:
        """Return the gap that this share of all gaps does not exceed, between two gaps if need be; 0 without gaps."""
        if not self.count:
            return 0.0
        rank = share * (self.count - 1)
        below = int(rank)
        lower, upper = self._at_rank(below), self._at_rank(min(below + 1, self.count - 1))
        return lower + (rank - below) * (upper - lower)

    def _at_rank(self, rank: int) -> float:
        """Return the gap with that many smaller ones."""
        if rank < self._zeros:
            return 0.0
        numbers = sorted(self._bins)
        reached = accumulate((self._bins[number] for number in numbers), initial=self._zeros)
        next(reached)
        number = next(number for number, count in zip(numbers, reached, strict=True) if count > rank)
        return exp((number + 0.5) * _BIN_WIDTH)


@dataclass(frozen=True, slots=True)
class GapLimits:
    """The seconds above which a gap of a run is long, and above which it is unusual."""

    long: float = inf
    unusual: float = inf

    def level(self, seconds: float) -> GapLevel:
        """Return how unusual a gap is."""
        if seconds <= self.long:
            return "usual"
        return "long" if seconds <= self.unusual else "unusual"


def gap_limits(gaps: GapHistogram) -> GapLimits:
    """Return what is long and what is unusual among these gaps.

    A gap is long if it is more than 1.5 interquartile ranges above the third quartile and at least 0.05 s, and unusual
    if it is more than 3 ranges above it and at least 0.1 s (the inner and the outer fence of Tukey's Exploratory Data
    Analysis, 1977). With fewer than eight gaps none is.
    """
    if gaps.count < _FEWEST:
        return GapLimits()
    first, third = gaps.quantile(0.25), gaps.quantile(0.75)
    spread = third - first
    return GapLimits(
        max(third + _LONG_FENCE * spread, _LEAST_LONG), max(third + _UNUSUAL_FENCE * spread, _LEAST_UNUSUAL)
    )
