"""The table of an experiment: a row for each case, a column for each model, and a cursor on one cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, Resize
from textual.message import Message

from diptych.core.experiment.answer_row import AnswerKey, AnswerRow
from diptych.core.experiment.row_figures import FIGURES, RowFigure
from diptych.core.request import Label
from diptych.core.text.sanitize import clean_line
from diptych.report.experiment.figure_values import value_text
from diptych.report.experiment.results import Results, cell_figures
from diptych.report.run_status import mark
from diptych.tui.experiment.case_columns import GAP, CaseColumns, columns_for, same_beginning
from diptych.tui.widgets.line_view import LineView, Span
from diptych.tui.wrapping import shorten

PASSED, NOT_PASSED, MISSING = "✔", "✗", "·"
_MOST_PROMPT = 200
_LEAST_PROMPT = 8
_MOST_ID = 24
"""Cells of the ids of cases behind which all prompts begin in one column."""
_NULL = Style.null()


@dataclass
class AnswerSelected(Message):
    """The user moves to another answer, in the table or in a strip; None where there is none."""

    key: AnswerKey | None


@dataclass
class AnswerOpened(Message):
    """The user opens the selected answer with the pointer."""


class CaseTable(LineView):
    """Cases in the order in which they are shown. The cursor is on an answer: a case, a model and a repeat."""

    ALLOW_SELECT = False  # a click selects a cell
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--line",
        "cases--row",
        "cases--cell",
        "cases--marked",
        "cases--id",
        "cases--prompt",
        "cases--passed",
        "cases--failed",
        "cases--missing",
        "cases--figure",
        "cases--distinct",
        "cases--votes",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Previous case", show=False, id="cases.up"),
        Binding("down,j", "move(1)", "Next case", show=False, id="cases.down"),
        Binding("left,h", "move_model(-1)", "Previous model", show=False, id="cases.left"),
        Binding("right,l", "move_model(1)", "Next model", show=False, id="cases.right"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="cases.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="cases.page-down"),
        Binding("ctrl+u", "half_page(-1)", "Half a page up", show=False, id="cases.half-page-up"),
        Binding("ctrl+d", "half_page(1)", "Half a page down", show=False, id="cases.half-page-down"),
        Binding("home,g", "first", "First case", show=False, id="cases.home"),
        Binding("end,G", "last", "Last case", show=False, id="cases.end"),
        Binding("less_than_sign", "move_repeat(-1)", "Previous repeat", show=False, id="cases.previous-repeat"),
        Binding("greater_than_sign", "move_repeat(1)", "Next repeat", show=False, id="cases.next-repeat"),
    ]

    @dataclass
    class ColumnsChanged(Message):
        """The columns may be others now, or stand elsewhere."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.following = False
        self._results = Results({}, (), ())
        self._cases: Sequence[str] = ()
        self._figure: RowFigure = FIGURES[0]
        self._wins: Mapping[tuple[str, Label], int] = {}
        self._row = self._model = 0
        self._repeat = 1
        self._id_width = 0
        self._marked: AnswerKey | None = None
        self._columns = CaseColumns(0, 0, 0, 0, 0, 0, 0)

    @property
    def line_count(self) -> int:
        """The number of cases that are listed."""
        return len(self._cases)

    @property
    def place(self) -> int:
        """The number of the case under the cursor, from 0."""
        return self._row

    @property
    def answer(self) -> AnswerKey | None:
        """The answer under the cursor, which may be missing."""
        labels = self._results.labels
        if not self._cases or not labels:
            return None
        return self._cases[self._row], self._repeat, labels[self._model]

    @property
    def label(self) -> Label | None:
        """The model under the cursor."""
        labels = self._results.labels
        return labels[self._model] if labels else None

    def show(
        self, results: Results, cases: Sequence[str], figure: RowFigure, wins: Mapping[tuple[str, Label], int]
    ) -> None:
        """List these cases with a figure, and how many votes each model won in each case; keep the cursor's answer."""
        selected = self.answer
        self._results, self._cases, self._figure, self._wins = results, cases, figure, wins
        self._id_width = min(max((cell_len(clean_line(case)) for case in cases), default=0), _MOST_ID)
        self._lay_out(self.text_width)
        self.lines_changed()
        self._model = min(self._model, max(len(results.labels) - 1, 0))
        if selected is None or not self.select(selected):
            self._go_to(self._row)

    def select(self, key: AnswerKey) -> bool:
        """Put the cursor on an answer; returns whether its case is listed."""
        case, repeat, label = key
        if case not in self._cases or label not in self._results.labels:
            return False
        self._model, self._repeat = self._results.labels.index(label), repeat
        self._lay_out(self.text_width)
        self._go_to(self._cases.index(case))
        return True

    def show_selected(self, key: AnswerKey) -> None:
        """Put the cursor on an answer that was selected elsewhere, if its case is listed."""
        if key != self.answer:
            self.select(key)

    def mark(self, key: AnswerKey | None) -> None:
        """Mark the cell of an answer, and no other."""
        before, self._marked = self._marked, key
        for each in (before, key):
            if each is not None and each[0] in self._cases:
                self.line_changed(self._cases.index(each[0]))

    def heading(self) -> Content:
        """Return the line above the table: the names of the models over their columns."""
        columns, labels = self._columns, self._results.labels
        common = same_beginning(labels)
        line = Content(" " + set_cell_size("case", columns.case))
        for number in range(columns.first, columns.first + columns.shown):
            name = clean_line(labels[number])
            name = name if cell_len(name) <= columns.model else shorten(name[common:], columns.model)
            style = "$foreground bold" if number == self._model else "$muted"
            line += Content(" " * GAP) + Content.styled(set_cell_size(name, columns.model), style)
        more = len(labels) - columns.shown
        return line + Content.styled(f" +{more}" if more > 0 else "", "$muted")

    def spans(self, index: int) -> Sequence[Span]:
        """Return the row of a case."""
        case, columns = self._cases[index], self._columns
        spans = [*self._case_spans(case)]
        for number in range(columns.first, columns.first + columns.shown):
            label = self._results.labels[number]
            spans.append((" " * GAP, _NULL))
            cell = self._cell_spans(case, label)
            if index == self._row and number == self._model:
                cell = [("".join(text for text, _ in cell), self.style_of("cases--cell"))]
            elif self._marked and (case, label) == (self._marked[0], self._marked[2]):
                cell = [("".join(text for text, _ in cell), self.style_of("cases--marked"))]
            spans += cell
        return spans

    def line_style(self, index: int) -> Style:
        """Highlight the case under the cursor."""
        return self.style_of("cases--row" if index == self._row else "lines--line")

    def width_changed(self, width: int) -> None:
        """Fit the columns into another width."""
        self._lay_out(width)

    def on_resize(self, _event: Resize) -> None:
        """Keep the cursor in view; the table never follows its end."""
        self.following = False
        self.call_after_refresh(self._go_to, self._row)

    def action_move(self, by: int) -> None:
        """Move the cursor by cases."""
        self._go_to(self._row + by)

    def action_move_model(self, by: int) -> None:
        """Move the cursor to another model."""
        labels = self._results.labels
        if labels:
            self._model = min(max(self._model + by, 0), len(labels) - 1)
            self._lay_out(self.text_width)
            self._go_to(self._row)

    def action_move_repeat(self, by: int) -> None:
        """Move the cursor to another answer of the same cell."""
        selected = self.answer
        if selected is None:
            return
        case, repeat, label = selected
        repeats = [row.repeat for row in self._results.answers(case, label)]
        later = [each for each in repeats if (each - repeat) * by > 0]
        if later:
            self._repeat = min(later) if by > 0 else max(later)
            self._go_to(self._row)

    def action_page(self, by: int) -> None:
        """Move the cursor by pages."""
        self._go_to(self._row + by * max(self.size.height - 1, 1))

    def action_half_page(self, by: int) -> None:
        """Move the cursor by half a page."""
        self._go_to(self._row + by * max(self.size.height // 2, 1))

    def action_first(self) -> None:
        """Move to the first case."""
        self._go_to(0)

    def action_last(self) -> None:
        """Move to the last case."""
        self._go_to(len(self._cases) - 1)

    def on_click(self, event: Click) -> None:
        """Select the cell that was clicked, and open its answer at a second click."""
        index = event.y + round(self.scroll_y)
        if index >= len(self._cases):
            return
        shown = (number for number in range(self._columns.shown) if event.x in self._columns.at(number))
        if (column := next(shown, None)) is not None:
            self._model = self._columns.first + column
        self._go_to(index)
        if event.chain == 2:
            self.post_message(AnswerOpened())

    def _go_to(self, index: int) -> None:
        """Put the cursor on a case, and bring it into view."""
        before, self._row = self._row, min(max(index, 0), max(len(self._cases) - 1, 0))
        selected = self.answer
        if selected:
            case, _, label = selected
            repeats = [row.repeat for row in self._results.answers(case, label)]
            self._repeat = self._repeat if self._repeat in repeats else min(repeats, default=1)
        for row in {before, self._row}:
            self.line_changed(row)
        top, height = round(self.scroll_y), self.size.height
        if self._row < top:
            self.scroll_to_line(self._row)
        elif self._row >= top + height:
            self.scroll_to_line(self._row + 1 - height)
        self.following = False
        self.post_message(AnswerSelected(self.answer))

    def _lay_out(self, width: int) -> None:
        before = self._columns
        self._columns = columns_for(
            *(width, self._results, self._results.highest_repeat),
            most_votes=max(self._wins.values(), default=0),
            current=self._model,
            first=before.first,
        )
        if self._columns != before:
            self.lines_changed()
        self.post_message(self.ColumnsChanged())

    def _case_spans(self, case: str) -> Sequence[Span]:
        """Return the id of a case and the beginning of its prompt, as far as there is room."""
        width = self._columns.case
        prompt = clean_line(" ".join(self._results.prompts[case][:_MOST_PROMPT].split()))
        if not prompt or width < 2 * _LEAST_PROMPT:
            name = shorten(clean_line(case[:_MOST_PROMPT]), width)
            return ((" " + set_cell_size(name, width), self.style_of("cases--id")),)
        id_width = min(self._id_width, width // 2)
        name = set_cell_size(shorten(clean_line(case[:_MOST_PROMPT]), id_width), id_width)
        room = width - id_width - 2
        cut = prompt if cell_len(prompt) <= room else set_cell_size(prompt, room - 1) + "…"
        return (
            (f" {name}  ", self.style_of("cases--id")),
            (set_cell_size(cut, room), self.style_of("cases--prompt")),
        )

    def _cell_spans(self, case: str, label: Label) -> list[Span]:
        """Return the cell of a case and a model."""
        columns, answers = self._columns, self._results.answers(case, label)
        if not answers:
            return [(set_cell_size(MISSING, columns.model), self.style_of("cases--missing"))]
        figures = cell_figures(answers, self._figure)
        share = f"{figures.passed}/{figures.count}".rjust(columns.passed)
        passed = share if columns.passed > 1 else _sign(answers[0])
        all_passed = figures.passed == figures.count
        spans = [(passed, self.style_of("cases--passed" if all_passed else "cases--failed"))]
        text = shorten(value_text(self._figure, figures.median), columns.figure + 1)
        spans.append((text.rjust(columns.figure + 1), self.style_of("cases--figure")))
        if columns.distinct:
            distinct = f"×{figures.distinct}" if figures.distinct > 1 else ""
            spans.append((f" {distinct:<{columns.distinct}}", self.style_of("cases--distinct")))
        if columns.votes:
            wins = self._wins.get((case, label), 0)
            spans.append((" " + (f"▲{wins}" if wins else "").ljust(columns.votes), self.style_of("cases--votes")))
        used = sum(cell_len(text) for text, _ in spans)
        return [*spans, (" " * max(columns.model - used, 0), _NULL)]


def _sign(row: AnswerRow) -> str:
    """Return a sign for how an answer ended: the sign of its state, or whether it passed its checks."""
    if row.state != "complete":
        return mark(row.state)
    return PASSED if row.has_passed else NOT_PASSED
