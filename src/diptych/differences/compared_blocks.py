"""Divides a Markdown answer into the blocks that are compared, each with its lines in the source."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from diptych.differences.source_lines import SourceLines
from diptych.markdown.leaves import Leaf, ListItem
from diptych.markdown.reader import read_markdown

BlockKind = Literal["paragraph", "heading", "item", "row", "fence", "code", "rule", "definition", "json"]
"""What a block is. A `row` is one of a table, and `code` is one line of code, which a `fence` begins or ends. A
`definition` defines where a link leads. `json` is one value of an answer that is JSON."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of an answer: its source, the lines that this takes, counted from 0, and the offset at which it begins.

    What is compared of `text` is from `start` to `end`. Around it are only markers, which `kind` and `level` tell as
    well. The level is that of a heading; for other blocks, it is how many lists and quotes the block is in. A value in
    JSON has a path, such as `items[2].name`: neither that nor the name of its member is in the text.
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
        self._lines = SourceLines(text)
        self._next_line = 0  # the first line that is in no block yet

    def read(self) -> Iterator[Block]:
        """Yield the blocks in order."""
        leaves, _ = read_markdown(self._text)
        for index, leaf in enumerate(leaves):
            if leaf.is_continuation:
                continue
            last = index
            while last + 1 < len(leaves) and leaves[last + 1].is_continuation:
                last += 1
            yield from self._single_lines("definition", self._lines.at(leaf.begin))
            match leaf.kind:
                case "code":
                    yield from self._code(leaf)
                case "table":
                    yield from self._rows(leaf)
                case "rule":
                    yield from self._single_lines("rule", self._lines.at(leaf.end) + 1)
                case "definitions":
                    yield from self._single_lines("definition", self._lines.at(leaf.end) + 1)
                case _:
                    yield self._prose(leaf, leaves[last])
        yield from self._single_lines("definition", len(self._lines))

    def _prose(self, leaf: Leaf, last: Leaf) -> Block:
        """Return a paragraph, a heading, or the beginning of a list item. It ends with the leaf `last`."""
        opened = leaf.path[len(leaf.path) - leaf.opened :]
        item = next((container for container in reversed(opened) if isinstance(container, ListItem)), None)
        start = end = leaf.end
        if leaf.offsets:
            start = leaf.offsets[0]
            end = last.offsets[-1] + len(last.content) - last.starts[-1]
        if item is not None and item.task is not None:
            start = self._text.rfind("[", leaf.begin, start)  # whether a task is done is compared
        kind: BlockKind = "heading" if leaf.kind == "heading" else "paragraph" if item is None else "item"
        level = leaf.level if kind == "heading" else len(leaf.path)
        return self._block(kind, level, start, end, self._lines.at(last.end))

    def _rows(self, leaf: Leaf) -> Iterator[Block]:
        """Yield a block for each row of a table. The line below its header belongs to the header."""
        for index, (line, offset) in enumerate(zip(leaf.lines, leaf.offsets, strict=True)):
            last_line = self._lines.at(offset) + (index == 0)
            yield self._block("row", len(leaf.path), offset, offset + len(line.rstrip()), last_line)

    def _code(self, leaf: Leaf) -> Iterator[Block]:
        """Yield a block for each line of code that is not blank, and for the fences around it."""
        level = len(leaf.path)
        if leaf.fence is not None:
            line = self._lines.at(leaf.begin)
            end = self._lines.end(line)
            yield self._block("fence", level, end - len(leaf.info), end, line)
        for code, offset in zip(leaf.lines, leaf.offsets, strict=True):
            line = self._lines.at(offset + len(code))  # a tab that is partly indent counts as spaces before the line
            if code.strip():
                yield self._block("code", level, max(offset, self._lines.start(line)), self._lines.end(line), line)
            self._next_line = line + 1
        last = self._lines.at(leaf.end)
        if leaf.fence is not None and last >= self._next_line:
            end = self._lines.end(last)
            yield self._block("fence", level, end, end, last)

    def _single_lines(self, kind: BlockKind, before: int) -> Iterator[Block]:
        """Yield each line before the line `before` that is in no block yet and not blank."""
        for line in range(self._next_line, before):
            if not self._lines.is_blank(line):
                yield self._block(kind, 0, self._lines.start(line), self._lines.end(line), line)
        self._next_line = max(self._next_line, before)

    def _block(self, kind: BlockKind, level: int, start: int, end: int, last_line: int) -> Block:
        """Return the block from the next line that is not blank to `last_line`, compared from `start` to `end`."""
        first_line = self._next_line
        while first_line < last_line and self._lines.is_blank(first_line):
            first_line += 1
        self._next_line = last_line + 1
        offset = self._lines.start(first_line)
        text = self._text[offset : self._lines.end(last_line)]
        end = min(end - offset, len(text))
        return Block(kind, level, text, min(start - offset, end), end, first_line, last_line, offset)
