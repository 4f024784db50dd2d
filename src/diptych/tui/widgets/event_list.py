"""One side's event list: every event of the wire and every note, in the order of arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click

from diptych.config.sides import SideName
from diptych.core.event import Event, RequestSent
from diptych.core.run import Run
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.describe import describe
from diptych.tui import figure_text
from diptych.tui.messages import LineOpened
from diptych.tui.widgets.line_view import LineView, Span
from diptych.tui.wrapping import shorten

_NULL = Style.null()
_AT = 8
_GAP = 8
_LEAST_NAME = 9
_LEAST_DETAIL = 14


@dataclass(frozen=True, slots=True)
class EventColumns:
    """The widths of the columns in cells."""

    number: int
    name: int

    @classmethod
    def for_list(cls, width: int, events: int, longest: int) -> "EventColumns":
        """Return the widths that fit into a list; the detail gets what is left, which is at least a few words."""
        number = max(4, len(str(events)) + 1)
        rest = width - number - _AT - _GAP - 4
        return cls(number, max(min(longest, rest - _LEAST_DETAIL), _LEAST_NAME))

    @property
    def before_detail(self) -> int:
        """The cells to the left of the detail."""
        return self.number + _AT + _GAP + self.name + 4

    def heading(self) -> str:
        """Return the line above the list."""
        return f"{'#':>{self.number}}{'at':>{_AT}}{'Δ':>{_GAP}}  {'event':<{self.name}}  detail"


class EventList(LineView):
    """The lines of a run, with a cursor; Enter opens one."""

    ALLOW_SELECT = False  # a click selects a line
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--line",
        "events--cursor",
        "events--figure",
        "events--note",
        "events--error",
        "events--refusal",
        "events--text",
        "events--tool",
        "events--thinking",
        "events--stop",
        "events--usage",
        "events--other",
        "events--structure",
        "events--ping",
        "events--detail",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", tooltip="Open the event under the cursor", id="events.open"),
        Binding("y", "copy_event", "copy event", tooltip="Copy the event under the cursor", id="events.copy"),
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
        self.cursor = 0
        self._run: Run | None = None
        self._count = 0
        self._longest = 0
        self._t0 = 0.0
        self._columns = EventColumns.for_list(40, 0, 0)

    @property
    def line_count(self) -> int:
        """The number of lines that were read."""
        return self._count

    @property
    def columns(self) -> EventColumns:
        """The present widths of the columns."""
        return self._columns

    def show(self, run: Run | None) -> None:
        """Show another run's lines."""
        self._run = run
        self._count = self.cursor = self._longest = 0
        self.following = True
        self.lines_changed()

    def sample(self) -> None:
        """Read what is new and paint it."""
        run = self._run
        if run is None:
            return
        count = len(run.lines)
        t0 = run.began if run.stamps.t0 is None else run.stamps.t0
        first = self._count
        for index in range(first, count):
            line = run.lines[index]
            if isinstance(line, Event):
                self._longest = max(self._longest, len(line.name))
        columns = EventColumns.for_list(self.text_width, count, self._longest)
        if t0 != self._t0 or columns != self._columns:
            self._t0, self._columns = t0, columns
            first = 0
        elif count == first:
            return
        at_end = self.cursor >= self._count - 1
        follow = self.following and at_end
        self._count = count
        if follow and count:
            before, self.cursor = self.cursor, count - 1
            self.line_changed(before)
        self.following = follow
        self.lines_changed(first)

    def spans(self, index: int) -> Sequence[Span]:
        """Return one line of the list."""
        if self._run is None:
            return ()
        lines = self._run.lines
        line = lines[index]
        shown = describe(line)
        widths = self._columns
        number = str(line.seq) if isinstance(line, Event) else ""
        gap = figure_text.gap(line.at - lines[index - 1].at) if index else ""
        at = figure_text.arrival(line, self._t0) if isinstance(line, Event) else figure_text.offset(line.at - self._t0)
        name = set_cell_size(_name(clean_line(shown.name), widths.name), widths.name)
        text = shown.detail
        if isinstance(line, RequestSent):
            text = " · ".join(filter(None, (text, figure_text.connection(self._run, line.at))))
        kind = self.style_of(f"events--{shown.kind}")
        detail = kind if shown.kind in ("error", "note") else self.style_of("events--detail")
        figure = self.style_of("events--figure")
        return (
            (f"{number:>{widths.number}}{at:>{_AT}}{gap:>{_GAP}}  ", figure),
            (name, kind if isinstance(line, Event) else kind + self.style_of("events--note")),
            ("  ", _NULL),
            (_cut(_piece(text), self.text_width - widths.before_detail), detail),
        )

    def line_style(self, index: int) -> Style:
        """Highlight the line under the cursor."""
        return self.style_of("events--cursor" if index == self.cursor and self._count else "lines--line")

    def width_changed(self, width: int) -> None:
        """Fit the columns into another width."""
        self._columns = EventColumns.for_list(width, self._count, self._longest)

    def move_to(self, index: int) -> None:
        """Move the cursor to a line and scroll it into view; on the last line, follow the end."""
        if not self._count:
            return
        before, self.cursor = self.cursor, min(max(index, 0), self._count - 1)
        self.line_changed(before)
        self.line_changed(self.cursor)
        top, height = round(self.scroll_y), self.size.height
        if self.cursor < top:
            self.scroll_to_line(self.cursor)
        elif self.cursor >= top + height:
            self.scroll_to_line(self.cursor - height + 1)
        self.following = self.cursor == self._count - 1

    def action_move(self, by: int) -> None:
        """Move the cursor by lines."""
        self.move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by pages."""
        self.move_to(self.cursor + by * max(self.size.height - 1, 1))

    def action_half_page(self, by: int) -> None:
        """Move the cursor by half a page."""
        self.move_to(self.cursor + by * max(self.size.height // 2, 1))

    def action_first(self) -> None:
        """Move to the first line."""
        self.move_to(0)

    def action_last(self) -> None:
        """Move to the last line and follow the end."""
        self.move_to(self._count - 1)

    def action_open(self) -> None:
        """Open the line under the cursor."""
        if self._count:
            self.post_message(LineOpened(self.side, self.cursor))

    def action_copy_event(self) -> None:
        """Copy the data of the line under the cursor."""
        if self._run is None or not self._count:
            return
        from diptych.tui.inspector.inspection import inspect  # imported late: it is rarely used

        raw = inspect(self._run, self.cursor).copied
        self.app.copy_to_clipboard(raw)
        self.notify(f"Copied the event, {len(raw):,} characters.", markup=False)

    def on_click(self, event: Click) -> None:
        """Select the line that was clicked; a second click opens it."""
        index = event.y + round(self.scroll_y)
        if index < self._count:
            self.move_to(index)
            if event.chain == 2:
                self.action_open()


def _piece(text: str) -> str:
    """Return a piece of content on one line. A joiner at its edge is shown, as it must not join the list's own text."""
    return clean_line(text).replace("\u200d", "⟨U+200D⟩")


def _name(name: str, width: int) -> str:
    """Return an event's name in no more than that many cells; the part before a dot is left out first."""
    if cell_len(name) <= width or "." not in name:
        return shorten(name, width)
    return "…" + name.partition(".")[2][1 - width :]


def _cut(text: str, width: int) -> str:
    """Return the text in no more than that many cells, with "…" where it was cut."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"
