"""The rows of an event list: the lines that pass its filter, with runs of deltas folded into one row each."""

import operator
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import chain, compress

from diptych.core.event_log import EventLog
from diptych.tui.events.event_filter import EventFilter
from diptych.tui.events.line_index import LineIndex

_LINES_AT_ONCE = 100_000
_LINES_OF_DATA_AT_ONCE = 1_000
"""Lines that are filtered at once: by their index, which takes about 20 ms, or by their data as well."""


class ShownRows:
    """Grows with the index of a run. Without a filter and without folding, each line is a row."""

    def __init__(self, index: LineIndex, wanted: EventFilter | None = None, *, is_folded: bool = False) -> None:
        self._index = index
        self._wanted = wanted
        self._is_folded = is_folded
        self._shown = array("I")  # with a filter: the lines that pass
        self._starts = array("I")  # if it is folded: where among the shown lines each row begins
        self._last_key = 0
        self._last_is_unfolded = False
        self.lines_read = 0

    def __len__(self) -> int:
        """The number of rows."""
        return len(self._starts) if self._is_folded else self.count

    @property
    def count(self) -> int:
        """The number of lines that are shown, alone or as a part of a row."""
        return self.lines_read if self._wanted is None else len(self._shown)

    @property
    def is_behind(self) -> bool:
        """Whether the index has lines that were not looked at yet."""
        return self.lines_read < len(self._index)

    def read(self, lines: EventLog) -> int | None:
        """Look at a portion of the lines that the index has. Returns the first row that changed, None if none did."""
        start, before = self.lines_read, self.count
        reads_data = self._wanted is not None and self._wanted.reads_data
        stop = min(start + (_LINES_OF_DATA_AT_ONCE if reads_data else _LINES_AT_ONCE), len(self._index))
        if start == stop:
            return None
        if self._wanted is not None:
            self._shown.extend(self._wanted.lines(self._index, lines, start, stop))
        self.lines_read = stop
        if self.count == before:
            return None
        if not self._is_folded:
            return before
        rows = len(self._starts)
        self._fold(before, self.count)
        grows = rows and (rows == len(self._starts) or self._starts[rows] > before)
        return rows - 1 if grows else rows

    def line(self, row: int) -> int:
        """Return the first line of a row."""
        return self.line_at(self._starts[row] if self._is_folded else row)

    def lines(self, row: int) -> Sequence[int]:
        """Return the lines of a row."""
        if not self._is_folded:
            return (self.line_at(row),)
        places = range(self._starts[row], self._end(row))
        return places if self._wanted is None else self._shown[places.start : places.stop]

    def line_at(self, place: int) -> int:
        """Return the shown line that has this place among all shown lines."""
        return place if self._wanted is None else self._shown[place]

    def place_of(self, line: int) -> int:
        """Return the place of a line among the shown ones, or of the first shown line after it; at most `count`."""
        return min(line, self.lines_read) if self._wanted is None else bisect_left(self._shown, line)

    def row_of(self, line: int) -> int:
        """Return the row that has a line, or else the first shown line after it; the last row if there is none."""
        place = min(self.place_of(line), max(self.count - 1, 0))
        return max(bisect_right(self._starts, place) - 1, 0) if self._is_folded else place

    def last_row_until(self, line: int) -> int:
        """Return the row of the last shown line that is not after this one; the first row if there is none."""
        place = self.place_of(line)
        return self.row_of(line) if self.has(line) or not place else self.row_of(self.line_at(place - 1))

    def has(self, line: int) -> bool:
        """Whether a line is shown, alone or as a part of a row."""
        place = self.place_of(line)
        return place < self.count and self.line_at(place) == line

    def unfold(self, row: int) -> bool:
        """Make a row of each line of a folded row. Returns whether the row was folded."""
        if not self._is_folded or self._end(row) - self._starts[row] < 2:
            return False
        if row == len(self._starts) - 1:
            self._last_is_unfolded = True
        self._starts[row : row + 1] = array("I", range(self._starts[row], self._end(row)))
        return True

    def _end(self, row: int) -> int:
        return self._starts[row + 1] if row + 1 < len(self._starts) else self.count

    def _fold(self, start: int, stop: int) -> None:
        """Divide the shown lines from one place to another into rows."""
        keys = self._index.keys
        if self._wanted is None:
            of_lines = keys[start:stop]
        else:
            of_lines = array("I", map(keys.__getitem__, self._shown[start:stop]))
        begins = array("B", map(operator.ne, of_lines, chain((self._last_key,), of_lines)))
        alone = map(operator.not_, of_lines)
        begins = array("B", map(operator.or_, begins, alone))
        if self._last_is_unfolded:
            until = next(compress(range(len(begins)), begins), len(begins))
            begins[:until] = array("B", b"\1" * until)
            self._last_is_unfolded = until == len(begins)
        self._starts.extend(compress(range(start, stop), begins))
        self._last_key = of_lines[-1]
