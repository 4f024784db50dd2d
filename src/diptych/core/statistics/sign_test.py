"""The sign test: does one of two models win more often than chance explains?"""

from diptych.core.statistics.fair_coin import lower_tail


def sign_test(wins: int, losses: int) -> float:
    """Return the exact two-sided p-value of these numbers of wins and losses if both were equally likely.

    Ties are not counted, as they say nothing about which of the two wins. Without a win or a loss the
    result is 1. Source: J. Arbuthnott (1710); W. J. Conover, Practical Nonparametric Statistics (3rd edition, 1999),
    section 3.4. `scipy.stats.binomtest` computes the same. A p-value below 1e-308 is 0.0.

    >>> sign_test(8, 0)
    0.0078125
    """
    return min(1.0, 2 * lower_tail(min(wins, losses), wins + losses))
