"""Finds what two sequences of numbers have in common, in bounded time and memory.

The longest common subsequence comes from rapidfuzz, whose time grows with the product of the lengths. Long sequences
are therefore divided first: at numbers that both contain exactly once (as in Bram Cohen's patience diff), and where
these are too rare, into portions at the same relative place.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

Pause = Callable[[], object]
"""What is called between portions of work that take a few milliseconds each. It may raise to stop a comparison."""

_LARGEST = 25_000_000
"""The largest product of two lengths that is compared as a whole: it takes about 4 ms and 3 MB."""


class CommonStretch(NamedTuple):
    """A stretch that two sequences have in common: where it begins in each, and its length."""

    left: int
    right: int
    length: int


def common_stretches(left: Sequence[int], right: Sequence[int], pause: Pause) -> Iterator[CommonStretch]:
    """Yield what both sequences have in common, in order: the longest common subsequence, unless they are very long."""
    if len(left) * len(right) <= _LARGEST:
        yield from _longest_common(left, right, 0, 0)
        pause()
        return
    start = _common_start(left, right)
    rest = min(len(left), len(right)) - start
    end = min(_common_start(left[::-1], right[::-1]), rest)
    if start:
        yield CommonStretch(0, 0, start)
    inner = stretches_around_unique(left[start : len(left) - end], right[start : len(right) - end], pause)
    for stretch in inner:
        yield CommonStretch(stretch.left + start, stretch.right + start, stretch.length)
    if end:
        yield CommonStretch(len(left) - end, len(right) - end, end)


def common_length(left: Sequence[int], right: Sequence[int], pause: Pause) -> int:
    """Return the length of what `common_stretches` finds."""
    from rapidfuzz.distance import LCSseq

    if len(left) * len(right) <= _LARGEST:
        return LCSseq.similarity(left, right)
    return sum(stretch.length for stretch in common_stretches(left, right, pause))


def stretches_around_unique(left: Sequence[int], right: Sequence[int], pause: Pause) -> Iterator[CommonStretch]:
    """Yield what both sequences have in common, in order. Numbers that are in both once are matched before others.

    This keeps together what is distinctive, where the longest common subsequence may prefer what is frequent.
    """
    left_start = right_start = 0
    for left_end, right_end in (*_unique_in_both(left, right), (len(left), len(right))):
        for left_from, left_to, right_from, right_to in _portions(left_start, left_end, right_start, right_end):
            yield from _longest_common(left[left_from:left_to], right[right_from:right_to], left_from, right_from)
            pause()
        if left_end < len(left):
            yield CommonStretch(left_end, right_end, 1)
        left_start, right_start = left_end + 1, right_end + 1


def _longest_common(left: Sequence[int], right: Sequence[int], left_at: int, right_at: int) -> Iterator[CommonStretch]:
    """Yield the longest common subsequence of two parts of sequences, which begin there at these places."""
    from rapidfuzz.distance import LCSseq

    if left and right:
        for opcode in LCSseq.opcodes(left, right):
            if opcode.tag == "equal":
                length = opcode.src_end - opcode.src_start
                yield CommonStretch(opcode.src_start + left_at, opcode.dest_start + right_at, length)


def _portions(left_start: int, left_end: int, right_start: int, right_end: int) -> Iterator[tuple[int, int, int, int]]:
    """Divide two stretches into as few portions as are small enough to be compared.

    Each portion is a stretch on both sides: where it begins and ends on the left, and then on the right.
    """
    left_size, right_size = left_end - left_start, right_end - right_start
    count = math.ceil(math.sqrt(left_size * right_size / _LARGEST))
    for portion in range(count):
        yield (
            left_start + left_size * portion // count,
            left_start + left_size * (portion + 1) // count,
            right_start + right_size * portion // count,
            right_start + right_size * (portion + 1) // count,
        )


def _common_start(left: Sequence[int], right: Sequence[int]) -> int:
    """Return how many numbers both sequences begin with."""
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return index
    return min(len(left), len(right))


def _unique_in_both(left: Sequence[int], right: Sequence[int]) -> list[tuple[int, int]]:
    """Return the places of numbers that both contain once, as many as are in the same order in both."""
    counts = Counter(right)
    places = {number: place for place, number in enumerate(right) if counts[number] == 1}
    counts = Counter(left)
    pairs = [(place, places[number]) for place, number in enumerate(left) if counts[number] == 1 and number in places]
    return _longest_rising(pairs)


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of pairs, ordered by the first number, in which the second one rises as well."""
    ends: list[int] = []  # the smallest second number with which 1, 2, 3 … pairs can end
    chosen: list[int] = []  # the index of its pair
    before: list[int] = []  # for each pair, the index of the pair before it in the longest part that it ends
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(chosen[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        chosen[length : length + 1] = [index]
    rising = []
    index = chosen[-1] if chosen else -1
    while index >= 0:
        rising.append(pairs[index])
        index = before[index]
    return rising[::-1]
