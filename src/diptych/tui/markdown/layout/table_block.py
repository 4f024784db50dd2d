"""Lays out tables: columns are as wide as their cells if there is room, else cells are folded into several rows.

No column is narrower than its longest word. A table that does not fit even so is wider than its pane, which scrolls it
sideways.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from rich.cells import cell_len

from diptych.markdown.inline import Inline, parse_inline
from diptych.markdown.leaves import Alignment, Leaf
from diptych.markdown.table import cells
from diptych.tui.markdown.layout.inline_spans import piece_spans
from diptych.tui.markdown.layout.rows import Found, LaidOutBlock, Link, Row, Span
from diptych.tui.wrapping import longest_word, wrap

_SEPARATOR = " │ "
_CUT_MARK = " …"
_LONGEST_WORD = 60
"""Cells above which a word may be broken, if the pane is not wider."""

_LEAST_SIDEWAYS = 12
"""The width below which no column is narrowed in a table that is scrolled sideways anyway."""

_WIDEST = 1_000
"""The width of the widest table. Columns beyond it are cut off at the right."""


class _Cell:
    """The shown text of a cell of the table, in one line or in several, with its roles."""

    __slots__ = ("_content", "_lines", "_offset", "longest_word", "text", "width")

    def __init__(self, source: str, offset: int, env: dict[str, Any]) -> None:
        self._content: Inline = parse_inline(source, env)
        self._offset = offset
        self.text = self._content.text.rstrip("\n")
        self._lines = self.text.split("\n")
        self.width = max(map(cell_len, self._lines))
        self.longest_word = max(map(longest_word, self._lines))

    @property
    def has_breaks(self) -> bool:
        """Whether the text has several lines."""
        return len(self._lines) > 1

    def fold(self, width: int) -> list[int]:
        """Return the index at which each part of the folded text begins, and last the index at which it ends."""
        starts: list[int] = []
        at = 0
        for line in self._lines:
            starts += accumulate(map(len, wrap(line, width)[:-1]), initial=at)
            at += len(line) + 1
        return [*starts, len(self.text)]

    def spans(self, start: int, stop: int, role: str) -> list[Span]:
        """Return the spans of a part of the text."""
        return list(piece_spans(self.text, self._content.pieces, start, stop, role, self._offset.__add__))

    def links(self) -> Iterator[Link]:
        """Yield the links in the cell."""
        for each in self._content.constructs:
            if each.url:
                yield Link(
                    self._offset + each.origin, self._offset + each.end, self.text[each.start : each.stop], each.url
                )


class TableBlock(LaidOutBlock):
    """The rows on the screen of a table: its header, a rule, then its rows, each as high as its highest cell.

    A rule stands between two rows if one of them is folded.
    """

    def __init__(self, leaf: Leaf, role: str, env: dict[str, Any], width: int) -> None:
        self._leaf = leaf
        self._role = role
        self._env = env
        self._width = width
        self._columns = len(leaf.alignments)
        self._table: list[list[_Cell]] = []
        self._natural_widths = [1] * self._columns  # of each column, if there were room
        self._longest_words = list(self._natural_widths)
        self._widths = list(self._natural_widths)  # of each column that is shown
        self._cell_widths: list[list[int]] = []
        self._has_breaks = False  # whether any cell has several lines
        # If any row is folded: `fold` of each cell, none for a row that fits, and each row's first row on the screen.
        self._folds: list[list[list[int]]] = []
        self._tops: list[int] = []

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
            self._has_breaks = self._has_breaks or any(cell.has_breaks for cell in row)
            self._natural_widths = list(map(max, self._natural_widths, self._cell_widths[-1]))
            self._longest_words = list(map(max, self._longest_words, (cell.longest_word for cell in row)))
        widths = _share(self._natural_widths, self._longest_words, self._width)
        if widths != self._widths:
            self._widths = widths
            self._fold_from(0)
            return 0
        self._fold_from(first)
        return top

    def row(self, index: int) -> Row:
        if self._tops:
            number = self._number(index)
            line = index - self._tops[number]
            if line == self._height(number):
                return self._rule("┄┼┄" if number else "─┼─")
        elif index == 1:
            return self._rule("─┼─")
        else:
            number, line = self._number(index), 0
        role = f"{self._role} header" if number == 0 else self._role
        spans: list[Span] = []
        for column, width in enumerate(self._widths):
            if column:
                spans.append(Span(_SEPARATOR, "frame"))
            spans += self._cell(number, column, line, width, role)
        if len(self._widths) < self._columns:
            spans.append(Span(_CUT_MARK, "frame"))
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
        starts = self._folds[number][column] if self._tops and self._folds[number] else [0, len(cell.text)]
        if line >= len(starts) - 1:
            return [Span(" " * width, role)]
        start = starts[line]
        shown = cell.text[start : starts[line + 1]].rstrip(" \n")
        room = width - cell_len(shown)
        before, after = _pad(room, self._leaf.alignments[column])
        spans = cell.spans(start, start + len(shown), role)
        return [*([Span(" " * before, role)] if before else []), *spans, *([Span(" " * after, role)] if after else [])]

    def _number(self, index: int) -> int:
        """Return the row of the table that a row on the screen belongs to."""
        return bisect_right(self._tops, index) - 1 if self._tops else max(index - 1, 0)

    def _rule(self, crossing: str) -> Row:
        line = crossing[0]
        rule = crossing.join(line * width for width in self._widths)
        return [Span(rule + (2 * line if len(self._widths) < self._columns else ""), "frame")]

    def _fold_from(self, first: int) -> None:
        """Fold the rows from `first` on, if there is less room than the cells take, or a cell has several lines."""
        fits = all(map(int.__ge__, self._widths, self._natural_widths)) and len(self._widths) == self._columns
        if fits and not self._has_breaks:
            self._tops.clear()
            self._folds.clear()
            return
        if len(self._folds) < first:
            first = 0
        del self._folds[first:]
        for row, widths in zip(self._table[first:], self._cell_widths[first:], strict=True):
            if all(map(int.__le__, widths, self._widths)) and not any(cell.has_breaks for cell in row):
                self._folds.append([])
            else:
                self._folds.append([cell.fold(width) for cell, width in zip(row, self._widths, strict=False)])
        heights = [
            self._height(number) + self._is_ruled_off(number) for number in range(max(first - 1, 0), len(self._table))
        ]
        start = self._tops[first - 1] if first else 0
        self._tops[max(first - 1, 0) :] = list(accumulate(heights[:-1], initial=start))

    def _is_ruled_off(self, number: int) -> bool:
        """Whether a rule stands below a row: the header, and one that is folded or comes before one that is."""
        after = number + 1
        return not number or (after < len(self._folds) and max(self._height(number), self._height(after)) > 1)

    def _height(self, number: int) -> int:
        return max((len(starts) - 1 for starts in self._folds[number]), default=1)


def _pad(room: int, alignment: Alignment) -> tuple[int, int]:
    """Return how many cells stay empty before and after a text."""
    match alignment:
        case "right":
            return room, 0
        case "center":
            return room // 2, room - room // 2
        case _:
            return 0, room


def _share(natural: list[int], longest_words: list[int], room: int) -> list[int]:
    """Return the widths of the columns: between that of their longest word and what they need, as even as possible."""
    between = len(_SEPARATOR)
    least = [min(word, max(room, _LONGEST_WORD)) for word in longest_words]
    left = room - between * (len(natural) - 1)
    if sum(natural) <= left:
        return list(natural)
    if sum(least) > left:
        wide = [min(need, max(word, _LEAST_SIDEWAYS)) for need, word in zip(natural, least, strict=True)]
        ends = accumulate(width + between for width in wide)
        return wide[: max(bisect_right(list(ends), _WIDEST + between), 1)]
    # All columns are as wide as each other, but for those that need less or have a longer word.
    even = bisect_right(range(left), left, key=lambda width: sum(_between(least, width, natural))) - 1
    widths = _between(least, even, natural)
    for column, width in enumerate(_between(least, even + 1, natural)):
        if width > widths[column] and sum(widths) < left:
            widths[column] = width
    return widths


def _between(least: list[int], width: int, most: list[int]) -> list[int]:
    return [min(max(width, low), high) for low, high in zip(least, most, strict=True)]
