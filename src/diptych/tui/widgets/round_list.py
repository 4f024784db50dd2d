"""The history as a table: two rows a round, the prompt beside what each side made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import localtime, strftime
from time import time as now
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.message import Message

from diptych.core.history_summary import ListedRound, ListedRun
from diptych.core.text.sanitize import clean_line
from diptych.report.figures import UNKNOWN, cost, seconds
from diptych.tui.format import mark
from diptych.tui.widgets.line_view import LineView, Span
from diptych.tui.wrapping import shorten, wrap

ROWS = 2
"""Rows of a round: one for each side."""

_NULL = Style.null()
_GAP = "  "
_DATE = 11
_STATE = 16
_FIRST = 11
_TOTAL = 5
_COST = 9
_LEAST_PROMPT = 18
_ENOUGH_PROMPT = 36
_MOST_NAME = 44
_MOST_MODEL = 26
_SHORT_MODEL = 18
_LEAST_MODEL = 14


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells; one of 0 is a column that is left out. `whole_names` tells the endpoint too."""

    number: int
    date: int
    prompt: int
    model: int
    state: int
    first: int
    total: int
    cost: int
    whole_names: bool = False

    @classmethod
    def for_list(cls, width: int, highest: int, longest_model: int, longest_name: int) -> "Columns":
        """The columns that leave the prompt a few words' room, from all of them down to the model alone."""
        number, model = max(3, len(str(highest))), min(max(longest_model, len("model")), _MOST_MODEL)
        name = min(max(longest_name, len("model")), _MOST_NAME)
        candidates = (
            cls(number, _DATE, _ENOUGH_PROMPT, name, _STATE, _FIRST, _TOTAL, _COST, whole_names=True),
            cls(number, _DATE, _LEAST_PROMPT, model, _STATE, _FIRST, _TOTAL, _COST),
            cls(number, _DATE, _LEAST_PROMPT, model, _STATE, 0, _TOTAL, _COST),
            cls(number, _DATE, _LEAST_PROMPT, min(model, _SHORT_MODEL), 1, 0, _TOTAL, _COST),
            cls(number, _DATE, _LEAST_PROMPT, min(model, _SHORT_MODEL), 1, 0, _TOTAL, 0),
            cls(number, 0, _LEAST_PROMPT, min(model, _SHORT_MODEL), 1, 0, _TOTAL, 0),
            cls(number, 0, _LEAST_PROMPT // 2, _LEAST_MODEL, 1, 0, 0, 0),
        )
        for each in candidates:
            if each.width <= width:
                return each.with_prompt(each.prompt + width - each.width)
        least = cls(0, 0, 0, _LEAST_MODEL, 1, 0, 0, 0)
        return least.with_prompt(max(width - least.width - len(_GAP), 4))

    def with_prompt(self, prompt: int) -> "Columns":
        """The same with that many cells for the prompt."""
        return Columns(
            self.number, self.date, prompt, self.model, self.state, self.first, self.total, self.cost, self.whole_names
        )

    @property
    def width(self) -> int:
        """The cells that they take, gaps included."""
        widths = (self.number, self.date, self.prompt, self.model, self.state, self.first, self.total, self.cost)
        return 1 + sum(width + len(_GAP) for width in widths if width) - len(_GAP)

    def heading(self) -> str:
        """The line above the list."""
        cells = (
            _right("#", self.number),
            _left("when", self.date),
            _left("prompt", self.prompt),
            _left("model", self.model),
            _left("state", self.state) if self.state > 1 else " " * self.state,
            _right("first token", self.first),
            _right("total", self.total),
            _right("cost", self.cost),
        )
        return " " + _GAP.join(cell for cell in cells if cell)


class RoundList(LineView):
    """Rounds under a cursor, newest first; Enter or a second click opens one."""

    ALLOW_SELECT = False  # a click selects a round
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--line",
        "rounds--cursor",
        "rounds--number",
        "rounds--prompt",
        "rounds--left",
        "rounds--right",
        "rounds--state",
        "rounds--failed",
        "rounds--cut",
        "rounds--figure",
        "rounds--note",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Round above", show=False, id="rounds.up"),
        Binding("down", "move(1)", "Round below", show=False, id="rounds.down"),
        Binding("pageup", "page(-1)", "A page up", show=False, id="rounds.page-up"),
        Binding("pagedown", "page(1)", "A page down", show=False, id="rounds.page-down"),
        Binding("home", "first", "Newest round", show=False, id="rounds.home"),
        Binding("end", "last", "Oldest round", show=False, id="rounds.end"),
    ]

    @dataclass
    class Opened(Message):
        """The user opens a round with the pointer."""

        id: int

    @dataclass
    class Laid(Message):
        """The columns are others now."""

        columns: Columns

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.cursor = 0
        self.following = False
        self._rounds: Sequence[ListedRound] = ()
        self._today = 0.0
        self._longest_model = self._longest_name = self._highest = 0
        self._columns = Columns.for_list(80, 0, 0, 0)

    @property
    def line_count(self) -> int:
        """How many rows there are."""
        return len(self._rounds) * ROWS

    @property
    def columns(self) -> Columns:
        """The widths of the columns now."""
        return self._columns

    @property
    def current(self) -> ListedRound | None:
        """The round under the cursor."""
        return self._rounds[self.cursor] if self._rounds else None

    def show(self, rounds: Sequence[ListedRound], *, keep_place: bool = False) -> None:
        """Show other rounds, from the first, or under the cursor the same; dates are told as seen today."""
        current = self.current.id if self.current and keep_place else None
        self._rounds = rounds
        self._today = now()
        names = {(run.endpoint, run.model) for round_ in rounds for run in round_.runs}
        self._longest_model = max((cell_len(clean_line(model)) for _, model in names), default=0)
        self._longest_name = max((cell_len(clean_line(":".join(name))) for name in names), default=0)
        self._highest = max((round_.id for round_ in rounds), default=0)
        self._lay_out(self.text_width)
        self.following = False
        self.lines_changed()
        if not keep_place:
            self.cursor = 0
            self.scroll_to_line(0)
        self.move_to(next((index for index, each in enumerate(rounds) if each.id == current), self.cursor))

    def spans(self, index: int) -> Sequence[Span]:
        """One row of a round."""
        round_, row = self._rounds[index // ROWS], index % ROWS
        return (*self._what(round_, row), *(self._how(round_.runs[row]) if row < len(round_.runs) else ()))

    def line_style(self, index: int) -> Style:
        """The round under the cursor stands out."""
        return self.style_of("rounds--cursor" if index // ROWS == self.cursor else "lines--line")

    def width_changed(self, width: int) -> None:
        """Share the width out anew."""
        self._lay_out(width)

    def on_resize(self, _event: Resize) -> None:
        """Keep the cursor in view; the list never follows its end."""
        self.following = False
        self.call_after_refresh(self.move_to, self.cursor)

    def move_to(self, index: int) -> None:
        """Put the cursor on a round and bring it into view."""
        if not self._rounds:
            return
        before, self.cursor = self.cursor, min(max(index, 0), len(self._rounds) - 1)
        for round_index in (before, self.cursor):
            for row in range(ROWS):
                self.line_changed(round_index * ROWS + row)
        first, top, height = self.cursor * ROWS, round(self.scroll_y), self.size.height
        if first < top:
            self.scroll_to_line(first)
        elif first + ROWS > top + height:
            self.scroll_to_line(first + ROWS - height)

    def action_move(self, by: int) -> None:
        """Move the cursor by rounds."""
        self.move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by pages."""
        self.move_to(self.cursor + by * max(self.size.height // ROWS - 1, 1))

    def action_first(self) -> None:
        """Move to the newest round."""
        self.move_to(0)

    def action_last(self) -> None:
        """Move to the oldest round."""
        self.move_to(len(self._rounds) - 1)

    def on_click(self, event: Click) -> None:
        """A click selects a round, a second one opens it."""
        index = (event.y + round(self.scroll_y)) // ROWS
        if index < len(self._rounds):
            self.move_to(index)
            if event.chain == 2:
                self.post_message(self.Opened(self._rounds[index].id))

    def _lay_out(self, width: int) -> None:
        self._columns = Columns.for_list(width, self._highest, self._longest_model, self._longest_name)
        self.post_message(self.Laid(self._columns))

    def _what(self, round_: ListedRound, row: int) -> Sequence[Span]:
        """Which round it is: its id and date on the first row, and a row of its prompt."""
        widths, is_first = self._columns, row == 0
        number = _right(str(round_.id) if is_first else "", widths.number)
        date = _left(when(round_.date, self._today) if is_first else "", widths.date)
        prompt = _left(_prompt_rows(round_.prompt, widths.prompt)[row], widths.prompt)
        return (
            (" " + "".join(f"{cell}{_GAP}" for cell in (number, date) if cell), self.style_of("rounds--number")),
            (prompt, self.style_of("rounds--prompt")),
            (_GAP, _NULL),
        )

    def _how(self, run: ListedRun) -> Sequence[Span]:
        """What one side made of it."""
        widths, figure = self._columns, self.style_of("rounds--figure")
        name = clean_line(f"{run.endpoint}:{run.model}" if widths.whole_names else run.model)
        spans = [(_left(shorten(name, widths.model), widths.model), self.style_of(f"rounds--{run.label}"))]
        kind = run.state if run.state in ("failed", "cut") else "state"
        word = f" {_word(run)}" if widths.state > 1 else ""
        spans.append((_GAP, _NULL))
        spans.append(
            (_left(shorten(mark(run.state) + word, widths.state), widths.state), self.style_of(f"rounds--{kind}"))
        )
        if widths.first:
            spans.append((_GAP + _right(seconds(run.first_token), widths.first), figure))
        if widths.total:
            spans.append((_GAP + _right(seconds(run.total), widths.total), figure))
        if widths.cost and run.simulated:
            spans.append((_GAP + _right("simulated", widths.cost), self.style_of("rounds--note")))
        elif widths.cost:
            spans.append((_GAP + _right(cost(run.cost_usd), widths.cost), figure))
        return spans


def when(date: float, today: float) -> str:
    """A moment in local time in at most eleven cells: the day and the time, or the whole day in another year.

    0 stands for one that is not known.
    """
    if not date:
        return UNKNOWN
    moment = localtime(date)
    this_year = moment.tm_year == localtime(today).tm_year
    return strftime("%m-%d %H:%M" if this_year else "%Y-%m-%d", moment)


def _prompt_rows(prompt: str, width: int) -> Sequence[str]:
    """The beginning of a prompt in as many rows as a round has, with a sign where it is cut."""
    begin = prompt[: width * 8].strip()
    rows = [row.rstrip() for row in wrap(clean_line(begin), width)]
    if len(rows) > ROWS or len(begin) < len(prompt.strip()):
        rows = rows[:ROWS]
        last = rows[-1]
        rows[-1] = (last if cell_len(last) < width else set_cell_size(last, width - 1).rstrip()) + "…"
    return (rows + [""] * ROWS)[:ROWS]


def _word(run: ListedRun) -> str:
    return clean_line(run.stop_reason) if run.state == "complete" and run.stop_reason else run.state


def _left(text: str, width: int) -> str:
    return set_cell_size(text, width) if width else ""


def _right(text: str, width: int) -> str:
    return f"{text:>{width}}" if width else ""
