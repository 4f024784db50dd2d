"""The table of an experiment: a row for each case, a column for each model, and a cursor on one cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.message import Message

from diptych.core.experiment.answer_row import AnswerKey
from diptych.core.experiment.row_figures import FIGURES, RowFigure
from diptych.core.request import Label
from diptych.core.text.sanitize import clean_line
from diptych.report.experiment.results import Results
from diptych.tui.experiment.case_cells import ROLES, Piece, case_cells, id_width, model_cells
from diptych.tui.experiment.case_columns import GAP, CaseColumns, columns_for, same_beginning
from diptych.tui.widgets.cursor_list import CursorList
from diptych.tui.widgets.line_view import Span
from diptych.tui.wrapping import shorten


@dataclass
class AnswerSelected(Message):
    """The user moves to another answer, in the table or in a strip; None where there is none."""

    key: AnswerKey | None


@dataclass
class AnswerOpened(Message):
    """The user opens the selected answer with the pointer."""


class CaseTable(CursorList):
    """Cases in the order in which they are shown. The cursor is on an answer: a case, a model and a repeat."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--line",
        "cases--row",
        "cases--cell",
        "cases--marked",
        *(f"cases--{role}" for role in ROLES),
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
    def cursor_item(self) -> int:
        """The place of the case under the cursor, from 0."""
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
        self._id_width = id_width(cases)
        self._lay_out(self.text_width)
        self.lines_changed()
        self._model = min(self._model, max(len(results.labels) - 1, 0))
        if selected is None or not self.select(selected):
            self.move_to_item(self._row)

    def select(self, key: AnswerKey) -> bool:
        """Put the cursor on an answer; returns whether its case is listed."""
        case, repeat, label = key
        if case not in self._cases or label not in self._results.labels:
            return False
        self._model, self._repeat = self._results.labels.index(label), repeat
        self._lay_out(self.text_width)
        self.move_to_item(self._cases.index(case))
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
        prompt = self._results.prompts[case]
        spans = [*self._styled(case_cells(case, prompt, columns.case, self._id_width))]
        for number in range(columns.first, columns.first + columns.shown):
            label = self._results.labels[number]
            answers, wins = self._results.answers(case, label), self._wins.get((case, label), 0)
            cell = model_cells(answers, self._figure, wins, columns)
            spans.append((" " * GAP, Style.null()))
            if index == self._row and number == self._model:
                spans.append(("".join(text for text, _ in cell), self.style_of("cases--cell")))
            elif self._marked and (case, label) == (self._marked[0], self._marked[2]):
                spans.append(("".join(text for text, _ in cell), self.style_of("cases--marked")))
            else:
                spans += self._styled(cell)
        return spans

    def _styled(self, pieces: Iterator[Piece]) -> Iterator[Span]:
        return ((text, self.style_of(f"cases--{role}") if role else Style.null()) for text, role in pieces)

    def line_style(self, index: int) -> Style:
        """Highlight the case under the cursor."""
        return self.style_of("cases--row" if index == self._row else "lines--line")

    def width_changed(self, width: int) -> None:
        """Fit the columns into another width."""
        self._lay_out(width)

    def on_resize(self, _event: Resize) -> None:
        """Keep the cursor in view; the table never follows its end."""
        self.following = False
        self.call_after_refresh(self.move_to_item, self._row)

    def action_move_model(self, by: int) -> None:
        """Move the cursor to another model."""
        labels = self._results.labels
        if labels:
            self._model = min(max(self._model + by, 0), len(labels) - 1)
            self._lay_out(self.text_width)
            self.move_to_item(self._row)

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
            self.move_to_item(self._row)

    def item_clicked(self, item: int, column: int) -> None:
        """Select the cell that was clicked; beside the columns of models, the one of the same model."""
        shown = (number for number in range(self._columns.shown) if column in self._columns.at(number))
        if (number := next(shown, None)) is not None:
            self._model = self._columns.first + number
        self.move_to_item(item)

    def open_item(self) -> None:
        """Tell the screen that the answer under the cursor was clicked twice."""
        self.post_message(AnswerOpened())

    def move_to_item(self, item: int) -> None:
        """Put the cursor on a case, and bring it into view."""
        before, self._row = self._row, min(max(item, 0), max(len(self._cases) - 1, 0))
        selected = self.answer
        if selected:
            case, _, label = selected
            repeats = [row.repeat for row in self._results.answers(case, label)]
            self._repeat = self._repeat if self._repeat in repeats else min(repeats, default=1)
        self.show_cursor(before, self._row)
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
