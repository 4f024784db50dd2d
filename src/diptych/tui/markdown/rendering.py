"""Markdown that grows, as rows: blocks one under the other, each behind the marks of its containers."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from diptych.markdown.blocks import BlockParser
from diptych.markdown.leaves import Leaf
from diptych.markdown.reader import TextReader
from diptych.markdown.references import References
from diptych.tui.markdown.layout.placed import Placed
from diptych.tui.markdown.layout.rows import Found, Link, Row, Span, source_place
from diptych.tui.wrapping import expand_tabs, wrap

_LONGEST_TAIL = 1_000
"""Characters of a line shown that may still become anything."""

Place = tuple[int, int]
"""A row, and a character of it."""


class Rendering:
    """The rows of a Markdown text in `width` cells.

    Text is only added to the end. What a row shows changes only from the first row of the block that is still open.
    Links are those whose addresses stand above them, or in the `references` that are given.
    """

    def __init__(self, role: str, width: int, references: References | None = None) -> None:
        self.source: list[str] = []
        self._role = role
        self._width = width
        self.references = References() if references is None else references
        self._parser = BlockParser(self.references)
        self._reader = TextReader(self._parser)
        self._placed: list[Placed] = []
        self._tops: list[int] = []
        self._tail: list[tuple[str, int]] = []
        self._ended = False

    @property
    def height(self) -> int:
        """How many rows there are."""
        return self._body_height + len(self._tail)

    def append(self, text: str) -> int:
        """Add text, cleaned and with line feeds for line ends; the first row that may have changed is returned."""
        if not text or self._ended:
            return self.height
        self.source.append(text)
        self._reader.feed(text)
        return self._sync()

    def end(self) -> int:
        """The text is over: settle what was still open. Returns as `append`."""
        if self._ended:
            return self.height
        self._ended = True
        self._reader.close()
        return self._sync()

    def row(self, index: int) -> Row:
        """One row."""
        if index >= self._body_height:
            text, offset = self._tail[index - self._body_height]
            return [Span(text, self._role, offset)]
        placed, index = self._find(index)
        return placed.row(index)

    def links(self) -> Iterator[Link]:
        """Every link, from top to bottom."""
        for placed in self._placed:
            yield from placed.block.links()

    def link_at(self, row: int, origin: int) -> Link | None:
        """The link that has that row, and that character of the source."""
        links = self._find(row)[0].block.links() if row < self._body_height else ()
        return next((link for link in links if link.begin <= origin < link.end), None)

    def slice(self, start: Place | None, stop: Place | None) -> str:
        """The source of what stands from one character on the screen to another; None is the beginning, or the end.

        Marks belong to it where all that they mark does.
        """
        source = "".join(self.source)
        begin = 0 if start is None else self._source_place(*start, is_stop=False)
        end = len(source) if stop is None else self._source_place(*stop, is_stop=True)
        first = 0 if start is None else self._index(start[0])
        last = len(self._placed) if stop is None else self._index(stop[0]) + 1
        for placed in self._placed[first:last]:
            for marked in placed.marked():
                if begin <= marked.inner_begin and marked.inner_end <= end:
                    begin, end = min(begin, marked.begin), max(end, marked.end)
        return source[begin:end]

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """Where the pattern matches in what is shown, from top to bottom; what ends on the rows `first` to `stop`."""
        for index in range(max(self._index(first), 0), self._index(stop - 1) + 1):
            top = self._tops[index]
            for found in self._placed[index].find(pattern, max(first - top, 0), stop - top):
                yield [(top + row, begin, end) for row, begin, end in found]
        for row, (text, _) in enumerate(self._tail, self._body_height):
            if first <= row < stop:
                for match in pattern.finditer(text):
                    yield [(row, match.start(), match.end())]

    @property
    def _body_height(self) -> int:
        return self._tops[-1] + self._placed[-1].height if self._placed else 0

    def _sync(self) -> int:
        """Lay out what the parser changed; the first row that may look different is returned."""
        first = self._parser.take_first_changed()
        leaves = self._parser.leaves
        changed = self._body_height
        for index in range(first, len(leaves)):
            leaf = leaves[index]
            if index < len(self._placed) and self._placed[index].shows(leaf):
                changed = min(changed, self._tops[index] + self._placed[index].update())
            else:
                self._forget(index)
                changed = min(changed, self._body_height)
                self._placed.append(self._place(leaf, leaves[index - 1] if index else None))
            self._stack(index)
        self._forget(len(leaves))
        changed = min(changed, self._body_height)
        self._show_tail()
        return changed

    def _forget(self, index: int) -> None:
        del self._placed[index:], self._tops[index:]

    def _stack(self, first: int) -> None:
        """Put the blocks from that one on under the ones before."""
        top = self._tops[first - 1] + self._placed[first - 1].height if first else 0
        del self._tops[first:]
        for placed in self._placed[first:]:
            self._tops.append(top)
            top += placed.height

    def _place(self, leaf: Leaf, before: Leaf | None) -> Placed:
        return Placed(leaf, before, self._role, self.references, self._width)

    def _show_tail(self) -> None:
        """The line that may still become anything stands as it is under what is known."""
        self._tail = []
        shown = self._reader.tail[-_LONGEST_TAIL:]
        offset = self._reader.tail_offset + len(self._reader.tail) - len(shown)
        if not shown.isspace():
            for row in wrap(shown, self._width) if shown else ():
                self._tail.append((expand_tabs(row.rstrip()), offset))
                offset += len(row)

    def _index(self, row: int) -> int:
        return bisect_right(self._tops, row) - 1

    def _find(self, row: int) -> tuple[Placed, int]:
        index = self._index(row)
        return self._placed[index], row - self._tops[index]

    def _source_place(self, row: int, column: int, *, is_stop: bool) -> int:
        place = source_place(self.row(row), column, is_stop=is_stop)
        if place is not None:
            return place
        leaf = self._find(row)[0].leaf
        return leaf.end if is_stop and leaf.kind == "rule" else leaf.begin
