"""The timeline of a replay: when both sides' events came, their marks, and the position of the replay."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import MouseDown, MouseMove, MouseUp
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from diptych.config.sides import SIDES
from diptych.core.naming import side_name
from diptych.core.request import Label
from diptych.replay.player import Player
from diptych.report.run_status import mark
from diptych.tui.messages import MomentChosen

_BARS = " ▁▂▃▄▅▆▇█"
_FIRST_TOKEN = "◆"  # noqa: S105 - not a password
_STALL = "╌"
_CURSOR = "│"
_GUTTER = 7
_ROWS = 3
_HIGH = 0.95
"""The share of cells with lower bars than the highest one: bursts are cut off above it."""
_GAP = 3

Piece = tuple[str, str]
"""A text and the name of its style."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of the playback."""

    position: float
    speed: float
    is_playing: bool


class Scrubber(Widget, can_focus=True):
    """A row for each side along the time of the round, and a line with the position in words."""

    ALLOW_SELECT = False  # a click chooses a moment
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "scrubber--left",
        "scrubber--left-ahead",
        "scrubber--right",
        "scrubber--right-ahead",
        "scrubber--label",
        "scrubber--cursor",
        "scrubber--mark",
        "scrubber--stall",
        "scrubber--complete",
        "scrubber--cut",
        "scrubber--stopped",
        "scrubber--failed",
        "scrubber--word",
        "scrubber--figure",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "screen.to_start", tooltip="Back to the start", show=False, id="scrubber.home"),
        Binding("end", "screen.to_end", tooltip="To the end", show=False, id="scrubber.end"),
    ]

    def __init__(self, player: Player) -> None:
        super().__init__()
        self._player = player
        self._standing = Standing(0.0, 1.0, is_playing=False)
        self._shown: tuple[object, ...] = ()
        self._is_held = False
        self._styles_by_name: dict[str, Style] = {}
        self._cells: dict[Label, list[Piece]] = {}
        self._cells_for = Size(0, 0)

    def show(self, standing: Standing) -> None:
        """Show that state of the playback from now on."""
        self._standing = standing
        shown = (self._column(standing.position), self._words())
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one row; if there is room for only one, it is the line of words."""
        row = y + _ROWS - self.size.height
        pieces = self._words() if row == _ROWS - 1 else self._row(SIDES[row])
        return Strip([Segment(text, self._style(name)) for text, name in pieces]).adjust_cell_length(
            self.size.width, self.rich_style
        )

    def notify_style_update(self) -> None:
        """Draw everything again after the theme has changed."""
        super().notify_style_update()
        self._styles_by_name.clear()

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

    def _choose(self, x: int) -> None:
        column = min(max(x - self.gutter.left - _GUTTER, 0), self._columns)
        self.post_message(MomentChosen(self._player.length * column / self._columns))

    @property
    def _columns(self) -> int:
        return max(self.size.width - _GUTTER, 1)

    def _column(self, position: float) -> int:
        length = self._player.length
        return min(int(self._columns * position / length), self._columns - 1) if length else 0

    def _row(self, side: Label) -> Iterator[Piece]:
        """Yield the cells of one side after its name."""
        yield f"{side_name(side):<{_GUTTER}.{_GUTTER - 1}}", "label"
        here = self._column(self._standing.position)
        for column, (cell, name) in enumerate(self._cells_of(side)):
            if column == here:
                yield _CURSOR, "cursor"
            else:
                yield cell, f"{side}-ahead" if name == side and column > here else name

    def _cells_of(self, side: Label) -> list[Piece]:
        if self._cells_for != self.size:
            self._cells_for = self.size
            densities = {name: self._player.density(name, self._columns) for name in self._player.labels}
            counts = sorted(count for of_side in densities.values() for count in of_side if count)
            # A burst is cut off, so that the rest keeps its shape.
            high = counts[int(_HIGH * len(counts))] if counts else 1
            self._cells = {name: self._draw(name, of_side, high) for name, of_side in densities.items()}
        return self._cells.get(side, [])

    def _draw(self, side: Label, counts: list[int], high: int) -> list[Piece]:
        cells: list[Piece] = [(_BARS[ceil(min(count / high, 1) * (len(_BARS) - 1))], side) for count in counts]
        marks = self._player.marks(side)
        for stall in marks.stalls:
            for column in range(self._column(stall.start) + 1, self._column(stall.end)):
                cells[column] = _STALL, "stall"
        if marks.first_token is not None:
            cells[self._column(marks.first_token)] = _FIRST_TOKEN, "mark"
        if marks.end is not None:
            cells[self._column(marks.end)] = mark(marks.state), marks.state
        return cells

    def _words(self) -> list[Piece]:
        standing, length = self._standing, self._player.length
        still = "‖ at the end" if standing.position >= length else "‖ paused"
        total = f"{length:.2f}"
        left = [
            (f"{'▶ playing' if standing.is_playing else still:<14}", "word"),
            (f"{standing.speed:g}×".ljust(7), "figure"),
            (f"{standing.position:>{len(total)}.2f}", "figure"),
            (f" / {total} s", "label"),
        ]
        legend: list[Piece] = []
        for sign, name, what in self._legend():
            legend += [(sign, name), (f" {what}", "label"), ("  ", "label")]
        legend = legend[:-1]
        room = self.size.width - sum(cell_len(text) for text, _ in left) - sum(cell_len(text) for text, _ in legend)
        return [*left, (" " * room, "label"), *legend] if room >= _GAP else left

    def _legend(self) -> Iterator[tuple[str, str, str]]:
        """Yield each sign that appears in the rows, with its style and its meaning."""
        marks = [self._player.marks(side) for side in self._player.labels]
        if any(of_side.first_token is not None for of_side in marks):
            yield _FIRST_TOKEN, "mark", "first token"
        if any(of_side.stalls for of_side in marks):
            yield _STALL, "stall", "stall"
        for state in dict.fromkeys(of_side.state for of_side in marks if of_side.end is not None):
            yield mark(state), state, state

    def _style(self, name: str) -> Style:
        style = self._styles_by_name.get(name)
        if style is None:
            style = self._styles_by_name[name] = self.get_component_rich_style(f"scrubber--{name}")
        return style
