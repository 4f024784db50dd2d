"""Whether successive values resemble each other, so that an interval of their median would be too narrow."""

from collections.abc import Sequence
from itertools import pairwise

from diptych.core.statistics.fair_coin import lower_tail
from diptych.core.statistics.quantiles import quantile


def median_crossings_test(values: Sequence[float]) -> float:
    """Return the p-value of so few crossings of the median between successive values, if they were independent.

    `values` are in the order of time. Each value is above or below their median as a coin shows heads or tails, so that
    every second step crosses it; a server that is slow for minutes makes fewer crossings. Values that are equal to the
    median are left out. The test is one-sided and slightly conservative, since just as many values lie above the median
    of a sample as below. Source: the crossings rule of J. Anhøj and A. V. Olesen, "Run Charts Revisited", PLoS ONE 9
    (2014), https://doi.org/10.1371/journal.pone.0113825, after Z. Chen, "A note on the runs test" (2010).

    >>> round(median_crossings_test([1, 2, 3, 4, 11, 12, 13, 14]), 4)
    0.0625
    """
    if not values:
        return 1.0
    median = quantile(sorted(values), 0.5)
    sides = [value > median for value in values if value != median]
    crossings = sum(before != after for before, after in pairwise(sides))
    return lower_tail(crossings, len(sides) - 1)
