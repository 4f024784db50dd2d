"""Where a place in one answer is in the other one, by aligned blocks."""

from bisect import bisect_right
from collections.abc import Sequence

from diptych.differences.compared_answers import AnswerDifferences


class AlignedOffsets:
    """Maps offsets in the text of one answer to offsets in the other.

    A place inside a block is at the same relative place inside the block that belongs to it. What only one answer has
    is between two such blocks, and so is its place in the other answer.
    """

    def __init__(self, compared: AnswerDifferences, left_length: int, right_length: int) -> None:
        self._left, self._right = [0], [0]
        for pair in compared.pairs:
            left, right = pair.left, pair.right
            if left is not None and right is not None:
                self._add(left.offset, right.offset)
                self._add(left.offset + len(left.text), right.offset + len(right.text))
        self._add(left_length, right_length)

    def in_right(self, offset: int) -> int:
        """Return the offset in the right answer of an offset in the left one."""
        return _mapped(offset, self._left, self._right)

    def in_left(self, offset: int) -> int:
        """Return the offset in the left answer of an offset in the right one."""
        return _mapped(offset, self._right, self._left)

    def _add(self, left: int, right: int) -> None:
        """Add two places that belong together, unless one stands before places that are known: then it has moved."""
        if left >= self._left[-1] and right >= self._right[-1]:
            self._left.append(left)
            self._right.append(right)


def _mapped(offset: int, here: Sequence[int], there: Sequence[int]) -> int:
    """Return the offset at the same relative place between the known places around it."""
    after = min(max(bisect_right(here, offset), 1), len(here) - 1)
    start, end = here[after - 1], here[after]
    share = (offset - start) / (end - start) if end > start else 0.0
    return there[after - 1] + round(min(max(share, 0.0), 1.0) * (there[after] - there[after - 1]))
