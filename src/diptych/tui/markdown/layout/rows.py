"""The parts of a layout: blocks consist of rows, and rows consist of spans."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len, split_graphemes

from diptych.tui.wrapping import TAB

_BETWEEN_TABS = re.compile("\t|[^\t]+")


class Span(NamedTuple):
    """Text in a row, its roles, separated by spaces, which decide how it looks, and its offset in the source.

    The offset is -1 for what is not in the source, such as frames.
    """

    text: str
    role: str
    origin: int = -1


Row = Sequence[Span]

Found = list[tuple[int, int, int]]
"""A match of a search: for each of its rows, the index of the row, and where in the row the match begins and ends."""


class Marked(NamedTuple):
    """A construct with marks, such as emphasis, from `begin` to `end` in the source.

    Its content between the marks is from `inner_begin` to `inner_end`.
    """

    begin: int
    end: int
    inner_begin: int
    inner_end: int


class Link(NamedTuple):
    """A link from `begin` to `end` in the source, its shown text, and its address."""

    begin: int
    end: int
    text: str
    url: str


class LaidOutBlock(ABC):
    """One leaf laid out in rows. A row's width is limited, in cells, but for tables, which are scrolled sideways."""

    @property
    @abstractmethod
    def height(self) -> int:
        """The number of rows."""

    @abstractmethod
    def update(self) -> int:
        """Lay out what has changed in the leaf. Return the index of the first row that may look different."""

    @abstractmethod
    def row(self, index: int) -> Row:
        """Return the row at an index."""

    def links(self) -> Iterator[Link]:
        """Yield the links in the block."""
        return iter(())

    def marked(self) -> Iterator[Marked]:
        """Yield the constructs with marks in the block, the innermost first."""
        return iter(())

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """Yield the matches in the shown text that end on a row from `first` to before `stop`."""
        for index in range(first, min(stop, self.height)):
            for match in pattern.finditer("".join(span.text for span in self.row(index))):
                yield [(index, match.start(), match.end())]


def spread(text: str, role: str, origin: int) -> Iterator[Span]:
    """Yield the spans of a text, with spaces for its tabs.

    Each tab is a separate span, since it is shown as several characters.
    """
    column = 0
    for part in _BETWEEN_TABS.findall(text):
        shown = " " * (TAB - column % TAB) if part == "\t" else part
        yield Span(shown, role, origin)
        column += cell_len(shown)
        origin += len(part)


def row_cells(row: Row) -> int:
    """Return the width of a row in cells."""
    return sum(cell_len(span.text) for span in row)


def cropped(row: Row, start: int, width: int) -> Iterator[Span]:
    """Yield what a row shows from the cell `start` on, `width` cells wide; half of a wide character is a space."""
    at, stop = 0, start + width
    for span in row:
        cells = cell_len(span.text)
        if start <= at and at + cells <= stop:
            yield span
        elif at < stop and at + cells > start:
            yield _cropped_span(span, start - at, stop - at)
        at += cells


def _cropped_span(span: Span, start: int, stop: int) -> Span:
    parts: list[str] = []
    first = None
    column = 0
    for begin, end, cells in split_graphemes(span.text)[0]:
        if start <= column and column + cells <= stop:
            parts.append(span.text[begin:end])
            first = begin if first is None else first
        elif column < stop and column + cells > start:
            parts.append(" " * (min(column + cells, stop) - max(column, start)))
        column += cells
    origin = span.origin if span.origin < 0 else span.origin + (first or 0)
    return Span("".join(parts), span.role, origin)


def source_place(row: Row, column: int, *, is_stop: bool = False) -> int | None:
    """Return the offset in the source of the character at an index of a row, None if the row has no source.

    With `is_stop`, the index is the end of a range, and the offset is the one after the range's last character.
    """
    at = 0
    place: int | None = None
    for text, _, origin in row:
        if origin >= 0 and (place is None or at < column or (at == column and not is_stop)):
            place = origin + min(max(column - at, 0), len(text))
        at += len(text)
    return place
