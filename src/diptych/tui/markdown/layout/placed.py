"""A laid out leaf under the one before it: the gap between them, and the marks of its containers."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple, assert_never

from rich.cells import cell_len

from diptych.markdown.leaves import Container, Item, Leaf, Quote
from diptych.markdown.references import References
from diptych.tui.markdown.layout.code import Code
from diptych.tui.markdown.layout.flow import Flow
from diptych.tui.markdown.layout.grid import Grid
from diptych.tui.markdown.layout.rows import Block, Found, Marked, Row, Span
from diptych.tui.markdown.layout.rule import Rule

_QUOTE = "▌ "
_BULLETS = "•◦▪"
_LEAST_WIDTH = 12
"""Cells that stay for text, however deep its containers are nested."""


class Placed:
    """One block under the one before it."""

    def __init__(self, leaf: Leaf, before: Leaf | None, role: str, references: References, width: int) -> None:
        self.leaf = leaf
        self._kind = leaf.kind
        self._gap = int(before is not None and _is_apart(before, leaf))
        self._shared = 0 if before is None else _shared(before, leaf)
        room = self._make_room(width)
        self.block: Block
        match leaf.kind:
            case "paragraph":
                self.block = Flow(leaf, role, references.env, room)
            case "heading":
                self.block = Flow(leaf, f"{role} heading{leaf.level}", references.env, room)
            case "code":
                self.block = Code(leaf, room)
            case "table":
                self.block = Grid(leaf, role, references.env, room)
            case "rule" | "empty" | "definitions":
                self.block = Rule("─" if leaf.kind == "rule" else "", room)
            case _:
                assert_never(leaf.kind)
        self.update()

    @property
    def height(self) -> int:
        """How many rows it takes; nothing to show needs no gap."""
        height = self.block.height
        return height + self._gap if height else 0

    def shows(self, leaf: Leaf) -> bool:
        """Whether this is the block of a leaf as it is now."""
        return self.leaf is leaf and self._kind == leaf.kind

    def update(self) -> int:
        """As `Block.update`."""
        return self._gap + self.block.update()

    def row(self, index: int) -> Row:
        """As `Block.row`, behind the marks of the containers."""
        if index < self._gap:
            return [mark.later for mark in self._marks if mark.depth < self._shared]
        index -= self._gap
        return [*(mark.later if index else mark.first for mark in self._marks), *self.block.row(index)]

    def marked(self) -> Iterator[Marked]:
        """What is marked in it, the innermost first, and at last the whole with the marks of its containers."""
        yield from self.block.marked()
        yield Marked(self.leaf.begin, self.leaf.end, *self._content())

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """As `Block.find`."""
        before = self._marks_length
        for found in self.block.find(pattern, max(first - self._gap, 0), stop - self._gap):
            yield [(row + self._gap, begin + before, end + before) for row, begin, end in found]

    def _content(self) -> tuple[int, int]:
        """Where in the source the first and the last character stand that are shown of it."""
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

    def _make_room(self, width: int) -> int:
        """Choose the marks that fit, those of the innermost containers first; the cells left for text are returned."""
        self._marks: list[_Mark] = []
        path = self.leaf.path
        begun = len(path) - self.leaf.opened
        room = width
        for depth in range(len(path) - 1, -1, -1):
            mark = _mark(path, depth, begins=depth >= begun)
            room -= cell_len(mark.first.text)
            if room < _LEAST_WIDTH:
                room += cell_len(mark.first.text)
                break
            self._marks.insert(0, mark)
        return max(room, 2)


class _Mark(NamedTuple):
    """What stands before the first row of a leaf for one of its containers, and before the later ones."""

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


def _label(item: Item, around: Sequence[Container]) -> str:
    if item.task is not None:
        return "☑ " if item.task else "☐ "
    if item.number is not None:
        return f"{item.number}{item.marker} "
    bullets = sum(isinstance(each, Item) and each.number is None for each in around)
    return f"{_BULLETS[bullets % len(_BULLETS)]} "


def _shared(before: Leaf, leaf: Leaf) -> int:
    """How many containers both leaves stand in."""
    pairs = zip(before.path, leaf.path, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], pairs))


def _is_apart(before: Leaf, leaf: Leaf) -> bool:
    """Whether a row is left empty between two leaves: where the source does, and between blocks that are in no list."""
    if leaf.spaced or leaf.is_continuation:
        return leaf.spaced
    shared = _shared(before, leaf)
    if shared < min(len(before.path), len(leaf.path)):
        one, other = before.path[shared], leaf.path[shared]
        if isinstance(one, Item) and isinstance(other, Item) and one.list_id is other.list_id:
            return False
    return not (shared and isinstance(leaf.path[shared - 1], Item))
