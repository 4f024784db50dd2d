"""The values of a figure, one strip for each model on a common axis, with a cursor that goes from value to value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.message import Message

from diptych.core.experiment.answer_row import AnswerKey
from diptych.core.request import Label
from diptych.tui.experiment.axis import DOTS, ValueAxis, axis_for
from diptych.tui.experiment.strip import DrawnStrips, Piece, Strip, highlighted
from diptych.tui.widgets.case_table import AnswerOpened, AnswerSelected
from diptych.tui.widgets.line_view import LineView, Span

MARGIN = 1
"""Cells at the left of the strips, and of the axis below them."""

_PAGES = 10
"""Parts of the axis that a page key moves by."""

Title = Callable[[Label, int], Sequence[Piece]]
"""Returns what stands above the strip of a model, for a width in cells."""


class StripPlots(LineView):
    """Strips that scroll if there is no room for all of them. The cursor's mark is that of the selected answer."""

    ALLOW_SELECT = False  # a click selects a mark
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--line",
        "strips--name",
        "strips--figure",
        "strips--muted",
        "strips--failed",
        "strips--dots",
        "strips--below",
        "strips--same",
        "strips--cursor",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "Previous mark", show=False, id="strips.left"),
        Binding("right,l", "move(1)", "Next mark", show=False, id="strips.right"),
        Binding("pageup,ctrl+u", "page(-1)", "A tenth of the axis to the left", show=False, id="strips.page-left"),
        Binding("pagedown,ctrl+d", "page(1)", "A tenth of the axis to the right", show=False, id="strips.page-right"),
        Binding("home,g", "first", "Lowest value", show=False, id="strips.home"),
        Binding("end,G", "last", "Highest value", show=False, id="strips.end"),
        Binding("up,k", "move_strip(-1)", "Strip above", show=False, id="strips.up"),
        Binding("down,j", "move_strip(1)", "Strip below", show=False, id="strips.down"),
    ]

    @dataclass
    class AxisChanged(Message):
        """The strips are drawn on another axis."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.following = False
        self.axis = ValueAxis(0.0, 1.0, 1)
        self._shown: Sequence[Strip] = ()
        self._title: Title = lambda label, width: ()
        self._is_log: bool | None = None
        self._most_dot_rows = 1
        self._drawn = DrawnStrips((), self.axis, 1)
        self._number = 0
        self._mark: int | None = None
        self._same: set[int] = set()

    @property
    def height_of_strip(self) -> int:
        """The rows of a strip: its title, the dots, and the median below them."""
        return self._drawn.rows + 2

    @property
    def line_count(self) -> int:
        """The number of rows."""
        return len(self._shown) * self.height_of_strip

    @property
    def values_per_dot(self) -> int:
        """For how many values a dot stands at most."""
        return self._drawn.values_per_dot

    def show(self, strips: Sequence[Strip], title: Title, *, is_log: bool | None, most_dot_rows: int) -> None:
        """Show other strips, each below its title; see `axis_for` for `is_log`."""
        self._shown, self._title, self._is_log, self._most_dot_rows = strips, title, is_log, most_dot_rows
        self._number = min(self._number, max(len(strips) - 1, 0))
        self._mark, self._same = None, set()
        self._draw_strips(self.text_width)
        self.lines_changed()

    def select(self, key: AnswerKey | None, value: float | None, same: Sequence[float]) -> None:
        """Put the cursor on an answer with a value, which has no mark if that is None.

        `same` are the values of the other answers of the same cell.
        """
        number = next((index for index, strip in enumerate(self._shown) if key and strip.label == key[2]), None)
        before = self._number
        self._mark, self._same = None, set()
        if number is not None and key is not None:
            self._number = number
            self._mark = None if value is None else self._shown[number].index(key, value)
            self._same = {self.axis.cell(each) for each in same}
        for each in {before, self._number}:
            self._strip_changed(each)
        self._show_strip()

    def spans(self, index: int) -> Sequence[Span]:
        """Return one row of a strip."""
        number, row = divmod(index, self.height_of_strip)
        strip = self._shown[number]
        pieces: Sequence[Piece]
        if row == 0:
            pieces = self._title(strip.label, self.text_width - MARGIN)
        else:
            is_dots = row <= self._drawn.rows
            text = self._drawn.dots(number)[row - 1] if is_dots else self._drawn.below(number)
            is_selected = number == self._number
            cursor = self._cursor_cell if is_selected and is_dots else None
            same = self._same if is_selected and is_dots else ()
            pieces = list(highlighted(text, "dots" if is_dots else "below", same, cursor))
        return [(" " * MARGIN, Style.null()), *((text, self.style_of(f"strips--{role}")) for text, role in pieces)]

    def width_changed(self, width: int) -> None:
        """Draw the strips for another width."""
        if width - MARGIN != self.axis.cells:
            self._draw_strips(width)

    def on_resize(self, _event: Resize) -> None:
        """Keep the strip of the cursor in view; the strips never follow their end."""
        self.following = False
        self.call_after_refresh(self._show_strip)

    def action_move(self, by: int) -> None:
        """Go to the next or the previous value of the strip."""
        strip = self._current
        if strip is not None and strip.marks:
            at = self._mark
            self._choose(min(max(at + by, 0), len(strip.marks) - 1) if at is not None else 0 if by > 0 else -1)

    def action_page(self, by: int) -> None:
        """Go on by a tenth of the axis, to the next value there is."""
        strip = self._current
        if strip is None or not strip.marks:
            return
        if self._mark is None:
            self.action_move(by)
            return
        step = max(DOTS * self.axis.cells // _PAGES, 1)
        here = self.axis.dot(strip.marks[self._mark].value)
        order = range(self._mark, len(strip.marks)) if by > 0 else range(self._mark, -1, -1)
        far = (index for index in order if abs(self.axis.dot(strip.marks[index].value) - here) >= step)
        self._choose(next(far, len(strip.marks) - 1 if by > 0 else 0))

    def action_first(self) -> None:
        """Go to the lowest value of the strip."""
        self._choose(0)

    def action_last(self) -> None:
        """Go to the highest value of the strip."""
        self._choose(-1)

    def action_move_strip(self, by: int) -> None:
        """Go to the nearest value of the strip above or below."""
        number = self._number + by
        strip = self._current
        if strip is None or not 0 <= number < len(self._shown):
            return
        value = strip.marks[self._mark].value if self._mark is not None else None
        self._strip_changed(self._number)
        self._number, self._mark = number, None
        other = self._shown[number]
        if value is None and other.spread is not None:
            value = other.spread.median
        nearest = None if value is None else other.nearest(value)
        if nearest is None:
            self.select(None, None, ())
        else:
            self._choose(nearest)

    def on_click(self, event: Click) -> None:
        """Select the value that was clicked, and open its answer at a second click."""
        number = (event.y + round(self.scroll_y)) // self.height_of_strip
        if number >= len(self._shown) or not self._shown[number].marks:
            return
        strip, dot = self._shown[number], DOTS * (event.x - MARGIN)
        self._strip_changed(self._number)
        self._number = number
        self._choose(min(range(len(strip.marks)), key=lambda index: abs(self.axis.dot(strip.marks[index].value) - dot)))
        if event.chain == 2:
            self.post_message(AnswerOpened())

    @property
    def _current(self) -> Strip | None:
        return self._shown[self._number] if self._shown else None

    @property
    def _cursor_cell(self) -> int | None:
        strip = self._current
        return self.axis.cell(strip.marks[self._mark].value) if strip and self._mark is not None else None

    def _choose(self, index: int) -> None:
        """Tell the screen which answer is selected; it selects its mark then."""
        strip = self._current
        if strip is not None and strip.marks:
            self._mark = index % len(strip.marks)
            self._strip_changed(self._number)
            self.post_message(AnswerSelected(strip.key(self._mark)))

    def _draw_strips(self, width: int) -> None:
        values = list(merge(*([mark.value for mark in strip.marks] for strip in self._shown)))
        self.axis = axis_for(values, width - MARGIN, is_log=self._is_log)
        self._drawn = DrawnStrips(self._shown, self.axis, self._most_dot_rows)
        self.post_message(self.AxisChanged())

    def _strip_changed(self, number: int) -> None:
        for row in range(self.height_of_strip):
            self.line_changed(number * self.height_of_strip + row)

    def _show_strip(self) -> None:
        """Bring the strip of the cursor into view."""
        first, last = self._number * self.height_of_strip, (self._number + 1) * self.height_of_strip
        top, height = round(self.scroll_y), self.size.height
        if first < top:
            self.scroll_to_line(first)
        elif last > top + height:
            self.scroll_to_line(last - height)
        self.following = False
