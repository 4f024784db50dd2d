"""One run on a timeline: when its events came, and what stands out, in the cells of a row."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from diptych.core.run import Run
from diptych.report.run_status import mark
from diptych.tui.events.line_index import LineIndex

FIRST_TOKEN = "◆"  # noqa: S105 - not a password
SILENCE = "╌"
ERROR = "!"
UNKNOWN = "?"
_BARS = " ▁▂▃▄▅▆▇█"
_HIGH = 0.95
"""The share of cells with lower bars than the highest one: bursts are cut off above it."""

_AXES = (1, 2, 3, 5, 8, 10, 15, 20, 30, 45)
"""Lengths of the axis while a round streams, in seconds; above them, in minutes."""

Cell = tuple[str, str]
"""A character and the name of its style: `bar`, `mark`, `silence`, `error`, `unknown`, or a state."""


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """The time axis that both sides share: its length in seconds, and how many columns it has."""

    length: float
    columns: int

    def column(self, seconds: float) -> int:
        """Return the column of a time since the round began."""
        if not self.length:
            return 0
        return min(max(int(self.columns * seconds / self.length), 0), self.columns - 1)

    def start(self, column: int) -> float:
        """Return the time at which a column begins."""
        return self.length * column / self.columns


@dataclass(frozen=True, slots=True)
class ListCursor:
    """Where the cursor of an event list is: in seconds since the round began, and as the list shows that time."""

    seconds: float
    shown: str


@dataclass(frozen=True, slots=True)
class Track:
    """A run, the facts about its lines, and the time `now` up to which it has come, in seconds since it began."""

    run: Run
    index: LineIndex
    now: float

    @property
    def end(self) -> float | None:
        """When the run ended, in seconds since its round began; None while it streams."""
        if not self.run.ended:
            return None
        at = self.run.stamps.end
        if at is None:
            at = self.index.at[-1] if len(self.index) else self.run.began
        return at - self.run.began

    @property
    def length(self) -> float:
        """The seconds that the axis must have for this run."""
        last = self.index.at[-1] - self.run.began if len(self.index) else 0.0
        return max(last, self.now if self.end is None else self.end)

    def counts(self, axis: TimeAxis) -> Sequence[int]:
        """Return how many lines lie in each column of the axis; none if it is not known when the events came."""
        if not self._is_timed:
            return [0] * axis.columns
        stamps, began = self.index.at, self.run.began
        edges = [bisect_left(stamps, began + axis.start(column)) for column in range(axis.columns)]
        return [after - before for before, after in zip(edges, [*edges[1:], len(stamps)], strict=True)]

    @property
    def errors(self) -> Sequence[float]:
        """The errors before the end, in seconds since the round began; the state tells of one that is the end."""
        end = self.end
        since_began = (at - self.run.began for at in self.index.errors)
        return [seconds for seconds in since_began if end is None or seconds < end]

    def signs(self) -> Iterable[Cell]:
        """Yield each sign that appears in the row, with the name of its style."""
        if self.run.stamps.first_token is not None:
            yield FIRST_TOKEN, "mark"
        if not self._is_timed:
            yield UNKNOWN, "unknown"
        if self._silences():
            yield SILENCE, "silence"
        if self.errors:
            yield ERROR, "error"
        if self.run.ended:
            yield mark(self.run.state), self.run.state

    def cells(self, axis: TimeAxis, counts: Sequence[int], high: int) -> list[Cell]:
        """Return the row: bars up to the count `high`, and the marks over them."""
        cells: list[Cell] = [(_BARS[ceil(min(count / high, 1) * (len(_BARS) - 1))], "bar") for count in counts]
        began = self.run.began
        if not self._is_timed:
            first, last = self._unknown_columns(axis)
            cells[first : last + 1] = [(UNKNOWN, "unknown")] * (last + 1 - first)
        for start, end in self._silences():
            for column in range(axis.column(start) + 1, axis.column(end)):
                cells[column] = SILENCE, "silence"
        for at in self.errors:
            cells[axis.column(at)] = ERROR, "error"
        if self.run.stamps.first_token is not None:
            cells[axis.column(self.run.stamps.first_token - began)] = FIRST_TOKEN, "mark"
        if self.end is not None and "end" not in self.run.stamps.unknown:
            cells[axis.column(self.end)] = mark(self.run.state), self.run.state
        return cells

    def _unknown_columns(self, axis: TimeAxis) -> tuple[int, int]:
        """Return the first and the last column of the stretch in which the events came at times that are not known."""
        headers = self.run.stamps.headers
        first = 0 if headers is None else axis.column(headers - self.run.began)
        return first, axis.columns - 1 if "end" in self.run.stamps.unknown else axis.column(self.length)

    @property
    def _is_timed(self) -> bool:
        """Whether it is known when the events came."""
        return "events" not in self.run.stamps.unknown

    def _silences(self) -> Sequence[tuple[float, float]]:
        """Return the silences, with the one that lasts until now while the run streams, since the round began."""
        began = self.run.began
        silences = [(each.start - began, each.end - began) for each in self.index.silences]
        last = self.run.stamps.last_token
        if not self.run.ended and last is not None and self.now - (last - began) >= self.index.least_silence:
            silences.append((last - began, self.now))
        return silences


def axis_length(tracks: Iterable[Track], *, is_live: bool) -> float:
    """Return the length of the axis: to the end of the longest run, or while it streams, to a round number after it.

    So the picture changes its scale only now and then while it grows.
    """
    longest = max((track.length for track in tracks), default=0.0)
    if not is_live:
        return longest
    unit = 60 if longest > _AXES[-1] else 1
    while True:
        for axis in _AXES:
            if longest <= axis * unit:
                return float(axis * unit)
        unit *= 60


def high_count(counts: Iterable[Sequence[int]]) -> int:
    """Return the count with the highest bar, which few cells exceed, so that a burst leaves the rest its shape."""
    ordered = sorted(count for of_track in counts for count in of_track if count)
    return ordered[int(_HIGH * len(ordered))] if ordered else 1
