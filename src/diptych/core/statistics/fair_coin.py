"""Tails of the binomial distribution with probability 1/2, which exact intervals of a median and sign tests need."""

from math import exp, lgamma, log

_NEGLIGIBLE = 1e-17
"""The share of a sum below which adding more terms does not change a float."""


def lower_tail(heads: int, tosses: int) -> float:
    """Return the probability that a fair coin shows heads at most `heads` times in `tosses` tosses.

    This is the cumulative distribution function of Binomial(n, 1/2). The first term comes from the logarithm of the
    gamma function, so that a million tosses do not overflow; each further term follows from the one before, and they
    fall fast enough to be added up exactly. The relative error is below 1e-8 for a million tosses, and far smaller for
    few. A probability below 1e-308 is 0.0, since a float cannot hold it.

    >>> lower_tail(1, 4)
    0.3125
    """
    if heads < 0:
        return 0.0
    if heads >= tosses:
        return 1.0
    if 2 * heads >= tosses:  # terms rise before they fall, so that the other tail is shorter
        return 1.0 - lower_tail(tosses - heads - 1, tosses)
    term = total = 1.0
    for number in range(heads, 0, -1):
        term *= number / (tosses - number + 1)
        total += term
        if term < _NEGLIGIBLE * total:
            break
    log_first = lgamma(tosses + 1) - lgamma(heads + 1) - lgamma(tosses - heads + 1) - tosses * log(2)
    return exp(log_first) * total
