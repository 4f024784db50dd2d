"""The timeline of a round: when the events of both sides came, and where the cursors of their lists are."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.events import MouseDown, MouseMove, MouseUp
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from diptych.config.sides import SIDES, SideName
from diptych.core.naming import side_name
from diptych.core.text.sanitize import clean_line
from diptych.tui.events.timeline_track import Cell, ListCursor, TimeAxis, Track, axis_length, high_count
from diptych.tui.messages import TimeChosen
from diptych.tui.wrapping import shorten

_GUTTER = 7
_MARGIN = 1
_ROWS = 3
_GAP = 3
_WORDS = {"mark": "first token", "silence": "silence", "error": "error", "unknown": "times unknown"}


class Timeline(Widget):
    """A row for each side along the time of the round, and a line of words; a click chooses a time.

    No frame asks for a layout, and only rows that changed are painted.
    """

    ALLOW_SELECT = False  # a click chooses a time
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "timeline--blank",
        "timeline--left",
        "timeline--left-ahead",
        "timeline--right",
        "timeline--right-ahead",
        "timeline--label",
        "timeline--cursor",
        "timeline--position",
        "timeline--mark",
        "timeline--silence",
        "timeline--error",
        "timeline--unknown",
        "timeline--complete",
        "timeline--cut",
        "timeline--stopped",
        "timeline--failed",
        "timeline--word",
        "timeline--lock",
        "timeline--figure",
    }

    def __init__(self) -> None:
        super().__init__()
        self._tracks: Mapping[SideName, Track] = {}
        self._cursors: Mapping[SideName, ListCursor | None] = {}
        self._is_locked = False
        self._axis = TimeAxis(0.0, 1)
        self._cells: dict[SideName, list[Cell]] = {}
        self._pieces: list[Sequence[Cell]] = [()] * _ROWS
        self._is_held = False
        self._styles_by_name: dict[str, Style] = {}

    def show(
        self, tracks: Mapping[SideName, Track], cursors: Mapping[SideName, ListCursor | None], *, is_locked: bool
    ) -> None:
        """Show these runs, the times of the cursors of their lists, and whether these are locked in time."""
        self._tracks, self._cursors, self._is_locked = tracks, cursors, is_locked
        self.draw()

    def draw(self) -> None:
        """Draw what changed, and paint the rows that look different."""
        if not self.size:
            return
        self._axis = TimeAxis(self.length, max(self.size.width - 2 * _MARGIN - _GUTTER, 1))
        self._draw_cells()
        for number, pieces in enumerate([*map(self._row, SIDES), self.words()]):
            if pieces != self._pieces[number]:
                self._pieces[number] = pieces
                self.refresh(Region(0, number - _ROWS + self.size.height, self.size.width, 1))

    @property
    def length(self) -> float:
        """The length of the time axis in seconds."""
        tracks = self._tracks.values()
        return axis_length(tracks, is_live=any(not track.run.ended for track in tracks))

    @property
    def position(self) -> float | None:
        """The time that is shown, beyond which everything is dim; None if everything is shown."""
        return None

    def words(self) -> Sequence[Cell]:
        """Return the line below the rows."""
        pieces: list[Cell] = [(f"0 to {self.length:.2f} s", "figure")]
        for side, cursor in self._cursors.items():
            if cursor is not None:
                pieces += [(f"   {self._whose(side)} ", "label"), (cursor.shown, "figure")]
        return self.with_legend([*pieces, *self.lock_words()])

    def lock_words(self) -> Sequence[Cell]:
        """Return what says that the lists are locked in time, if they are."""
        return [("   ⇄ locked in time", "lock")] if self._is_locked else []

    def with_legend(self, pieces: Sequence[Cell]) -> Sequence[Cell]:
        """Return a line with what the signs in the rows mean at its right end, if there is room."""
        legend: list[Cell] = []
        for sign, name in dict.fromkeys(cell for track in self._tracks.values() for cell in track.signs()):
            legend += [(sign, name), (f" {_WORDS.get(name, name)}", "label"), ("  ", "label")]
        legend = legend[:-1]
        used = sum(cell_len(text) for text, _ in [*pieces, *legend])
        room = self.size.width - 2 * _MARGIN - used
        return [*pieces, (" " * room, "label"), *legend] if room >= _GAP else pieces

    def render_line(self, y: int) -> Strip:
        """Return one row; if there is room for only one, it is the line of words."""
        row = y + _ROWS - self.size.height
        pieces = self._pieces[row] if 0 <= row < _ROWS else ()
        blank = self._style("blank")
        segments = [Segment(text, self._style(name)) for text, name in pieces]
        return Strip([Segment(" " * _MARGIN, blank), *segments]).adjust_cell_length(self.size.width, blank)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows, without Textual's cache."""
        strips = [self._filtered(self.render_line(y)) for y in range(crop.y, crop.bottom)]
        return [strip.crop(crop.x, crop.right) for strip in strips]

    def notify_style_update(self) -> None:
        """Draw everything again after the theme has changed."""
        super().notify_style_update()
        self._styles_by_name.clear()

    def on_resize(self) -> None:
        """Draw everything again at another size."""
        self.draw()
        self.refresh()

    def on_mouse_down(self, event: MouseDown) -> None:
        """Go to where the mouse points, and follow it while the button is held."""
        self._is_held = True
        self.capture_mouse()
        self._choose(event.x)

    def on_mouse_move(self, event: MouseMove) -> None:
        """Follow the mouse while the button is held."""
        if self._is_held:
            self._choose(event.x)

    def on_mouse_up(self, event: MouseUp) -> None:
        """Stop following the mouse."""
        self._is_held = False
        self.release_mouse()

    def choose(self, column: int) -> None:
        """Tell that the user chooses the time of a column."""
        column = min(column, self._axis.columns - 1)
        start = self._axis.start(column)
        self.post_message(TimeChosen(start, self._axis.start(column + 1) - start))

    def _choose(self, x: int) -> None:
        self.choose(min(max(x - self.gutter.left - _MARGIN - _GUTTER, 0), self._axis.columns))

    def _draw_cells(self) -> None:
        """Draw the rows whose run has changed, or all of them if the scale has."""
        counts = {side: track.counts(self._axis) for side, track in self._tracks.items()}
        high = high_count(counts.values())
        for side, track in self._tracks.items():
            self._cells[side] = track.cells(self._axis, counts[side], high)

    def _row(self, side: SideName) -> Sequence[Cell]:
        """Return the cells of one side after its name."""
        if side not in self._tracks:
            return ()
        position, cursor = self.position, self._cursors.get(side)
        here = None if position is None else self._axis.column(position)
        there = None if cursor is None else self._axis.column(cursor.seconds)
        row: list[Cell] = [(set_cell_size(shorten(self._whose(side), _GUTTER - 1), _GUTTER), "label")]
        for column, (cell, name) in enumerate(self._cells[side]):
            if column == here:
                row.append(("│", "position"))
            elif column == there:
                row.append((cell, "cursor"))
            elif name == "bar":
                row.append((cell, f"{side}-ahead" if here is not None and column > here else side))
            else:
                row.append((cell, name))
        return row

    def _whose(self, side: SideName) -> str:
        """Return whose run is on a row: after a blind round, the left pane may show that of the right side."""
        track = self._tracks.get(side)
        return clean_line(side_name(track.run.label if track else side))

    def _filtered(self, strip: Strip) -> Strip:
        """Return a row after Textual's line filters, such as those of NO_COLOR."""
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, self.background_colors[1])
        return strip

    def _style(self, name: str) -> Style:
        style = self._styles_by_name.get(name)
        if style is None:
            style = self._styles_by_name[name] = self.get_component_rich_style(f"timeline--{name}")
        return style
