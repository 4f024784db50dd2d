"""One figure of an experiment: a strip for each model, differences in words, and what the selected answer is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from diptych.core.experiment.answer_row import AnswerKey
from diptych.core.experiment.row_figures import FIGURES, counts_for_figures
from diptych.report.experiment.results import Results
from diptych.tui.experiment.experiment_words import axis_words, compared_words, selected_words, strip_title
from diptych.tui.experiment.strip import Piece, rows_for_strips, strips
from diptych.tui.widgets.strip_plots import MARGIN, StripPlots
from diptych.tui.widgets.text_line import TextLine

if TYPE_CHECKING:
    from diptych.core.experiment.summary import Summary
    from diptych.core.request import Label

_MOST_COMPARED = 3
"""Differences of the selected model from others that are shown."""

_COMPARED_FROM = 30
"""The height of the screen from which they are shown."""

_AROUND = 3
_OTHER_ROWS = 7
"""The rows of the screen that are neither the table nor the strips nor the differences."""


class FigurePanel(Vertical):
    """The lower part of the screen of an experiment.

    `summary` is set once it is known. `is_log` says whether the axis is logarithmic; None leaves that to the values.
    """

    def __init__(self) -> None:
        super().__init__()
        self.strips = StripPlots(id="strips")
        self.summary: Summary | None = None
        self.is_log: bool | None = None
        self._results = Results({}, (), ())
        self._figure = FIGURES[0]
        self._selected: AnswerKey | None = None
        self._table_words = ""
        self._rows_for_strips = 0
        self._rule = TextLine(classes="rule")
        self._axis = TextLine(classes="axis")
        self._compared = [TextLine(classes="compared") for _ in range(_MOST_COMPARED)]
        self._words = TextLine(classes="words")

    def compose(self) -> ComposeResult:
        """Yield a line about the table and the strips, the strips with their axis, and lines of words."""
        yield self._rule
        yield self.strips
        yield self._axis
        yield from self._compared
        yield self._words

    def show(self, results: Results, number: int) -> None:
        """Show the figure of that number, in as many rows as the screen has for it."""
        self._results, self._figure = results, FIGURES[number]
        shown = strips(results, self._figure)
        height = self.app.size.height
        compared = max(min(len(shown) - 1, _MOST_COMPARED), 0) if height >= _COMPARED_FROM else 0
        for place, line in enumerate(self._compared):
            line.display = place < compared
        room = height - _OTHER_ROWS - compared
        self._rows_for_strips, dot_rows = rows_for_strips(room, len(results.cases), len(shown))
        self.strips.show(shown, self._title, is_log=self.is_log, most_dot_rows=dot_rows)
        self.select(self._selected)

    def select(self, key: AnswerKey | None) -> None:
        """Put the cursor on an answer, and say what is known about it."""
        self._selected = key
        results, figure = self._results, self._figure
        row = results.answer(key) if key else None
        value = figure.value(row) if row and counts_for_figures(row) else None
        cell = results.answers(key[0], key[2]) if key else ()
        same = [each for other in cell if counts_for_figures(other) and (each := figure.value(other)) is not None]
        self.strips.select(key, value, same)
        differences = self.summary.differences if self.summary else ()
        compared = compared_words(differences, figure, key[2] if key else None)
        for place, line in enumerate(self._compared):
            line.show(Content(compared[place] if place < len(compared) else ""))
        self._words.show(Content(selected_words(key, row, figure, results.highest_repeat)))

    def say_of_table(self, words: str) -> None:
        """Say which cases the table above shows, and in which order."""
        self._table_words = words
        self._show_rule()

    @on(StripPlots.AxisChanged)
    def show_axis(self) -> None:
        """Show the strips in as many rows as they need, and the values of their axis below them."""
        self.strips.styles.height = min(self._rows_for_strips, self.strips.line_count)
        self._axis.show(Content(" " * MARGIN + self.strips.axis.labels(self._figure)))
        self._show_rule()

    def _show_rule(self) -> None:
        axis = axis_words(self._figure, is_log=self.strips.axis.is_log, values_per_dot=self.strips.values_per_dot)
        room = self.app.size.width - _AROUND - cell_len(self._table_words) - cell_len(axis)
        self._rule.show(Content(self._table_words + " " * max(room, _AROUND) + axis))

    def _title(self, label: "Label", width: int) -> Sequence[Piece]:
        model = self.summary.models.get(label) if self.summary else None
        return strip_title(label, model, self._figure, width)
