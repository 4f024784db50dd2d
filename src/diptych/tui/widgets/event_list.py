"""One side's event list: every event of the wire and every note, in the order of arrival."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import chain
from math import inf
from typing import ClassVar
from weakref import WeakKeyDictionary

from textual.binding import Binding, BindingType

from diptych.config.sides import SideName
from diptych.core.run import Run
from diptych.tui import figure_text
from diptych.tui.copying import copy_text
from diptych.tui.events.event_columns import EventColumns
from diptych.tui.events.event_filter import EventFilter
from diptych.tui.events.event_search import EventSearch
from diptych.tui.events.line_index import LineIndex
from diptych.tui.events.shown_rows import ShownRows
from diptych.tui.events.timeline_track import ListCursor
from diptych.tui.messages import LineOpened, LineReached, MoreToRead, TimeAsked
from diptych.tui.saying import tell
from diptych.tui.widgets.event_rows import EventRows


class EventList(EventRows):
    """The lines of a run, with a cursor; Enter opens one.

    Lines can be filtered, and runs of deltas folded into one row each. `cursor` is the index of a line of the run: it
    stays on the same line when other lines are shown, or goes to the next one that is.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", tooltip="Open the event, or unfold its line", id="events.open"),
        Binding("y", "copy_event", "copy event", tooltip="Copy the event under the cursor", id="events.copy"),
        Binding("z", "fold", "fold", tooltip="Fold runs of deltas into one line each, or unfold", id="events.fold"),
        Binding("x", "next_error", "error", tooltip="Next error", id="events.next-error"),
        Binding("w", "next_gap", "gap", tooltip="Next unusual gap between events", id="events.next-gap"),
        Binding("circumflex_accent", "first_token", tooltip="First token", show=False, id="events.first-token"),
        Binding("dollar_sign", "stop_reason", tooltip="Stop reason", show=False, id="events.stop-reason"),
        Binding("t", "show_time", "same time", tooltip="Move the other list to the same time", id="events.same-time"),
        Binding(
            "T",
            "screen.lock_lists",
            "lock",
            tooltip="Lock both lists in time: moving in one moves the other; again to unlock",
            id="events.lock",
        ),
        Binding("up,k", "move(-1)", "Previous line", show=False, id="events.up"),
        Binding("down,j", "move(1)", "Next line", show=False, id="events.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="events.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="events.page-down"),
        Binding("ctrl+u", "half_page(-1)", "Half a page up", show=False, id="events.half-page-up"),
        Binding("ctrl+d", "half_page(1)", "Half a page down", show=False, id="events.half-page-down"),
        Binding("home,g", "first", "First line", show=False, id="events.home"),
        Binding("end,G", "last", "Last line, and follow it", show=False, id="events.end"),
    ]

    def __init__(self, side: SideName, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.side = side
        self._indexes = WeakKeyDictionary[Run, LineIndex]()
        self._filter: EventFilter | None = None
        self._is_folded = False

    @property
    def cursor_time(self) -> ListCursor | None:
        """The time of the line under the cursor; None while the end is followed."""
        if self._run is None or not len(self._rows) or (self.following and self.cursor_item == len(self._rows) - 1):
            return None
        at = self._index.at[self.cursor]
        shown = figure_text.line_offset(self._run, self._run.lines[self.cursor], self._t0)
        return ListCursor(at - self._run.began, shown)

    @property
    def shown_count(self) -> str:
        """How many lines pass the filter, in words."""
        more = "…" if self._rows.is_behind else ""
        return f"{self._rows.count:,} of {len(self._index):,}{more}"

    @property
    def matches(self) -> str:
        """Which match of how many is under the cursor, in words; "" without a search."""
        return self._search.place(self.cursor, self._rows) if self._search else ""

    def show(self, run: Run | None) -> None:
        """Show another run's lines, with the same filter."""
        self._run = run
        self._index = LineIndex() if run is None else self._indexes.setdefault(run, LineIndex())
        self._rows = ShownRows(self._index, self._filter, is_folded=self._is_folded)
        if self._search:
            self._search = self._search.again()
        self.cursor = 0
        self.following = True
        self.lines_changed()

    def sample(self) -> None:
        """Read what is new, or a portion of it, and paint it."""
        run = self._run
        if run is None:
            return
        self._index.read(run.lines)
        t0 = run.began if run.stamps.t0 is None else run.stamps.t0
        columns = EventColumns.for_list(self.text_width, len(run.lines), self._index.longest_name)
        looks = t0, columns, self._index.limits
        looks_different = looks != (self._t0, self._columns, self._limits)
        self._t0, self._columns, self._limits = looks
        self._read_rows(run, looks_different=looks_different)

    def read_on(self) -> bool:
        """Read another portion of a long list; returns whether more is left."""
        if self._is_behind:
            self.sample()
        return self._is_behind

    @property
    def _is_behind(self) -> bool:
        run = self._run
        if run is None:
            return False
        is_searching = self._search is not None and self._search.is_behind(self._rows)
        return len(self._index) < len(run.lines) or self._rows.is_behind or is_searching

    def _read_rows(self, run: Run, *, looks_different: bool = False) -> None:
        rows = self._rows
        follow = self.following and self.cursor_item >= len(rows) - 1
        first = rows.read(run.lines)
        if first is not None and follow:
            before, self.cursor = self.cursor_item, rows.line(len(rows) - 1)
            self.line_changed(before)
        self.following = follow
        if looks_different or first is not None:
            self.lines_changed(0 if looks_different else first or 0)
        if self._search and (found := self._search.read(rows, self._index, run.lines)) is not None:
            self.go_to(found)

    def filter(self, wanted: EventFilter | None) -> None:
        """Show only the lines that pass a filter, or all of them."""
        self._filter = wanted
        self._show_rows()

    def _show_rows(self) -> None:
        """Show the rows of another filter or folding, with the cursor and the view at the same line."""
        before = self.cursor_item - round(self.scroll_y)
        following = self.following
        self._rows = ShownRows(self._index, self._filter, is_folded=self._is_folded)
        if self._search:
            self._search = self._search.again()
        if self._run is None:
            return
        self._rows.read(self._run.lines)
        self.following = following
        self.lines_changed()
        if not following:
            self.scroll_to_line(self.cursor_item - before)
        self._read_rows(self._run)
        self.post_message(MoreToRead())

    def search(self, query: str) -> None:
        """Mark the lines that have a text, and go to the first one from the cursor on; "" ends the search."""
        begins_at = self._search.begins_at if self._search else self.cursor
        self._search = EventSearch(query, begins_at) if query else None
        self.lines_changed()
        if self._run is not None:
            self._read_rows(self._run)
        self.post_message(MoreToRead())

    def go_to_match(self, by: int) -> None:
        """Go to the next or the previous match; after the last one comes the first."""
        found = self._search.next(self.cursor, by) if self._search else None
        if found is not None:
            self.go_to(found)

    def show_time(self, seconds: float, within: float = 0.0) -> None:
        """Move the cursor to the first line of a stretch of time, or else to the last line before it.

        `seconds` are since the round began; infinity is the end, which is then followed.
        """
        if self._run is None or not len(self._rows):
            return
        if seconds == inf:
            self._put_cursor(len(self._rows) - 1)
            self.following = True
            return
        stamps, start = self._index.at, self._run.began + seconds
        line = bisect_left(stamps, start)
        if not (line < len(stamps) and stamps[line] < start + within):
            line = max(bisect_right(stamps, start) - 1, 0)
        self._put_cursor(self._rows.last_row_until(line))

    def go_to(self, line: int) -> None:
        """Move the cursor to a line and keep it there; a folded row that has it is unfolded."""
        row = self._rows.row_of(line)
        if self._unfold(row):
            row = self._rows.row_of(line)
        self._put_cursor(row)
        self.following = False
        self._tell_time()

    def move_to(self, index: int) -> None:
        """Move the cursor to a line, or to the row that has it."""
        if len(self._rows):
            self.move_to_item(self._rows.row_of(max(index, 0)))

    def move_to_item(self, item: int) -> None:
        """Move the cursor to a row and scroll it into view; on the last row, follow the end."""
        if len(self._rows):
            self._put_cursor(item)
            self._tell_time()

    def _tell_time(self) -> None:
        """Tell the screen which time the user has reached."""
        began = self._run.began if self._run else 0.0
        is_end = self.following and self._rows.lines(self.cursor_item)[-1] == len(self._index) - 1
        self.post_message(LineReached(self.side, inf if is_end else self._index.at[self.cursor] - began))

    def _put_cursor(self, row: int) -> None:
        before, row = self.cursor_item, min(max(row, 0), len(self._rows) - 1)
        self.cursor = self._rows.line(row)
        self.show_cursor(before, row)
        self.following = row == len(self._rows) - 1

    def _unfold(self, row: int) -> bool:
        if not self._rows.unfold(row):
            return False
        self.following = False
        self.lines_changed(row)
        return True

    def open_item(self) -> None:
        """Open the line that was clicked twice, or unfold its row."""
        self.action_open()

    def action_open(self) -> None:
        """Open the line under the cursor, or unfold its row."""
        if len(self._rows) and not self._unfold(self.cursor_item):
            self.post_message(LineOpened(self.side, self.cursor))

    def action_copy_event(self) -> None:
        """Copy the data of the line under the cursor."""
        if self._run is None or not len(self._rows):
            return
        from diptych.tui.inspector.inspection import inspect  # imported late: it is rarely used

        copy_text(self.app, inspect(self._run, self.cursor).copied, "the event")

    def action_fold(self) -> None:
        """Fold runs of deltas into one row each, or unfold them."""
        self._is_folded = not self._is_folded
        self._show_rows()

    def action_next_error(self) -> None:
        """Go to the next error; after the last one comes the first."""
        errors = chain(self._index.lines_of_kind("error", self.cursor + 1), self._index.lines_of_kind("error", 0))
        self._go_to_next(errors, "error")

    def action_next_gap(self) -> None:
        """Go to the next event that ends an unusual gap; after the last one comes the first."""
        gaps = chain(self._index.unusual_gaps(self.cursor + 1), self._index.unusual_gaps(0))
        self._go_to_next(gaps, "unusual gap")

    def action_first_token(self) -> None:
        """Go to the event with the first token."""
        line = self._index.first_content_line
        self._go_to_next(() if line is None else (line,), "token")

    def action_stop_reason(self) -> None:
        """Go to the event with the stop reason."""
        line = self._index.stop_line
        self._go_to_next(() if line is None else (line,), "stop reason")

    def action_show_time(self) -> None:
        """Move the other list to the time of the line under the cursor."""
        if self._run is not None and len(self._rows):
            self.post_message(TimeAsked(self.side, self._index.at[self.cursor] - self._run.began))

    def _go_to_next(self, lines: Iterable[int], what: str) -> None:
        line = next(filter(self._rows.has, lines), None)
        if line is not None:
            self.go_to(line)
            return
        among = "among the events that the filter shows" if self._filter else "in this list"
        tell(self, f"There is no {what} {among}.")
