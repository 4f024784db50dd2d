"""Quantiles of ordered values."""

from collections.abc import Sequence
from math import floor

FEWEST_FOR_P95 = 20
"""With fewer values, less than one of them is expected above the 95th percentile, so that it would be a mere guess."""

NO_P95 = "A 95th percentile needs at least 20 values: of fewer, not even one is expected above it."


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the value that this share of the values, from 0 to 1, does not exceed.

    `ordered` holds at least one value, in ascending order. Between two values the result is interpolated: it lies at
    the position `share` × (n − 1), counted from 0. This is definition 7 of R. J. Hyndman and Y. Fan, "Sample Quantiles
    in Statistical Packages", The American Statistician 50 (1996), https://doi.org/10.1080/00031305.1996.10473566, which
    NumPy, R and spreadsheets use by default, and which gives the usual median at 0.5.

    >>> quantile([1.0, 2.0, 4.0, 8.0], 0.25)
    1.75
    """
    position = share * (len(ordered) - 1)
    below = floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])
