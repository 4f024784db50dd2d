"""An interval that contains a median with at least 95 % confidence, whatever the distribution of the values is."""

from collections.abc import Sequence
from functools import lru_cache
from math import floor, sqrt
from statistics import NormalDist

from diptych.core.statistics.fair_coin import lower_tail

Interval = tuple[float, float]
"""The lower and the upper end of an interval, both of which belong to it."""

CONFIDENCE = 0.95

FEWEST_FOR_INTERVAL = 6
"""With fewer values, even the whole range contains the median too rarely: with 5 in 93.75 % of all cases."""

NO_INTERVAL = (
    "A 95 % interval of a median needs at least 6 values: the whole range of 5 contains the median in only 93.75 % "
    "of all cases."
)

_TAIL = (1 - CONFIDENCE) / 2
_Z = NormalDist().inv_cdf(1 - _TAIL)


def median_interval(ordered: Sequence[float]) -> Interval | None:
    """Return the interval of the median of whatever the values were drawn from; None with fewer than six values.

    `ordered` holds the values in ascending order. Both ends are values, at the ranks that `median_ranks` returns. The
    only assumption is that the values are independent draws; if several are equal, the confidence is higher.

    Source: W. R. Thompson, "On Confidence Ranges for the Median and Other Expectation Distributions for Populations of
    Unknown Distribution Form", Annals of Mathematical Statistics 7 (1936), https://doi.org/10.1214/aoms/1177732502;
    H. A. David and H. N. Nagaraja, Order Statistics (3rd edition, 2003), section 7.1. `scipy.stats.quantile_test`
    computes the same interval.

    >>> median_interval([0.31, 0.33, 0.34, 0.35, 0.41, 0.44, 0.52, 1.9])
    (0.31, 1.9)
    """
    ranks = median_ranks(len(ordered))
    return ranks and (ordered[ranks[0] - 1], ordered[ranks[1] - 1])


@lru_cache(maxsize=1024)
def median_ranks(count: int) -> tuple[int, int] | None:
    """Return which two of `count` ordered values, counted from 1, are the ends of the interval; None if there are none.

    They are as near to the middle as possible, equally far from both ends, and the median lies between them with a
    probability of at least 95 %: a value is below the median as often as a fair coin shows heads, so the median is
    below the value with rank r with probability P(B < r), B ~ Binomial(count, 1/2).
    """
    if count < FEWEST_FOR_INTERVAL:
        return None
    below = floor((count - _Z * sqrt(count)) / 2) + 1  # the normal distribution's answer, which is 1 or 2 too large
    while lower_tail(below, count) > _TAIL:
        below -= 1
    return below + 1, count - below
