"""The history as a table: two rows per round, with the prompt beside the outcome of each side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import localtime, strftime
from time import time as now
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.message import Message

from diptych.config.sides import SIDES, SideName
from diptych.core.history_summary import ListedRound, ListedRun
from diptych.core.naming import HIDDEN_MODEL, listed_model
from diptych.core.remarks import Vote
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.file_details import prompt_with_files
from diptych.core.wording.listed_remarks import STAR
from diptych.core.wording.settings_summary import settings_line
from diptych.report.figures import UNKNOWN, cost, seconds
from diptych.report.run_status import mark
from diptych.tui.widgets.line_view import LineView, Span
from diptych.tui.widgets.round_columns import GAP, RoundColumns, align_left, align_right
from diptych.tui.wrapping import shorten, wrap

ROWS = 2
"""Rows per round: one for each side."""

_NULL = Style.null()


class RoundList(LineView):
    """Rounds, newest first, with a cursor; Enter or a second click opens one."""

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
        "rounds--star",
        "rounds--vote",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Previous round", show=False, id="rounds.up"),
        Binding("down,j", "move(1)", "Next round", show=False, id="rounds.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="rounds.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="rounds.page-down"),
        Binding("ctrl+u", "half_page(-1)", "Half a page up", show=False, id="rounds.half-page-up"),
        Binding("ctrl+d", "half_page(1)", "Half a page down", show=False, id="rounds.half-page-down"),
        Binding("home,g", "first", "Newest round", show=False, id="rounds.home"),
        Binding("end,G", "last", "Oldest round", show=False, id="rounds.end"),
    ]

    @dataclass
    class Opened(Message):
        """The user opens a round with the pointer."""

        id: int

    @dataclass
    class ColumnsChanged(Message):
        """The columns may have other widths now."""

        columns: RoundColumns

    @dataclass
    class CursorMoved(Message):
        """Another round is under the cursor; None where there is none."""

        round: ListedRound | None

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.cursor = 0
        self.following = False
        self._rounds: Sequence[ListedRound] = ()
        self._today = 0.0
        self._longest_model = self._longest_name = self._highest = 0
        self.has_settings = False
        """Whether a round was asked with settings that are not at their defaults."""
        self.has_remarks = False
        """Whether something is said about a round."""
        self._has_votes = False
        self._columns = RoundColumns.for_list(80, 0, 0, 0)

    @property
    def line_count(self) -> int:
        """The number of rows."""
        return len(self._rounds) * ROWS

    @property
    def columns(self) -> RoundColumns:
        """The present widths of the columns."""
        return self._columns

    @property
    def current(self) -> ListedRound | None:
        """The round under the cursor."""
        return self._rounds[self.cursor] if self._rounds else None

    def show(self, rounds: Sequence[ListedRound], *, keep_place: bool = False) -> None:
        """Show other rounds, from the first one on; with `keep_place` the cursor stays on its round."""
        current = self.current.id if self.current and keep_place else None
        self._rounds = rounds
        self._today = now()
        self._longest_model = _longest(rounds, with_endpoint=False)
        self._longest_name = _longest(rounds, with_endpoint=True)
        self.has_settings = _any_settings(rounds)
        self.has_remarks = any(round_.has_remarks for round_ in rounds)
        self._has_votes = any(round_.vote for round_ in rounds)
        self._highest = max((round_.id for round_ in rounds), default=0)
        self._lay_out(self.text_width)
        self.following = False
        self.lines_changed()
        if not keep_place:
            self.cursor = 0
            self.scroll_to_line(0)
        self.move_to(next((index for index, each in enumerate(rounds) if each.id == current), self.cursor))

    def spans(self, index: int) -> Sequence[Span]:
        """Return one row of a round."""
        round_, row = self._rounds[index // ROWS], index % ROWS
        return (*self._round_spans(round_, row), *self._answer_spans(round_, row))

    def line_style(self, index: int) -> Style:
        """Highlight the round under the cursor."""
        return self.style_of("rounds--cursor" if index // ROWS == self.cursor else "lines--line")

    def width_changed(self, width: int) -> None:
        """Fit the columns into another width."""
        self._lay_out(width)

    def on_resize(self, _event: Resize) -> None:
        """Keep the cursor in view; the list never follows its end."""
        self.following = False
        self.call_after_refresh(self.move_to, self.cursor)

    def move_to(self, index: int) -> None:
        """Put the cursor on a round and bring it into view."""
        if not self._rounds:
            self.post_message(self.CursorMoved(None))
            return
        before, self.cursor = self.cursor, min(max(index, 0), len(self._rounds) - 1)
        self.post_message(self.CursorMoved(self.current))
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

    def action_half_page(self, by: int) -> None:
        """Move the cursor by half a page."""
        self.move_to(self.cursor + by * max(self.size.height // ROWS // 2, 1))

    def action_first(self) -> None:
        """Move to the newest round."""
        self.move_to(0)

    def action_last(self) -> None:
        """Move to the oldest round."""
        self.move_to(len(self._rounds) - 1)

    def on_click(self, event: Click) -> None:
        """Select the round that was clicked, and open it at a second click."""
        index = (event.y + round(self.scroll_y)) // ROWS
        if index < len(self._rounds):
            self.move_to(index)
            if event.chain == 2:
                self.post_message(self.Opened(self._rounds[index].id))

    def _lay_out(self, width: int) -> None:
        self._columns = RoundColumns.for_list(
            *(width, self._highest, self._longest_model, self._longest_name),
            with_settings=self.has_settings,
            with_votes=self._has_votes,
        )
        self.post_message(self.ColumnsChanged(self._columns))

    def _round_spans(self, round_: ListedRound, row: int) -> Sequence[Span]:
        """Return the left part of a row: the id and the date on the first row, and a row of the prompt."""
        widths, is_first = self._columns, row == 0
        number = align_right(str(round_.id) if is_first else "", widths.number)
        date = align_left(when(round_.date, self._today) if is_first else "", widths.date)
        star = f"{STAR} " if round_.note.starred else ""
        prompt = prompt_with_files(round_.prompt, round_.attachments)
        words = align_left(_prompt_rows(star + prompt.lstrip(), widths.prompt)[row], widths.prompt)
        shown_star = star if is_first and words.startswith(star) else ""
        return (
            (" " + "".join(f"{cell}{GAP}" for cell in (number, date) if cell), self.style_of("rounds--number")),
            (shown_star, self.style_of("rounds--star")),
            (words.removeprefix(shown_star), self.style_of("rounds--prompt")),
            (GAP, _NULL),
        )

    def _answer_spans(self, round_: ListedRound, row: int) -> Sequence[Span]:
        """Return the right part of a row: an answer, how many more there are, or that they are hidden."""
        more = len(round_.runs) - row
        if row == ROWS - 1 and more > 1:
            indent = " " + GAP if self._columns.vote else ""
            return ((f"{indent}+{more} more models", self.style_of("rounds--note")),)
        if round_.is_hidden and not row:
            return ((HIDDEN_MODEL, self.style_of("rounds--note")),)
        return self._run_spans(round_, round_.runs[row], row) if more > 0 else ()

    def _run_spans(self, round_: ListedRound, run: ListedRun, row: int) -> Sequence[Span]:
        """Return the right part of a row: the model of one side, its settings, its state and its figures."""
        widths, figure = self._columns, self.style_of("rounds--figure")
        name = clean_line(listed_model(run, with_endpoint=widths.whole_names))
        spans = [(_vote_mark(round_, run) + GAP, self.style_of("rounds--vote"))] if widths.vote else []
        spans.append(
            (align_left(shorten(name, widths.model), widths.model), self.style_of(f"rounds--{_colour(run, row)}"))
        )
        if widths.settings:
            line = (
                settings_line(run.settings, round_.settings_of_others(run), widths.settings, cell_len)
                if run.settings
                else ""
            )
            spans.append((GAP + align_left(line, widths.settings), self.style_of("rounds--note")))
        kind = run.state if run.state in ("failed", "cut") else "state"
        word = f" {_word(run)}" if widths.state > 1 else ""
        spans.append((GAP, _NULL))
        spans.append(
            (align_left(shorten(mark(run.state) + word, widths.state), widths.state), self.style_of(f"rounds--{kind}"))
        )
        if widths.first:
            spans.append((GAP + align_right(seconds(run.first_token), widths.first), figure))
        if widths.total:
            spans.append((GAP + align_right(seconds(run.total), widths.total), figure))
        if widths.cost and run.simulated:
            spans.append((GAP + align_right("simulated", widths.cost), self.style_of("rounds--note")))
        elif widths.cost:
            spans.append((GAP + align_right(cost(run.cost_usd, run.cost_source), widths.cost), figure))
        return spans


def _colour(run: ListedRun, row: int) -> SideName:
    """Return the side whose colour a run has: the one of its label, else the one of the pane that shows it."""
    return next((side for side in SIDES if side == run.label), SIDES[row])


def _any_settings(rounds: Iterable[ListedRound]) -> bool:
    """Whether a round was asked with settings that are not at their defaults. Most rounds share a few settings."""
    distinct = {id(run.settings): run.settings for round_ in rounds for run in round_.runs}
    return any(map(settings_line, filter(None, distinct.values())))


def _longest(rounds: Iterable[ListedRound], *, with_endpoint: bool) -> int:
    """Return the cells of the longest name of a model."""
    names = {listed_model(run, with_endpoint=with_endpoint) for round_ in rounds for run in round_.runs}
    return max((cell_len(clean_line(name)) for name in names), default=0)


def when(date: float, today: float) -> str:
    """Return a date in local time in at most eleven cells: day and time, or the day and its year in another year.

    `date` and `today` are seconds since 1970; a date of 0 is not known.
    """
    if not date:
        return UNKNOWN
    moment = localtime(date)
    this_year = moment.tm_year == localtime(today).tm_year
    return strftime("%m-%d %H:%M" if this_year else "%Y-%m-%d", moment)


def _prompt_rows(prompt: str, width: int) -> Sequence[str]:
    """Return the beginning of a prompt in as many rows as a round has, with "…" where it is cut."""
    begin = prompt[: width * 8].strip()
    rows = [row.rstrip() for row in wrap(clean_line(begin), width)]
    if len(rows) > ROWS or len(begin) < len(prompt.strip()):
        rows = rows[:ROWS]
        last = rows[-1]
        rows[-1] = (last if cell_len(last) < width else set_cell_size(last, width - 1).rstrip()) + "…"
    return (rows + [""] * ROWS)[:ROWS]


def _vote_mark(round_: ListedRound, run: ListedRun) -> str:
    """Return a sign for what the user's vote says about a side: better, as good as the other, or nothing good."""
    match round_.vote:
        case Vote(verdict="better", label=run.label):
            return "✓"
        case Vote(verdict="tie"):
            return "="
        case Vote(verdict="neither"):
            return "✗"
        case _:
            return " "


def _word(run: ListedRun) -> str:
    return clean_line(run.stop_reason) if run.state == "complete" and run.stop_reason else run.state
