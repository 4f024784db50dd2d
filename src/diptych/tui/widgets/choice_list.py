"""The list of models and presets in the model picker: choices under headings, with a cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, assert_never

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual.events import Click, Resize
from textual.message import Message

from diptych.catalog.choices import Choice
from diptych.core.text.sanitize import clean_line
from diptych.tui.history.round_columns import GAP, align_left, align_right
from diptych.tui.widgets.line_view import LineView, Span
from diptych.tui.wrapping import shorten, wrap

_NULL = Style.null()

_MARKS = 3
"""Cells before a name: whether it is under the cursor, and whether it is the present one."""

_WINDOW = 5
_MOST_PRICE = 18
_ENOUGH_NAME = 36
"""Cells that a name needs before the columns beside it are shown."""

_LONGEST = 400
"""Characters of a name or a title that are looked at: a server may send endless ones."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a group, and what is known of all of it."""

    title: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in place of choices, or beside them; it is wrapped."""

    text: str


Row = Heading | Choice | Sentence


class ChoiceList(LineView, can_focus=False):
    """Choices, of which one is under the cursor; a click chooses. The box above it keeps the focus."""

    ALLOW_SELECT = False  # a click chooses
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--line",
        "choices--cursor",
        "choices--heading",
        "choices--remark",
        "choices--name",
        "choices--figure",
    }

    @dataclass
    class Chosen(Message):
        """The user chooses with the pointer."""

        name: str

    def __init__(self) -> None:
        super().__init__()
        self.following = False
        self._rows: Sequence[Row] = ()
        self._cursor: int | None = None
        self._current = ""
        self._lines: list[tuple[int, str]] = []
        self._first_line: list[int] = []
        self._name_width = self._price_width = self._window_width = self._widest_price = 0

    @property
    def line_count(self) -> int:
        """The number of lines."""
        return len(self._lines)

    @property
    def chosen(self) -> Choice | None:
        """The choice under the cursor."""
        row = None if self._cursor is None else self._rows[self._cursor]
        return row if isinstance(row, Choice) else None

    def show(self, rows: Sequence[Row], cursor: int | None, current: str, *, keep_place: bool = False) -> None:
        """Show other rows with the cursor on one of their choices, None if there is none.

        `current` is the name of the present model. With `keep_place` the line under the cursor stays where it is on the
        screen, whatever has come above it. Otherwise the list is shown from its top, if the cursor is in view then.
        """
        place = None
        if keep_place and self._cursor is not None:
            place = self._first_line[self._cursor] - round(self.scroll_y)
        self._rows, self._cursor, self._current = rows, cursor, current
        self._widest_price = max((len(row.price) for row in rows if isinstance(row, Choice)), default=0)
        self._lay_out(self.text_width)
        self.following = False
        self.lines_changed()
        top = 0
        if cursor is not None:
            line = self._first_line[cursor]
            if place is not None:
                top = line - place
            elif line >= self.size.height:
                top = line - self.size.height // 2
        self.scroll_to_line(top)
        self.following = False

    def move(self, by: int) -> None:
        """Move the cursor by choices, from the last one to the first and back."""
        if self._cursor is not None:
            choices = self._choices()
            self._move_to(choices[(choices.index(self._cursor) + by) % len(choices)])

    def page(self, by: int) -> None:
        """Move the cursor by pages, no further than the first or the last choice."""
        if self._cursor is not None:
            choices = self._choices()
            place = choices.index(self._cursor) + by * max(self.size.height - 1, 1)
            self._move_to(choices[min(max(place, 0), len(choices) - 1)])

    def _move_to(self, row: int) -> None:
        """Put the cursor on a row and bring it into view."""
        before, self._cursor = self._cursor or 0, row
        for each in (before, row):
            self.line_changed(self._first_line[each])
        self._reveal()

    def spans(self, index: int) -> Sequence[Span]:
        """Return one line."""
        number, text = self._lines[index]
        row = self._rows[number]
        match row:
            case Heading(title, remark):
                head = (f" {_short(title, self.text_width - 2)}", self.style_of("choices--heading"))
                room = self.text_width - 2 - cell_len(head[0])
                return head, (f"{GAP}{_beginning(remark, room)}" if room > 2 else "", self.style_of("choices--remark"))
            case Sentence():
                return ((f"{'':{_MARKS}}{text}", self.style_of("choices--remark")),)
            case Choice():
                return self._choice_spans(row, is_under_cursor=number == self._cursor)
            case _:
                assert_never(row)

    def line_style(self, index: int) -> Style:
        """Highlight the line under the cursor."""
        return self.style_of("choices--cursor" if self._lines[index][0] == self._cursor else "lines--line")

    def width_changed(self, width: int) -> None:
        """Fit the columns into another width."""
        self._lay_out(width)

    def on_resize(self, _event: Resize) -> None:
        """Keep the cursor in view; the list never follows its end."""
        self.following = False
        self.call_after_refresh(self._reveal)

    def on_click(self, event: Click) -> None:
        """Choose what was clicked."""
        line = event.y + round(self.scroll_y)
        if line < len(self._lines):
            row = self._rows[self._lines[line][0]]
            if isinstance(row, Choice):
                self.post_message(self.Chosen(row.name))

    def _choices(self) -> list[int]:
        return [index for index, row in enumerate(self._rows) if isinstance(row, Choice)]

    def _reveal(self) -> None:
        """Bring the line under the cursor into view, with the headings above it where these are the first lines."""
        self.following = False
        if self._cursor is None:
            return
        line, top, height = self._first_line[self._cursor], round(self.scroll_y), self.size.height
        if not any(isinstance(row, Choice) for row in self._rows[: self._cursor]) and line < height:
            self.scroll_to_line(0)
        elif line < top:
            self.scroll_to_line(line)
        elif height and line >= top + height:
            self.scroll_to_line(line - height + 1)
        self.following = False

    def _lay_out(self, width: int) -> None:
        """Divide the width between the columns, and the rows into lines."""
        room = width - _MARKS - 1
        self._window_width = self._price_width = 0
        if room - _WINDOW - len(GAP) >= _ENOUGH_NAME:
            self._window_width = _WINDOW
            room -= _WINDOW + len(GAP)
        price = min(self._widest_price, _MOST_PRICE)
        if price and room - price - len(GAP) >= _ENOUGH_NAME:
            self._price_width = price
            room -= price + len(GAP)
        self._name_width = room
        self._lines, self._first_line = [], []
        for number, row in enumerate(self._rows):
            self._first_line.append(len(self._lines))
            if isinstance(row, Sentence):
                pieces = wrap(clean_line(row.text), max(width - _MARKS - 1, 10))
                self._lines += [(number, piece.rstrip()) for piece in pieces]
            else:
                self._lines.append((number, ""))

    def _choice_spans(self, choice: Choice, *, is_under_cursor: bool) -> Sequence[Span]:
        marks = f"{'❯' if is_under_cursor else ' '}{'●' if choice.name == self._current else ' '} "
        name = _short(choice.name, self._name_width)
        room = self._name_width - cell_len(name) - len(GAP)
        detail = f"{GAP}{_beginning(choice.detail, room)}" if choice.detail and room > 4 else ""
        used = cell_len(name) + cell_len(detail)
        spans = [
            (f"{marks}{name}", self.style_of("choices--name")),
            (detail, self.style_of("choices--remark")),
            (" " * (self._name_width - used), _NULL),
        ]
        figure = self.style_of("choices--figure")
        if self._window_width:
            spans.append((GAP + align_right(choice.window, self._window_width), figure))
        if self._price_width:
            spans.append((GAP + align_left(choice.price, self._price_width), figure))
        return spans


def _short(text: str, width: int) -> str:
    """Return foreign text as it can be drawn in a width, with "…" in its middle if it is too long."""
    return shorten(clean_line(text[:_LONGEST]), width)


def _beginning(text: str, width: int) -> str:
    """Return foreign text as it can be drawn in a width, with "…" at its end if it is too long."""
    shown = clean_line(text[:_LONGEST])
    return shown if cell_len(shown) <= width else set_cell_size(shown, width - 1).rstrip() + "…"
