"""Values as braille dots above an axis: values of the same place are stacked."""

from collections.abc import Iterable, Sequence

from diptych.tui.experiment.axis import DOTS

LEVELS = 4
"""Dots in the height of a cell."""

_BRAILLE = 0x2800
_BITS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
"""The bits of the left and of the right column of a cell, each from its lowest dot to its highest."""


def counts(columns: Iterable[int], cells: int) -> list[int]:
    """Return how many values stand in each column of dots."""
    counted = [0] * (DOTS * cells)
    for column in columns:
        counted[column] += 1
    return counted


def values_per_dot(highest: int, rows: int) -> int:
    """Return for how many values a dot stands at most, so that the highest stack fits into the rows."""
    return max(1, -(-highest // (LEVELS * rows)))


def dot_rows(counted: Sequence[int], rows: int, per_dot: int) -> list[str]:
    """Return the rows of dots from the highest to the lowest. A column with any value has at least one dot."""
    heights = [-(-count // per_dot) for count in counted]
    return [_row(heights, LEVELS * (rows - 1 - row)) for row in range(rows)]


def _row(heights: Sequence[int], below: int) -> str:
    """Return one row of cells, which shows what is higher than the `below` dots under it."""
    pieces = []
    for left in range(0, len(heights), DOTS):
        bits = 0
        for height, side in zip(heights[left : left + DOTS], _BITS, strict=True):
            for bit in side[: max(height - below, 0)]:
                bits |= bit
        pieces.append(chr(_BRAILLE + bits) if bits else " ")
    return "".join(pieces)
