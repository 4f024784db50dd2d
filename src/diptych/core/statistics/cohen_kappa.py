"""Cohen's kappa: how far two voters agree beyond what chance alone would bring."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two voters said of the same things. `kappa` is None where it is not defined.

    `n` is the number of things that both voted on, and `agreed` that of equal votes.
    """

    n: int
    agreed: int
    kappa: float | None


def cohen_kappa(votes: Iterable[tuple[T, T]]) -> Agreement:
    """Return how far two voters agree; each pair holds what they said of one thing.

    κ = (p_o - p_e) / (1 - p_e), where p_o is the share of equal votes, and p_e the share to be expected if each voter
    kept to their own shares of the categories but voted at random. 1 is full agreement, 0 what chance brings, and less
    than 0 is worse than chance. It is not defined without votes, or where both voters always said the same one thing:
    then p_e is 1. Source: J. Cohen, "A Coefficient of Agreement for Nominal Scales", Educational and Psychological
    Measurement 20 (1960), https://doi.org/10.1177/001316446002000104.

    >>> votes = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    >>> round(cohen_kappa(votes).kappa, 3)
    0.4
    """
    counts = Counter(votes)
    n = counts.total()
    agreed = sum(count for (one, other), count in counts.items() if one == other)
    ones: Counter[T] = Counter()
    others: Counter[T] = Counter()
    for (one, other), count in counts.items():
        ones[one] += count
        others[other] += count
    by_chance = sum(count * others[category] for category, count in ones.items())  # p_e times n²
    possible = n * n - by_chance
    return Agreement(n, agreed, (agreed * n - by_chance) / possible if possible else None)
