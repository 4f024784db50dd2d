"""The list of recorded rounds, with a cursor on one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import time as now
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.message import Message

from diptych.core.history_summary import ListedRound
from diptych.tui.history.round_cells import ROLES, ROWS, any_settings, longest_model, round_cells
from diptych.tui.history.round_columns import RoundColumns
from diptych.tui.widgets.cursor_list import CursorList
from diptych.tui.widgets.line_view import Span


class RoundList(CursorList):
    """Rounds, newest first, with a cursor; Enter or a second click opens one."""

    ROWS = ROWS
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--line",
        "rounds--cursor",
        *(f"rounds--{role}" for role in ROLES),
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
    def cursor_item(self) -> int:
        """The place of the round under the cursor."""
        return self.cursor

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
        self._longest_model = longest_model(rounds, with_endpoint=False)
        self._longest_name = longest_model(rounds, with_endpoint=True)
        self.has_settings = any_settings(rounds)
        self.has_remarks = any(round_.has_remarks for round_ in rounds)
        self._has_votes = any(round_.vote for round_ in rounds)
        self._highest = max((round_.id for round_ in rounds), default=0)
        self._lay_out(self.text_width)
        self.following = False
        self.lines_changed()
        if not keep_place:
            self.cursor = 0
            self.scroll_to_line(0)
        self.move_to_item(next((index for index, each in enumerate(rounds) if each.id == current), self.cursor))

    def spans(self, index: int) -> Sequence[Span]:
        """Return one row of a round."""
        item, row = divmod(index, ROWS)
        pieces = round_cells(self._rounds[item], row, self._columns, self._today)
        return [(text, self.style_of(f"rounds--{role}") if role else Style.null()) for text, role in pieces]

    def line_style(self, index: int) -> Style:
        """Highlight the round under the cursor."""
        return self.style_of("rounds--cursor" if index // ROWS == self.cursor else "lines--line")

    def width_changed(self, width: int) -> None:
        """Fit the columns into another width."""
        self._lay_out(width)

    def on_resize(self, _event: Resize) -> None:
        """Keep the cursor in view; the list never follows its end."""
        self.following = False
        self.call_after_refresh(self.move_to_item, self.cursor)

    def move_to_item(self, item: int) -> None:
        """Put the cursor on a round and bring it into view."""
        if not self._rounds:
            self.post_message(self.CursorMoved(None))
            return
        before, self.cursor = self.cursor, min(max(item, 0), len(self._rounds) - 1)
        self.post_message(self.CursorMoved(self.current))
        self.show_cursor(before, self.cursor)

    def open_item(self) -> None:
        """Tell the screen that the round under the cursor was clicked twice."""
        if self.current is not None:
            self.post_message(self.Opened(self.current.id))

    def _lay_out(self, width: int) -> None:
        self._columns = RoundColumns.for_list(
            *(width, self._highest, self._longest_model, self._longest_name),
            with_settings=self.has_settings,
            with_votes=self._has_votes,
        )
        self.post_message(self.ColumnsChanged(self._columns))
