"""Lays out code blocks: the language first, then each line, folded into as many rows as it needs."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from rich.cells import cell_len

from diptych.markdown.leaves import Leaf
from diptych.tui.markdown.layout.highlight import Colours, Highlighter
from diptych.tui.markdown.layout.rows import Found, LaidOutBlock, Row, Span
from diptych.tui.wrapping import TAB, expand_tabs, fold, shorten

_BAR = "│ "
_FOLDED_BAR = "┊ "
_MAX_PLAIN_LINES = 300
"""The most lines that are shown without colours while the lexer is being loaded. They are all coloured at once."""

_BETWEEN_TABS = re.compile("\t|[^\t]+")


class CodeBlock(LaidOutBlock):
    """The rows of a code block. Those of lines that have ended are laid out only once."""

    def __init__(self, leaf: Leaf, width: int) -> None:
        self._leaf = leaf
        words = leaf.info.split(maxsplit=1)
        self._language = words[0].strip("{}.") if words else ""
        self._width = max(width - len(_BAR), 2)
        self._lines: list[str] = []  # with their tabs expanded
        self._colours: list[Colours] = []
        self._highlighter = Highlighter(self._language.lower())
        self._is_plain = True
        self._rows: list[tuple[int, int]] = []  # the line of each row, and the index in the line at which it begins
        self._is_final = False  # whether nothing can change any more

    @property
    def height(self) -> int:
        return self._label_height + len(self._rows)

    @property
    def _label_height(self) -> int:
        return 1 if self._language else 0

    def update(self) -> int:
        leaf = self._leaf
        if self._is_final:
            return self.height
        last = max(len(self._lines) - 1, 0)
        gets_colours = self._is_plain and self._highlighter.load(wait=leaf.closed or len(leaf.lines) > _MAX_PLAIN_LINES)
        if gets_colours:
            self._is_plain = False
            self._colours[:last] = [self._highlighter.line(line) for line in self._lines[:last]]
        first_row = self._drop_rows(last)
        kept = self._lines[last] if self._lines else ""
        del self._lines[last:], self._colours[last:]
        count = len(leaf.lines)
        for index in range(last, count):
            line = expand_tabs(leaf.lines[index])
            may_grow = index == count - 1 and not leaf.closed
            self._lines.append(line)
            self._colours.append(() if self._is_plain else self._highlighter.line(line, may_grow=may_grow))
            self._fold(index, kept if index == last else "")
        if leaf.closed:
            self._is_final = True
            whole = self._highlighter.whole(self._lines)
            if whole is not None:
                self._colours = whole
                return 0
        return self._label_height + first_row if first_row and not gets_colours else 0

    def row(self, index: int) -> Row:
        if index < self._label_height:
            return [Span(_BAR, "frame"), Span(shorten(self._language, self._width), "language")]
        number, start = self._rows[index - self._label_height]
        stop = self._stop(index - self._label_height)
        spans = [Span(_FOLDED_BAR if start else _BAR, "frame")]
        at = start
        colours = self._colours[number]
        for begin, end, role in colours[max(bisect_right(colours, (start,)) - 1, 0) :]:
            if end > at and begin < stop:
                spans += self._spans(number, at, max(begin, at), "block")
                spans += self._spans(number, max(begin, at), min(end, stop), f"block {role}")
                at = min(end, stop)
        spans += self._spans(number, at, stop, "block")
        return spans if len(spans) > 1 else [*spans, Span("", "block", self._leaf.offsets[number])]

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        for number in range(self._line_of(first), min(self._line_of(stop - 1) + 1, len(self._lines))):
            line = self._lines[number]
            matches = list(pattern.finditer(line))
            if not matches:
                continue
            top = bisect_right(self._rows, (number, -1))
            last = bisect_right(self._rows, (number, len(line))) - 1
            for match in matches:
                found: Found = []
                for row in range(top, last + 1):
                    begin = max(match.start(), self._rows[row][1])
                    end = min(match.end(), self._stop(row))
                    if begin < end:
                        before = self._rows[row][1] - len(_BAR)
                        found.append((row + self._label_height, begin - before, end - before))
                if first <= found[-1][0] < stop:
                    yield found

    def _line_of(self, row: int) -> int:
        """Return the index of the line that a row belongs to. After the last row, that is the number of lines."""
        row = max(row - self._label_height, 0)
        return self._rows[row][0] if row < len(self._rows) else len(self._lines)

    def _spans(self, number: int, start: int, stop: int, role: str) -> Iterator[Span]:
        """Yield the spans of a part of a line. Each tab is a separate span, since it is shown as several characters."""
        source, offset, line = self._leaf.lines[number], self._leaf.offsets[number], self._lines[number]
        if "\t" not in source:
            if start < stop:
                yield Span(line[start:stop], role, offset + start)
            return
        shown = column = 0
        for match in _BETWEEN_TABS.finditer(source):
            part = match.group()
            cells = TAB - column % TAB if part == "\t" else cell_len(part)
            end = shown + (cells if part == "\t" else len(part))
            column += cells
            if max(shown, start) < min(end, stop):
                begin = max(shown, start)
                yield Span(line[begin : min(end, stop)], role, offset + match.start() + begin - shown)
            shown = end

    def _drop_rows(self, line: int) -> int:
        """Remove the rows of a line and of the lines after it. Return how many rows are left."""
        first = bisect_right(self._rows, (line, -1))
        self._dropped = self._rows[first:]
        del self._rows[first:]
        return first

    def _fold(self, number: int, before: str) -> None:
        """Fold a line into rows. If it has only grown since it was `before`, all but the last two old rows are kept."""
        line = self._lines[number]
        start = 0
        if before and line.startswith(before) and len(self._dropped) > 2:
            self._rows += self._dropped[:-2]
            start = self._dropped[-2][1]
        for part in fold(line[start:], self._width):
            self._rows.append((number, start))
            start += len(part)

    def _stop(self, row: int) -> int:
        """Return the index in its line at which a row ends."""
        number = self._rows[row][0]
        if row + 1 < len(self._rows) and self._rows[row + 1][0] == number:
            return self._rows[row + 1][1]
        return len(self._lines[number])
