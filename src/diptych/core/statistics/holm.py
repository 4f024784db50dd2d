"""Holm's correction, which keeps the chance of any false alarm below 5 % however many comparisons are made."""

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values adjusted for their number, in the same order.

    The smallest of m values is multiplied by m, the next one by m − 1, and so on; none becomes smaller than the one
    before it, nor larger than 1. If everything at or below 0.05 is called a difference, the chance that any of these
    calls is false is at most 5 %, however the comparisons depend on each other.

    Source: S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6
    (1979), https://www.jstor.org/stable/4615733.

    >>> holm([0.02, 0.01])
    [0.02, 0.02]
    """
    adjusted = [1.0] * len(p_values)
    largest = 0.0
    for place, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, p_values[index] * (len(p_values) - place)))
        adjusted[index] = largest
    return adjusted
