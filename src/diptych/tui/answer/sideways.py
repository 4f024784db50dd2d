"""Scrolls rows sideways that are wider than the view of an answer: those of wide tables."""

from collections.abc import Iterable, Iterator

from diptych.tui.markdown.layout.rows import Row, Span, cropped, row_cells

_STEP = 8
"""Cells by which the rows move at once."""


class SidewaysScroll:
    """How far wide rows are scrolled, all of them together. Rows that fit into the view stay where they are."""

    def __init__(self) -> None:
        self._cells = 0

    def reset(self) -> None:
        """Scroll back to the beginning of the rows."""
        self._cells = 0

    def move(self, steps: int, rows: Iterable[Row], width: int) -> bool:
        """Move by `steps`, as far as the rows in view go. Return whether anything looks different."""
        before = self._cells
        most = max((_beyond(row, width) for row in rows), default=0)
        self._cells = max(min(before + steps * _STEP, most), 0)
        return self._cells != before

    def hidden(self, row: Row, width: int) -> int:
        """Return how many cells of a row are out of view at the left."""
        return min(self._cells, _beyond(row, width))

    def in_view(self, row: Row, width: int) -> Iterator[Span]:
        """Yield what is in view of a row. A sign at an edge says that there is more beyond it."""
        beyond = _beyond(row, width)
        if not beyond:
            yield from row
            return
        left = self.hidden(row, width)
        is_left, is_right = left > 0, left < beyond
        if is_left:
            yield Span("‹", "mark")
        yield from cropped(row, left + is_left, width - is_left - is_right)
        if is_right:
            yield Span("›", "mark")

    def step_at(self, row: Row, cell: int, width: int) -> int:
        """Return the step for a click on a cell of a row: one towards the sign that is clicked, 0 for other cells."""
        left = self.hidden(row, width)
        if cell <= 0 < left:
            return -1
        return int(cell >= width - 1 and left < _beyond(row, width))


def _beyond(row: Row, width: int) -> int:
    """Return by how many cells a row is wider than the view."""
    return max(row_cells(row) - width, 0)
