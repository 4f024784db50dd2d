"""Places a block below the one before it: adds the gap between them and the marks of its containers."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple, assert_never

from rich.cells import cell_len

from diptych.markdown.leaves import Container, Leaf, ListItem, Quote
from diptych.markdown.references import References
from diptych.tui.markdown.layout.code_block import CodeBlock
from diptych.tui.markdown.layout.rows import Found, LaidOutBlock, Marked, Row, Span
from diptych.tui.markdown.layout.rule_block import RuleBlock
from diptych.tui.markdown.layout.table_block import TableBlock
from diptych.tui.markdown.layout.text_block import TextBlock

_QUOTE = "▌ "
_BULLETS = "•◦▪"
_MIN_WIDTH = 12
"""The width that is left for the text, however deep its containers are nested."""


class PlacedBlock:
    """A leaf's block with the gap above it and the marks of its containers."""

    def __init__(self, leaf: Leaf, before: Leaf | None, role: str, references: References, width: int) -> None:
        self.leaf = leaf
        self._kind = leaf.kind
        self._gap = int(before is not None and _is_apart(before, leaf))
        self._shared = 0 if before is None else _count_shared(before, leaf)
        room = self._choose_marks(width)
        self.block: LaidOutBlock
        match leaf.kind:
            case "paragraph":
                self.block = TextBlock(leaf, role, references.env, room)
            case "heading":
                self.block = TextBlock(leaf, f"{role} heading{leaf.level}", references.env, room)
            case "code":
                self.block = CodeBlock(leaf, room)
            case "table":
                self.block = TableBlock(leaf, role, references.env, room)
            case "rule" | "empty" | "definitions":
                self.block = RuleBlock("─" if leaf.kind == "rule" else "", room)
            case _:
                assert_never(leaf.kind)
        self.update()

    @property
    def height(self) -> int:
        """The number of rows. A block without rows has no gap."""
        height = self.block.height
        return height + self._gap if height else 0

    def shows(self, leaf: Leaf) -> bool:
        """Whether this was made for the leaf, and for its present kind."""
        return self.leaf is leaf and self._kind == leaf.kind

    def update(self) -> int:
        """See `Block.update`."""
        return self._gap + self.block.update()

    def row(self, index: int) -> Row:
        """Return the row at an index, after the marks of the containers."""
        if index < self._gap:
            return [mark.later for mark in self._marks if mark.depth < self._shared]
        index -= self._gap
        return [*(mark.later if index else mark.first for mark in self._marks), *self.block.row(index)]

    def marked(self) -> Iterator[Marked]:
        """Yield the constructs of the block, the innermost first, and last the whole leaf with its marks."""
        yield from self.block.marked()
        yield Marked(self.leaf.begin, self.leaf.end, *self._content())

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """See `Block.find`."""
        before = self._marks_length
        for found in self.block.find(pattern, max(first - self._gap, 0), stop - self._gap):
            yield [(row + self._gap, begin + before, end + before) for row, begin, end in found]

    def _content(self) -> tuple[int, int]:
        """Return the offsets in the source at which the shown text of the leaf begins and ends."""
        leaf = self.leaf
        for index in range(self.block.height):
            first = next((span.origin for span in self.block.row(index) if span.origin >= 0), None)
            if first is not None:
                break
        else:
            return leaf.begin, leaf.end
        for index in range(self.block.height - 1, -1, -1):
            last = next((span for span in reversed(self.block.row(index)) if span.origin >= 0), None)
            if last is not None:
                return first, last.origin + len(last.text)
        return first, leaf.end

    @property
    def _marks_length(self) -> int:
        return sum(len(mark.first.text) for mark in self._marks)

    def _choose_marks(self, width: int) -> int:
        """Choose the marks that fit, those of the innermost containers first. Return the width left for the text."""
        self._marks: list[_Mark] = []
        path = self.leaf.path
        begun = len(path) - self.leaf.opened
        room = width
        for depth in range(len(path) - 1, -1, -1):
            mark = _mark(path, depth, begins=depth >= begun)
            room -= cell_len(mark.first.text)
            if room < _MIN_WIDTH:
                room += cell_len(mark.first.text)
                break
            self._marks.insert(0, mark)
        return max(room, 2)


class _Mark(NamedTuple):
    """The mark of one container of a leaf, before its first row and before its later rows."""

    depth: int
    first: Span
    later: Span


def _mark(path: Sequence[Container], depth: int, *, begins: bool) -> _Mark:
    container = path[depth]
    if isinstance(container, Quote):
        bar = Span(_QUOTE, "quote")
        return _Mark(depth, bar, bar)
    label = _label(container, path[:depth])
    blank = Span(" " * cell_len(label), "mark")
    return _Mark(depth, Span(label, "mark") if begins else blank, blank)


def _label(item: ListItem, around: Sequence[Container]) -> str:
    if item.task is not None:
        return "☑ " if item.task else "☐ "
    if item.number is not None:
        return f"{item.number}{item.marker} "
    bullets = sum(isinstance(each, ListItem) and each.number is None for each in around)
    return f"{_BULLETS[bullets % len(_BULLETS)]} "


def _count_shared(before: Leaf, leaf: Leaf) -> int:
    """Return how many containers both leaves are in."""
    pairs = zip(before.path, leaf.path, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], pairs))


def _is_apart(before: Leaf, leaf: Leaf) -> bool:
    """Whether a row stays empty between two leaves: after a blank line in the source, and outside of lists."""
    if leaf.spaced or leaf.is_continuation:
        return leaf.spaced
    shared = _count_shared(before, leaf)
    if shared < min(len(before.path), len(leaf.path)):
        one, other = before.path[shared], leaf.path[shared]
        if isinstance(one, ListItem) and isinstance(other, ListItem) and one.list_id is other.list_id:
            return False
    return not (shared and isinstance(leaf.path[shared - 1], ListItem))
