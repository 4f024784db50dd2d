"""Wraps text at a width in terminal cells. The text may grow at its end, at the cost of the new part alone.

Every row is a slice of the text, so that joining the rows gives the text back: a row keeps the white space beyond its
end, and its line feed if it ends a line. Words that are wider than a row are broken between graphemes.
"""

import re
from itertools import pairwise

from rich.cells import cell_len, set_cell_size, split_graphemes

from diptych.core.text.sanitize import clean_line

TAB = 4
"""Cells between tab stops."""

_LONGEST_ROW = 4096
"""Code points after which a row ends whatever its width, so that invisible text cannot make it grow for ever."""

_MOST_FOREIGN = 60
"""Cells for a word that comes from the server, such as a model's name or a stop reason."""

_TOKEN = re.compile(r"[ \t]+|[^ \t]+")
_NEVER_FIRST = frozenset("、。，．・：；？！）」』】〕〉》”’…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ%)]},.:;!?")
_NEVER_LAST = frozenset("（「『【〔〈《“‘([{")


class Wrapping:
    """Growing text in rows of at most `width` cells, without the white space at their ends."""

    __slots__ = ("_width", "rows")

    def __init__(self, width: int, text: str = "") -> None:
        self._width = max(width, 2)
        self.rows = [""]
        self.append(text)

    @property
    def height(self) -> int:
        """The number of rows to show; an empty last row does not count."""
        return len(self.rows) if self.rows[-1] else len(self.rows) - 1

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.rows)

    def append(self, text: str) -> int:
        """Add text at the end; returns the index of the first row that may have changed."""
        first = len(self.rows) - 1
        if not text:
            return first
        if len(self.rows[-1]) > _LONGEST_ROW:
            self.rows.append("")
        *lines, last = (self.rows.pop() + text).split("\n")
        for line in lines:
            rows = wrap(line, self._width)
            rows[-1] += "\n"
            self.rows.extend(rows)
        self.rows.extend(wrap(last, self._width))
        return first

    def resize(self, width: int) -> None:
        """Wrap the text at another width."""
        if max(width, 2) != self._width:
            text = self.text
            self._width = max(width, 2)
            self.rows = [""]
            self.append(text)

    def shown(self, index: int) -> str:
        """Return a row as it is drawn: without white space at its end, and with its tabs expanded."""
        return expand_tabs(self.rows[index].rstrip(" \t\n"))


def wrap(line: str, width: int) -> list[str]:
    """Return the rows of a line without line feeds; an empty line is one empty row."""
    if line.isascii() and len(line) <= width and "\t" not in line:
        return [line]
    rows: list[str] = []
    start = position = column = 0
    blank = True  # only white space in this row so far
    for token in _TOKEN.findall(line):
        if token[0] in " \t":
            column = _after_space(token, column)
            position += len(token)
            continue
        for unit in _units(token):
            cells = cell_len(unit)
            if column + cells > width and not blank:
                rows.append(line[start:position])
                start, column, blank = position, 0, True
            if column + cells <= width:
                position += len(unit)
                column += cells
            else:
                for size, grapheme_cells in _graphemes(unit):
                    if column + grapheme_cells > width and position > start:
                        rows.append(line[start:position])
                        start, column = position, 0
                    position += size
                    column += grapheme_cells
            blank = False
    rows.append(line[start:])
    return rows


def longest_word(line: str) -> int:
    """Return the cells of the longest part of a line that `wrap` keeps in one row, if the row is wide enough."""
    if line.isascii():
        return max(map(len, line.split()), default=0)
    return max((cell_len(unit) for word in line.split() for unit in _units(word)), default=0)


def fold(line: str, width: int) -> list[str]:
    """Return full rows of a line without line feeds and tabs, broken anywhere; an empty line is one row."""
    if line.isascii():
        return [line[start : start + width] for start in range(0, len(line), width)] or [line]
    rows: list[str] = []
    start = position = column = 0
    for size, cells in _graphemes(line):
        if column + cells > width and position > start:
            rows.append(line[start:position])
            start, column = position, 0
        position += size
        column += cells
    rows.append(line[start:])
    return rows


def expand_tabs(text: str) -> str:
    """Return the text with each tab replaced by spaces up to the next tab stop."""
    if "\t" not in text:
        return text
    first, *others = text.split("\t")
    parts = [first]
    column = cell_len(first)
    for part in others:
        parts += [" " * (TAB - column % TAB), part]
        column += TAB - column % TAB + cell_len(part)
    return "".join(parts)


def cut(text: str, width: int) -> str:
    """Return the text in at most `width` cells, with "…" where it was cut."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def shorten(text: str, width: int) -> str:
    """Return the text in at most `width` cells, cut in the middle; most of its end stays, where names differ.

    >>> shorten("content_block_delta", 10)
    'con…_delta'
    """
    if cell_len(text) <= width:
        return text
    head = set_cell_size(text[:_LONGEST_ROW], (width - 1) // 3).rstrip()
    end = text[-_LONGEST_ROW:]
    room, start = width - 1 - cell_len(head), len(end)
    for begin, _, cells in reversed(split_graphemes(end)[0]):
        room -= cells
        if room < 0:
            break
        start = begin
    return f"{head}…{end[start:]}"


def shorten_foreign(word: str) -> str:
    """Return a word that comes from the server, cleaned, in no more cells than a title or a status has for it."""
    return shorten(clean_line(word[: 10 * _MOST_FOREIGN]), _MOST_FOREIGN)


def character_at(text: str, cell: int) -> int:
    """Return the index of the character at a cell, or the length of the text if there is none."""
    column = 0
    for start, _, cells in split_graphemes(text)[0]:
        column += cells
        if cell < column:
            return int(start)
    return len(text)


def _after_space(space: str, column: int) -> int:
    for character in space:
        column += TAB - column % TAB if character == "\t" else 1
    return column


def _units(word: str) -> list[str]:
    """Return the parts of a word between which a row may end: each wide character, with its punctuation."""
    if word.isascii():
        return [word]
    units: list[str] = []
    start = 0
    spans, _ = split_graphemes(word)
    for (left, _, left_cells), (right, _, right_cells) in pairwise(spans):
        wide = left_cells == 2 or right_cells == 2
        if wide and word[right] not in _NEVER_FIRST and word[left] not in _NEVER_LAST:
            units.append(word[start:right])
            start = right
    units.append(word[start:])
    return units


def _graphemes(word: str) -> list[tuple[int, int]]:
    """Return the graphemes of a word, each as its number of code points and of cells."""
    if word.isascii():
        return [(1, 1)] * len(word)
    # Rich counts a joiner that joins nothing in two ways; the larger count keeps the row within its width.
    return [(end - start, max(cells, cell_len(word[start:end]))) for start, end, cells in split_graphemes(word)[0]]
