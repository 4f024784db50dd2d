"""A search in the lines that an event list shows, a portion at a time, so that it never holds up a key."""

from array import array
from bisect import bisect_left

from diptych.core.event_log import EventLog
from diptych.tui.events.line_index import LineIndex
from diptych.tui.events.line_pattern import LinePattern
from diptych.tui.events.shown_rows import ShownRows

_PORTION = 1_000
"""Shown lines that are searched at once."""


class EventSearch:
    """The lines with a text, as far as the shown lines were searched. `begins_at` is the line where it was asked."""

    def __init__(self, query: str, begins_at: int) -> None:
        self.query = query
        self.pattern = LinePattern(query)
        self.begins_at = begins_at
        self._found = array("I")
        self._seen = 0
        self._is_waiting = True

    def is_behind(self, rows: ShownRows) -> bool:
        """Whether there are shown lines that were not searched yet."""
        return self._seen < rows.count or rows.is_behind

    def again(self) -> "EventSearch":
        """Return the same search in other lines, which goes nowhere by itself."""
        other = EventSearch(self.query, self.begins_at)
        other._is_waiting = False
        return other

    def read(self, rows: ShownRows, index: LineIndex, lines: EventLog) -> int | None:
        """Search a portion. Returns the line to go to, once it is known which one is the first after the beginning."""
        stop = min(self._seen + _PORTION, rows.count)
        for place in range(self._seen, stop):
            number = rows.line_at(place)
            if self.pattern.is_in(lines[number], is_delta=index.keys[number] != 0):
                self._found.append(number)
        self._seen = stop
        if not self._is_waiting or not self._found:
            return None
        if self._found[-1] < self.begins_at and self.is_behind(rows):
            return None
        self._is_waiting = False
        return self._found[bisect_left(self._found, self.begins_at) % len(self._found)]

    def next(self, line: int, by: int) -> int | None:
        """Return the found line after another one, or before it if `by` is negative; None if nothing was found."""
        if not self._found:
            return None
        place = bisect_left(self._found, line)
        is_found = place < len(self._found) and self._found[place] == line
        step = by if is_found or by < 0 else by - 1
        return self._found[(place + step) % len(self._found)]

    def place(self, line: int, rows: ShownRows) -> str:
        """Return which of how many found lines that line is, in words."""
        more = "…" if self.is_behind(rows) else ""
        if not self._found:
            return more or "not found"
        place = bisect_left(self._found, line)
        is_found = place < len(self._found) and self._found[place] == line
        return f"{place + 1:,} of {len(self._found):,}{more}" if is_found else f"{len(self._found):,} found{more}"
