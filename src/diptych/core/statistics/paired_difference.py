"""How the values of two models differ where both answered the same prompt."""

from collections.abc import Sequence
from dataclasses import dataclass

from diptych.core.statistics.median_interval import Interval
from diptych.core.statistics.sign_test import sign_test
from diptych.core.statistics.spread import spread


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """The differences of `n` pairs of values, second minus first, in the unit of the values.

    `interval` contains the true median difference with at least 95 % confidence; it is None below six pairs. The median
    of the differences is in general not the difference of both medians. `lower`, `higher` and `equal` count the pairs
    in which the second value is lower than the first, higher, or equal.
    """

    n: int
    median: float
    interval: Interval | None
    min: float
    max: float
    lower: int
    higher: int

    @property
    def equal(self) -> int:
        """The number of ties, which the sign test leaves out."""
        return self.n - self.lower - self.higher

    @property
    def p(self) -> float:
        """The p-value of the sign test: how likely so uneven counts are if lower and higher were equally likely."""
        return sign_test(self.lower, self.higher)


def paired_difference(differences: Sequence[float]) -> PairedDifference | None:
    """Return what the differences of pairs say, in any order; None if there are none."""
    of_all = spread(differences)
    if of_all is None:
        return None
    return PairedDifference(
        n=of_all.n,
        median=of_all.median,
        interval=of_all.interval,
        min=of_all.min,
        max=of_all.max,
        lower=sum(difference < 0 for difference in differences),
        higher=sum(difference > 0 for difference in differences),
    )
