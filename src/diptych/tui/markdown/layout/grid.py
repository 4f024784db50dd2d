"""Tables: columns as wide as their cells where there is room, else cells folded into rows."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from rich.cells import cell_len

from diptych.markdown.inline import Inline, parse_inline
from diptych.markdown.leaves import Alignment, Leaf
from diptych.markdown.table import cells
from diptych.tui.markdown.layout.pieces import piece_spans
from diptych.tui.markdown.layout.rows import Block, Found, Link, Row, Span
from diptych.tui.wrapping import wrap

_BETWEEN = " │ "
_CUT = " …"
_LEAST = 4
"""Cells that a column keeps when its neighbours need room; what does not fit even so is cut off at the right."""


class _Cell:
    """The text of a cell as it is shown, on one line or on several, with what it looks like."""

    __slots__ = ("_content", "_lines", "_offset", "text", "width")

    def __init__(self, source: str, offset: int, env: dict[str, Any]) -> None:
        self._content: Inline = parse_inline(source, env)
        self._offset = offset
        self.text = self._content.text.rstrip("\n")
        self._lines = self.text.split("\n")
        self.width = max(map(cell_len, self._lines))

    @property
    def is_broken(self) -> bool:
        """Whether it has several lines."""
        return len(self._lines) > 1

    def parts(self, width: int) -> list[int]:
        """Where the parts begin that it is folded into, and where the last one ends."""
        starts: list[int] = []
        at = 0
        for line in self._lines:
            starts += accumulate(map(len, wrap(line, width)[:-1]), initial=at)
            at += len(line) + 1
        return [*starts, len(self.text)]

    def spans(self, start: int, stop: int, role: str) -> list[Span]:
        """Part of the text."""
        return list(piece_spans(self.text, self._content.pieces, start, stop, role, self._offset.__add__))

    def links(self) -> Iterator[Link]:
        """The links in it."""
        for each in self._content.constructs:
            if each.url:
                yield Link(
                    self._offset + each.origin, self._offset + each.end, self.text[each.start : each.stop], each.url
                )


class Grid(Block):
    """The rows of a table: its header, a rule, then its rows, each as high as its highest cell."""

    def __init__(self, leaf: Leaf, role: str, env: dict[str, Any], width: int) -> None:
        self._leaf = leaf
        self._role = role
        self._env = env
        self._width = width
        self._columns = len(leaf.alignments)
        self._table: list[list[_Cell]] = []
        self._natural = [1] * self._columns
        self._widths = list(self._natural)
        self._cell_widths: list[list[int]] = []
        self._has_breaks = False  # whether a cell has several lines
        self._starts: list[list[list[int]]] = []  # where each cell's parts begin, and the end; of a row that fits none
        self._tops: list[int] = []  # the first row on the screen of each row, where rows are folded

    @property
    def height(self) -> int:
        if not self._tops:
            return len(self._table) + 1
        return self._tops[-1] + self._height(len(self._table) - 1) + (len(self._table) == 1)

    def update(self) -> int:
        first = len(self._table)
        top = self.height if first else 0
        for line, offset in zip(self._leaf.lines[first:], self._leaf.offsets[first:], strict=True):
            row = [_Cell(cell.text, offset + cell.place, self._env) for cell in cells(line, self._columns)]
            self._table.append(row)
            self._cell_widths.append([cell.width for cell in row])
            self._has_breaks = self._has_breaks or any(cell.is_broken for cell in row)
            self._natural = list(map(max, self._natural, self._cell_widths[-1]))
        widths = _share(self._natural, self._width)
        if widths != self._widths:
            self._widths = widths
            self._fold(0)
            return 0
        self._fold(first)
        return top

    def row(self, index: int) -> Row:
        if self._tops:
            number = self._number(index)
            line = index - self._tops[number]
            if not number and line == self._height(0):
                return self._rule()
        elif index == 1:
            return self._rule()
        else:
            number, line = self._number(index), 0
        role = f"{self._role} header" if number == 0 else self._role
        spans: list[Span] = []
        for column, width in enumerate(self._widths):
            if column:
                spans.append(Span(_BETWEEN, "frame"))
            spans += self._cell(number, column, line, width, role)
        if len(self._widths) < self._columns:
            spans.append(Span(_CUT, "frame"))
        return spans

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        for number in range(self._number(first), min(self._number(stop - 1) + 1, len(self._table))):
            if any(pattern.search(cell.text) for cell in self._table[number]):
                top = self._tops[number] if self._tops else number + (number > 0)
                height = self._height(number) if self._tops else 1
                for index in range(max(top, first), min(top + height, stop)):
                    for match in pattern.finditer("".join(span.text for span in self.row(index))):
                        yield [(index, match.start(), match.end())]

    def links(self) -> Iterator[Link]:
        for row in self._table:
            for cell in row:
                yield from cell.links()

    def _cell(self, number: int, column: int, line: int, width: int, role: str) -> list[Span]:
        cell = self._table[number][column]
        starts = self._starts[number][column] if self._tops and self._starts[number] else [0, len(cell.text)]
        if line >= len(starts) - 1:
            return [Span(" " * width, role)]
        start = starts[line]
        shown = cell.text[start : starts[line + 1]].rstrip(" \n")
        room = width - cell_len(shown)
        before, after = _pad(room, self._leaf.alignments[column])
        spans = cell.spans(start, start + len(shown), role)
        return [*([Span(" " * before, role)] if before else []), *spans, *([Span(" " * after, role)] if after else [])]

    def _number(self, index: int) -> int:
        """The row of the table that a row on the screen belongs to."""
        return bisect_right(self._tops, index) - 1 if self._tops else max(index - 1, 0)

    def _rule(self) -> Row:
        rule = "─┼─".join("─" * width for width in self._widths)
        return [Span(rule + ("──" if len(self._widths) < self._columns else ""), "frame")]

    def _fold(self, first: int) -> None:
        """Fold the rows from that one on, if there is less room than the cells take, or a cell has several lines."""
        fits = all(map(int.__ge__, self._widths, self._natural)) and len(self._widths) == self._columns
        if fits and not self._has_breaks:
            self._tops.clear()
            self._starts.clear()
            return
        if len(self._starts) < first:
            first = 0
        del self._starts[first:]
        for row, widths in zip(self._table[first:], self._cell_widths[first:], strict=True):
            if all(map(int.__le__, widths, self._widths)) and not any(cell.is_broken for cell in row):
                self._starts.append([])
            else:
                self._starts.append([cell.parts(width) for cell, width in zip(row, self._widths, strict=False)])
        heights = [self._height(number) + (number == 0) for number in range(max(first - 1, 0), len(self._table))]
        start = self._tops[first - 1] if first else 0
        self._tops[max(first - 1, 0) :] = list(accumulate(heights[:-1], initial=start))

    def _height(self, number: int) -> int:
        return max((len(starts) - 1 for starts in self._starts[number]), default=1)


def _pad(room: int, alignment: Alignment) -> tuple[int, int]:
    """The cells to leave empty before and after a text."""
    match alignment:
        case "right":
            return room, 0
        case "center":
            return room // 2, room - room // 2
        case _:
            return 0, room


def _share(natural: list[int], width: int) -> list[int]:
    """The widths of the columns that fit: narrow ones have what they need, wide ones share what is left evenly."""
    between = len(_BETWEEN)
    count = len(natural)
    if sum(natural) + between * (count - 1) <= width:
        return list(natural)
    cut = 0
    least = sum(min(wide, _LEAST) + between for wide in natural) - between
    while count > 1 and least > width - cut:
        count -= 1
        least -= min(natural[count], _LEAST) + between
        cut = len(_CUT)
    left = width - cut - between * (count - 1)
    widths = [0] * count
    for place, column in enumerate(sorted(range(count), key=natural.__getitem__)):
        widths[column] = max(min(natural[column], left // (count - place)), 1)
        left -= widths[column]
    return widths
