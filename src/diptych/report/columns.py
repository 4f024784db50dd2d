"""Rows of cells as lines of text with aligned columns."""

from collections.abc import Sequence

_WIDEST = 60
"""Characters. A longer cell moves the rest of its line, but of no other line."""


def aligned(rows: Sequence[tuple[str, ...]], right: tuple[int, ...] = ()) -> list[str]:
    """Return rows of cells as lines with aligned columns; the columns with the numbers `right` are aligned right.

    A column in which all cells are empty is left out.
    """
    widths = [min(max(map(len, column)), _WIDEST) for column in zip(*rows, strict=True)]
    columns = [index for index, width in enumerate(widths) if width]
    return [
        "  ".join(
            f"{row[index]:>{widths[index]}}" if index in right else f"{row[index]:<{widths[index]}}"
            for index in columns
        ).rstrip()
        for row in rows
    ]
