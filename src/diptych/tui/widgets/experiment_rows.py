"""The experiments of the history as a list: a row for each, with what it asks and how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import time as now
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.message import Message

from diptych.core.history_summary import ListedExperiment
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.counted import counted
from diptych.report.figures import UNKNOWN, cost
from diptych.tui.history.round_cells import short_date
from diptych.tui.widgets.cursor_list import CursorList
from diptych.tui.widgets.line_view import Span
from diptych.tui.wrapping import cut

_MOST_READ = 500
_INDENT = 7
_DATE = 11
_COST = 9


class ExperimentRows(CursorList):
    """Experiments, newest first, with a cursor; Enter or a second click opens one."""

    ROWS = 2  # how far it has come, and below that what it asks of which models
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--line",
        "experiments--cursor",
        "experiments--number",
        "experiments--prompt",
        "experiments--figure",
        "experiments--failed",
        "experiments--models",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Previous experiment", show=False, id="experiments.up"),
        Binding("down,j", "move(1)", "Next experiment", show=False, id="experiments.down"),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False, id="experiments.page-up"),
        Binding("pagedown,ctrl+d", "page(1)", "Page down", show=False, id="experiments.page-down"),
        Binding("home,g", "first", "Newest experiment", show=False, id="experiments.home"),
        Binding("end,G", "last", "Oldest experiment", show=False, id="experiments.end"),
    ]

    @dataclass
    class Opened(Message):
        """The user opens an experiment with the pointer."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.cursor = 0
        self.following = False
        self._listed: Sequence[ListedExperiment] = ()
        self._today = 0.0

    @property
    def line_count(self) -> int:
        """The number of rows."""
        return len(self._listed) * self.ROWS

    @property
    def cursor_item(self) -> int:
        """The place of the experiment under the cursor."""
        return self.cursor

    @property
    def current(self) -> ListedExperiment | None:
        """The experiment under the cursor."""
        return self._listed[self.cursor] if self._listed else None

    def show(self, listed: Sequence[ListedExperiment]) -> None:
        """List other experiments; the cursor stays on its own."""
        number = self.current.number if self.current else None
        self._listed, self._today = listed, now()
        self.lines_changed()
        self.move_to_item(next((index for index, each in enumerate(listed) if each.number == number), 0))

    def spans(self, index: int) -> Sequence[Span]:
        """Return one row of an experiment."""
        place, row = divmod(index, self.ROWS)
        return self._second_row(self._listed[place]) if row else self._first_row(self._listed[place])

    def _first_row(self, listed: ListedExperiment) -> Sequence[Span]:
        """Return the number, the date, the first prompt, how many answers there are, and their cost."""
        done = counted(listed.done, "answer")
        if listed.done < listed.answers:
            done = f"{listed.done:,} of {counted(listed.answers, 'answer')}"
        failed = f" · {listed.failed:,} not complete" if listed.failed else ""
        amount = UNKNOWN if listed.cost_usd is None else cost(listed.cost_usd)
        before = f" x{listed.number:<4} {short_date(listed.date or 0.0, self._today):<{_DATE}}  "
        behind = f"{amount:>{_COST}}"
        room = max(self.text_width - sum(map(cell_len, (before, "  ", done, failed, behind))), 0)
        prompt = clean_line(" ".join(listed.prompt[:_MOST_READ].split()))
        return (
            (before, self.style_of("experiments--number")),
            (set_cell_size(cut(prompt, room), room), self.style_of("experiments--prompt")),
            (f"  {done}", self.style_of("experiments--figure")),
            (failed, self.style_of("experiments--failed")),
            (behind, self.style_of("experiments--figure")),
        )

    def _second_row(self, listed: ListedExperiment) -> Sequence[Span]:
        """Return how much is asked of which models."""
        counts = [counted(listed.cases, "case"), counted(len(listed.models), "model")]
        if listed.repeats > 1:
            counts.append(counted(listed.repeats, "repeat"))
        names = ", ".join(clean_line(label) for label in listed.models)
        text = f"{' × '.join(counts)} · {names}"
        room = max(self.text_width - _INDENT, 0)
        return ((" " * _INDENT + set_cell_size(cut(text, room), room), self.style_of("experiments--models")),)

    def line_style(self, index: int) -> Style:
        """Highlight the experiment under the cursor."""
        return self.style_of("experiments--cursor" if index // self.ROWS == self.cursor else "lines--line")

    def on_resize(self, _event: Resize) -> None:
        """Keep the cursor in view; the list never follows its end."""
        self.following = False
        self.call_after_refresh(self.move_to_item, self.cursor)

    def move_to_item(self, item: int) -> None:
        """Put the cursor on an experiment and bring it into view."""
        before, self.cursor = self.cursor, min(max(item, 0), max(len(self._listed) - 1, 0))
        self.show_cursor(before, self.cursor)
        self.following = False

    def open_item(self) -> None:
        """Tell the screen that the experiment under the cursor was clicked twice."""
        self.post_message(self.Opened())
