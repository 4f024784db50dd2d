"""Renders growing Markdown in rows: one block below the other, each after the marks of its containers."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from diptych.markdown.blocks import BlockParser
from diptych.markdown.leaves import Leaf
from diptych.markdown.reader import TextReader, read_markdown
from diptych.markdown.references import References
from diptych.tui.markdown.layout.placed_block import PlacedBlock
from diptych.tui.markdown.layout.rows import Found, Link, Row, Span, source_place
from diptych.tui.wrapping import expand_tabs, wrap

_MAX_TAIL = 1_000
"""The most characters that are shown of a line whose block is not decided yet."""

_ANY_WIDTH = 80
"""The width for a layout of which no row is shown."""

Place = tuple[int, int]
"""A row, and the index of a character in it."""


class Rendering:
    """The rows of a Markdown text, at most `width` cells wide.

    Text is only added at the end, and only the rows from the first one of the open block on can change. A reference
    link is shown as one if its definition comes before it, or is in the `references` that are given.
    """

    def __init__(self, role: str, width: int, references: References | None = None) -> None:
        self.source: list[str] = []
        self._role = role
        self._width = width
        self.references = References() if references is None else references
        self._parser = BlockParser(self.references)
        self._reader = TextReader(self._parser)
        self._placed: list[PlacedBlock] = []
        self._tops: list[int] = []
        self._tail: list[tuple[str, int]] = []
        self._ended = False

    @property
    def height(self) -> int:
        """The number of rows."""
        return self._body_height + len(self._tail)

    def append(self, text: str) -> int:
        """Add text. Return the index of the first row that may have changed.

        The text must be sanitized, and its lines must end in line feeds.
        """
        if not text or self._ended:
            return self.height
        self.source.append(text)
        self._reader.feed(text)
        return self._sync()

    def end(self) -> int:
        """End the text and close its last block. Return the index of the first row that may have changed."""
        if self._ended:
            return self.height
        self._ended = True
        self._reader.close()
        return self._sync()

    def row(self, index: int) -> Row:
        """Return the row at an index."""
        if index >= self._body_height:
            text, offset = self._tail[index - self._body_height]
            return [Span(text, self._role, offset)]
        placed, index = self._find(index)
        return placed.row(index)

    def link_at(self, row: int, origin: int) -> Link | None:
        """Return the link on a row that contains the character of the source at `origin`, None if there is none."""
        links = self._find(row)[0].block.links() if row < self._body_height else ()
        return next((link for link in links if link.begin <= origin < link.end), None)

    def slice(self, start: Place | None, stop: Place | None) -> str:
        """Return the source of the text between two places on the screen. None is the beginning, or the end.

        The marks of a construct are included if all of its content is.
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
        """Yield the matches in the shown text that end on a row from `first` to before `stop`, from top to bottom."""
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
        """Lay out what the parser has changed. Return the index of the first row that may look different."""
        first = self._parser.take_first_changed()
        leaves = self._parser.leaves
        changed = self._body_height
        for index in range(first, len(leaves)):
            leaf = leaves[index]
            if index < len(self._placed) and self._placed[index].shows(leaf):
                changed = min(changed, self._tops[index] + self._placed[index].update())
            else:
                self._drop_from(index)
                changed = min(changed, self._body_height)
                self._placed.append(self._place(leaf, leaves[index - 1] if index else None))
            self._stack(index)
        self._drop_from(len(leaves))
        changed = min(changed, self._body_height)
        self._show_tail()
        return changed

    def _drop_from(self, index: int) -> None:
        del self._placed[index:], self._tops[index:]

    def _stack(self, first: int) -> None:
        """Set the top row of each block from index `first` on."""
        top = self._tops[first - 1] + self._placed[first - 1].height if first else 0
        del self._tops[first:]
        for placed in self._placed[first:]:
            self._tops.append(top)
            top += placed.height

    def _place(self, leaf: Leaf, before: Leaf | None) -> PlacedBlock:
        return PlacedBlock(leaf, before, self._role, self.references, self._width)

    def _show_tail(self) -> None:
        """Show the line whose block is not decided yet as plain text below the blocks."""
        self._tail = []
        shown = self._reader.tail[-_MAX_TAIL:]
        offset = self._reader.tail_offset + len(self._reader.tail) - len(shown)
        if not shown.isspace():
            for row in wrap(shown, self._width) if shown else ():
                self._tail.append((expand_tabs(row.rstrip()), offset))
                offset += len(row)

    def _index(self, row: int) -> int:
        return bisect_right(self._tops, row) - 1

    def _find(self, row: int) -> tuple[PlacedBlock, int]:
        index = self._index(row)
        return self._placed[index], row - self._tops[index]

    def _source_place(self, row: int, column: int, *, is_stop: bool) -> int:
        place = source_place(self.row(row), column, is_stop=is_stop)
        if place is not None:
            return place
        leaf = self._find(row)[0].leaf
        return leaf.end if is_stop and leaf.kind == "rule" else leaf.begin


def links_in(text: str) -> Iterator[Link]:
    """Yield all links of a sanitized Markdown text, from top to bottom."""
    leaves, references = read_markdown(text)
    for leaf in leaves:
        if leaf.kind != "code":  # highlighting would take long
            yield from PlacedBlock(leaf, None, "", references, _ANY_WIDTH).block.links()
