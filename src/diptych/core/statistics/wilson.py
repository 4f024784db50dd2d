"""The interval around a share that was observed in few trials, such as how often one model was preferred."""

from math import sqrt
from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)
"""How many standard deviations around the mean hold 95 % of a normal distribution: 1.96."""


def wilson_interval(successes: int, trials: int) -> tuple[float, float] | None:
    """Return the 95 % Wilson score interval of a share, as two numbers from 0 to 1; None without a trial.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the
    American Statistical Association 22 (1927), https://doi.org/10.1080/01621459.1927.10502953, without a continuity
    correction. Raises `ValueError` unless 0 ≤ `successes` ≤ `trials`.

    >>> low, high = wilson_interval(8, 10)
    >>> f"{low:.3f} to {high:.3f}"
    '0.490 to 0.943'
    """
    if not 0 <= successes <= trials:
        raise ValueError("There cannot be more successes than trials, nor fewer than none.")
    if not trials:
        return None
    share, z2 = successes / trials, _Z * _Z
    centre = share + z2 / (2 * trials)
    half = _Z * sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials))
    scale = 1 + z2 / trials
    low = 0.0 if successes == 0 else (centre - half) / scale  # rounding errors would miss these ends
    high = 1.0 if successes == trials else (centre + half) / scale
    return low, high
