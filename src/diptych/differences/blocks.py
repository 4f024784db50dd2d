"""Divides an answer into the blocks that are compared, each with its lines in the source."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from diptych.markdown.leaves import Item, Leaf
from diptych.markdown.reader import read_markdown

BlockKind = Literal["paragraph", "heading", "item", "row", "fence", "code", "rule", "definition", "json"]
"""What a block is: `row` is of a table, `fence` begins or ends code, `code` is one line of it, `json` is one value."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of an answer: its source, the lines that this takes, counted from 0, and the offset at which it begins.

    What is compared of `text` is from `start` to `end`. Around it are only markers, which `kind` and `level` tell as
    well: the level of a heading, or else how many lists and quotes the block is in. A value in JSON has a path, such
    as `.items[2].name`.
    """

    kind: BlockKind
    level: int
    text: str
    start: int
    end: int
    first_line: int
    last_line: int
    offset: int
    path: str = ""

    @property
    def compared(self) -> str:
        """The text without its markers."""
        return self.text[self.start : self.end]


def markdown_blocks(text: str) -> list[Block]:
    """Return the blocks of a Markdown text in their order. Outside of them is only white space."""
    return list(_BlockReader(text).read())


class _BlockReader:
    """Makes blocks of whole lines. Every line that is not blank is in exactly one block."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]  # the offset of each line
        while at := text.find("\n", self._starts[-1]) + 1:
            self._starts.append(at)
        self._next_line = 0  # the first line that has not been looked at

    def read(self) -> Iterator[Block]:
        """Yield the blocks in order."""
        leaves, _ = read_markdown(self._text)
        for index, leaf in enumerate(leaves):
            if leaf.is_continuation:
                continue
            last = index
            while last + 1 < len(leaves) and leaves[last + 1].is_continuation:
                last += 1
            yield from self._definitions(self._line_at(leaf.begin))
            match leaf.kind:
                case "code":
                    yield from self._code(leaf)
                case "table":
                    yield from self._rows(leaf)
                case "rule" | "definitions":
                    yield from self._definitions(self._line_at(leaf.end) + 1, leaf)
                case _:
                    yield self._prose(leaf, leaves[last])
        yield from self._definitions(len(self._starts))

    def _prose(self, leaf: Leaf, last: Leaf) -> Block:
        """Return a paragraph, a heading, or the beginning of a list item."""
        opened = leaf.path[len(leaf.path) - leaf.opened :]
        item = next((container for container in reversed(opened) if isinstance(container, Item)), None)
        start, end = leaf.end, leaf.end
        if leaf.offsets:
            start = leaf.offsets[0]
            end = last.offsets[-1] + len(last.content) - last.starts[-1]
        if item is not None and item.task is not None:
            start = self._text.rfind("[", leaf.begin, start)
        kind: BlockKind = "heading" if leaf.kind == "heading" else "paragraph" if item is None else "item"
        level = leaf.level if kind == "heading" else len(leaf.path)
        return self._block(kind, level, start, end, self._line_at(last.end))

    def _rows(self, leaf: Leaf) -> Iterator[Block]:
        """Yield a block for each row of a table. The line below its header belongs to the header."""
        for index, (line, offset) in enumerate(zip(leaf.lines, leaf.offsets, strict=True)):
            last_line = self._line_at(offset) + (index == 0)
            yield self._block("row", len(leaf.path), offset, offset + len(line.rstrip()), last_line)

    def _code(self, leaf: Leaf) -> Iterator[Block]:
        """Yield a block for each line of code that is not blank, and for the fences around it."""
        level = len(leaf.path)
        if leaf.fence is not None:
            line = self._line_at(leaf.begin)
            end = self._line_end(line)
            yield self._block("fence", level, end - len(leaf.info), end, line)
        for code, offset in zip(leaf.lines, leaf.offsets, strict=True):
            line = self._line_at(offset)
            if code.strip() and line >= self._next_line:
                yield self._block("code", level, offset, self._line_end(line), line)
            self._next_line = max(self._next_line, line + 1)
        last = self._line_at(leaf.end)
        if leaf.fence is not None and last >= self._next_line and not self._is_blank(last):
            yield self._block("fence", level, self._line_end(last), self._line_end(last), last)

    def _definitions(self, before: int, leaf: Leaf | None = None) -> Iterator[Block]:
        """Yield the lines before line `before` that are in no block yet: definitions of links, or those of a leaf."""
        kind: BlockKind = "rule" if leaf is not None and leaf.kind == "rule" else "definition"
        for line in range(self._next_line, before):
            if not self._is_blank(line):
                start = self._starts[line]
                indent = len(self._text[start : self._line_end(line)]) - len(self._line(line).lstrip())
                yield self._block(kind, 0, start + indent, self._line_end(line), line)
        self._next_line = max(self._next_line, before)

    def _block(self, kind: BlockKind, level: int, start: int, end: int, last_line: int) -> Block:
        """Return the block from the next line that is not blank to `last_line`."""
        first_line = self._next_line
        while first_line < last_line and self._is_blank(first_line):
            first_line += 1
        self._next_line = last_line + 1
        offset = self._starts[first_line]
        text = self._text[offset : self._line_end(last_line)]
        start, end = max(start - offset, 0), min(end - offset, len(text))
        return Block(kind, level, text, min(start, end), end, first_line, last_line, offset)

    def _line(self, line: int) -> str:
        return self._text[self._starts[line] : self._line_end(line)]

    def _is_blank(self, line: int) -> bool:
        return not self._line(line).strip()

    def _line_end(self, line: int) -> int:
        """Return the offset at which a line ends, without its line feed and white space before it."""
        start = self._starts[line]
        following = self._starts[line + 1] - 1 if line + 1 < len(self._starts) else len(self._text)
        return start + len(self._text[start:following].rstrip())

    def _line_at(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1
