"""Finds the equal blocks that need not be shown, because nothing near them differs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from diptych.differences.compared_answers import Pair

_FEWEST = 2
"""Fewer equal blocks than this are not worth folding."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Pairs that follow each other, the first of which has the index `start`. Folded ones are all equal."""

    start: int
    pairs: Sequence[Pair]
    is_folded: bool


def fold_equal(pairs: Sequence[Pair], around: int = 1) -> Iterator[Fold]:
    """Yield all pairs in order. Equal pairs are folded, except for `around` pairs before and after each change."""
    is_near = [False] * len(pairs)
    for index, pair in enumerate(pairs):
        if pair.kind != "equal":
            first, last = max(index - around, 0), min(index + around, len(pairs) - 1)
            is_near[first : last + 1] = [True] * (last + 1 - first)
    for near, group in groupby(range(len(pairs)), is_near.__getitem__):
        indices = list(group)
        yield Fold(indices[0], pairs[indices[0] : indices[-1] + 1], not near and len(indices) >= _FEWEST)
