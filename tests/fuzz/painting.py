"""Paints strips as the app does, without an app, and checks what must be true of each strip."""

import unicodedata
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.style import Style
from textual.filter import LineFilter
from textual.message import Message
from textual.strip import Strip

from diptych.tui.widgets.answer_view import AnswerView
from diptych.tui.widgets.event_list import EventList
from diptych.tui.widgets.line_view import LineView
from diptych.tui.widgets.round_list import RoundList
from diptych.tui.widgets.text_view import TextView

_UNPRINTABLE = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_JOINERS = "\u200c\u200d"
_MOST_WITHOUT_A_CELL = 24
"""The most consecutive characters without a cell: eight marks on each of the letters that joiners may combine."""


class _Detached(LineView):
    """A line view that works without an app."""

    def style_of(self, name: str) -> Style:
        return Style.null()

    def get_line_filters(self) -> Sequence[LineFilter]:
        return ()

    def post_message(self, message: Message) -> bool:
        return False

    def _refresh_rows(self, top: int, count: int) -> None:
        return

    def widen(self, width: int) -> None:
        """Set the width, including the cell of the scrollbar."""
        self._outer_width, self._text_width = width, width - 1
        self.width_changed(width - 1)

    def strips(self) -> Iterator[Strip]:
        """Yield every line as it is painted."""
        for index in range(self.line_count + 1):
            yield self._draw(index)


class DetachedAnswer(_Detached, AnswerView):
    def strips(self) -> Iterator[Strip]:
        """Lay out the whole answer, and yield every row."""
        while self.read_on():
            pass
        return super().strips()


class DetachedEvents(_Detached, EventList): ...


class DetachedText(_Detached, TextView): ...


class DetachedRounds(_Detached, RoundList): ...


def assert_paintable(strips: Iterator[Strip], width: int) -> None:
    """Assert that every strip is as wide as its widget, and that its text can be shown."""
    for strip in strips:
        assert_shows(strip.text)
        assert strip.cell_length == width, (strip.text, strip.cell_length)
        assert sum(cell_len(segment.text) for segment in strip) == width, strip.text


def assert_shows(text: str, kept: str = "") -> None:
    """Assert that nothing in the text controls the terminal, hides, reorders or piles up.

    `kept` are control characters that are allowed.
    """
    without_cell = 0
    for character in text:
        category = unicodedata.category(character)
        assert category not in _UNPRINTABLE or character in _JOINERS or character in kept, (hex(ord(character)), text)
        assert not 0xE0000 <= ord(character) < 0xE1000, text
        without_cell = 0 if character in kept or cell_len(character) else without_cell + 1
        assert without_cell <= _MOST_WITHOUT_A_CELL, text
    text.encode()


def assert_printable(text: str) -> None:
    """Assert the same for a text that may have line feeds and tabs."""
    assert_shows(text, "\n\t")
