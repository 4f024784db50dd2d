"""The values of one model as a strip: a dot for each, and below them the median, its interval and the quartiles."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from diptych.core.experiment.answer_row import AnswerKey
from diptych.core.experiment.row_figures import RowFigure, counts_for_figures
from diptych.core.gc_policy import no_collections
from diptych.core.request import Label
from diptych.core.statistics.spread import Spread, spread
from diptych.report.experiment.results import Results
from diptych.tui.experiment.axis import ValueAxis
from diptych.tui.experiment.dots import LEVELS, counts, dot_rows, values_per_dot

MEDIAN = "◆"
_QUARTILES = "─"
_INTERVAL = "━"
_ENDS = ("┣", "┫")

_AROUND_DOTS = 2
"""The rows of a strip that have no dots: its title, and the median below the dots."""
_MOST_DOT_ROWS = 3

Piece = tuple[str, str]
"""A text and its role, which decides its colour."""


class StripMark(NamedTuple):
    """One value with the case and the repeat of its answer."""

    value: float
    case: str
    repeat: int


class Strip:
    """The values of one model in ascending order, and how they are spread."""

    def __init__(self, label: Label, marks: Iterable[StripMark]) -> None:
        self.label = label
        self.marks = sorted(marks)
        self.spread: Spread | None = spread(mark.value for mark in self.marks)

    def key(self, index: int) -> AnswerKey:
        """Return the answer of a mark."""
        mark = self.marks[index]
        return mark.case, mark.repeat, self.label

    def index(self, key: AnswerKey, value: float) -> int | None:
        """Return the place of an answer's mark; None if it has none."""
        at = bisect_left(self.marks, StripMark(value, key[0], key[1]))
        return at if at < len(self.marks) and self.marks[at][1:] == key[:2] else None

    def nearest(self, value: float) -> int | None:
        """Return the place of the mark whose value is nearest; None if there are no marks."""
        at = bisect_left(self.marks, value, key=lambda mark: mark.value)
        around = [index for index in (at - 1, at) if 0 <= index < len(self.marks)]
        return min(around, key=lambda index: abs(self.marks[index].value - value), default=None)


def strips(results: Results, figure: RowFigure) -> list[Strip]:
    """Return a strip of a figure for each model. Only complete answers have marks: see `counts_for_figures`."""
    with no_collections():  # marks are objects without cycles, and there may be a hundred thousand of them
        return [
            Strip(
                label,
                [
                    StripMark(value, row.case, row.repeat)
                    for row in results.of_label(label)
                    if counts_for_figures(row) and (value := figure.value(row)) is not None
                ],
            )
            for label in results.labels
        ]


def rows_for_strips(room: int, cases: int, models: int) -> tuple[int, int]:
    """Return how many rows of a screen the strips get, and how many of them each strip has for its dots at most.

    `room` is what the table and the strips share. The table gets a row for each case, but no more than half of it.
    """
    rows = max(room - min(cases, room // 2), 0)
    return rows, min(max(rows // max(models, 1) - _AROUND_DOTS, 1), _MOST_DOT_ROWS)


class DrawnStrips:
    """Strips on one axis. A dot stands for as many values in all of them.

    Each has as many rows of dots as the highest stack needs, but no more than `most_rows`.
    """

    def __init__(self, shown: Sequence[Strip], axis: ValueAxis, most_rows: int) -> None:
        stacks = [counts(axis.dots([mark.value for mark in strip.marks]), axis.cells) for strip in shown]
        self._strips = shown
        self._axis = axis
        highest = max(map(max, stacks), default=0)
        self.rows = min(max(-(-highest // LEVELS), 1), most_rows)
        self.values_per_dot = values_per_dot(highest, self.rows)
        self._rows = [dot_rows(counted, self.rows, self.values_per_dot) for counted in stacks]

    def dots(self, number: int) -> list[str]:
        """Return the rows of dots of one strip."""
        return self._rows[number]

    def below(self, number: int) -> str:
        """Return the row below the dots: the median, its 95 % interval where there is one, and the quartiles."""
        figures, cell = self._strips[number].spread, self._axis.cell
        row = [" "] * self._axis.cells
        if figures is None:
            return "".join(row)
        _fill(row, cell(figures.p25), cell(figures.p75), _QUARTILES)
        if figures.interval is not None:
            low, high = map(cell, figures.interval)
            _fill(row, low, high, _INTERVAL)
            if high - low >= 2:
                row[low], row[high] = _ENDS
        row[cell(figures.median)] = MEDIAN
        return "".join(row)


def highlighted(text: str, role: str, cells: Collection[int], mark: int | None) -> Iterator[Piece]:
    """Yield a row of a strip as pieces: these cells have the role `same`, and that of the mark has `cursor`."""
    start = 0
    roles = [("cursor" if cell == mark else "same" if cell in cells else role) for cell in range(len(text))]
    for cell in range(1, len(text) + 1):
        if cell == len(text) or roles[cell] != roles[start]:
            yield text[start:cell], roles[start]
            start = cell


def _fill(row: list[str], low: int, high: int, character: str) -> None:
    for cell in range(low, high + 1):
        row[cell] = character
