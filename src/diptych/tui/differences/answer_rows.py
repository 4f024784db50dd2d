"""Two compared answers as rows: side by side where there is room, one below the other where there is not.

Rows are laid out in portions, since answers may be long. Stretches of equal blocks are folded to one row; what was laid
out of a block is kept for the next layout of the same width.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from diptych.core.text.sanitize import clean
from diptych.core.wording.counted import counted
from diptych.differences.answers import AnswerDifferences, Pair
from diptych.differences.blocks import Block
from diptych.tui.differences.columns import MARGIN
from diptych.tui.markdown.layout.rows import Row, Span
from diptych.tui.wrapping import TAB, wrap

BESIDE = 100
"""Cells from which on both answers stand side by side."""

_FEWEST_FOLDED = 2
"""Equal blocks that are folded, at least."""
_CONTEXT = 1
"""Equal blocks that are shown before and after a change."""

_BETWEEN = " │ "
_SIGN = 2
"""Cells for the sign before a text and the space behind it."""

Column = Sequence[Row]
"""A block's rows in one column, each with its sign, not filled up to the width."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pairs that follow each other, from `first` to before `stop`: a change, or equal blocks that can be folded."""

    first: int
    stop: int
    is_change: bool
    folds: bool = False


class AnswerRows:
    """The rows of compared answers at one width, as far as they are laid out.

    `opened` are the stretches of equal blocks that are shown, by the index of their first pair. `changes` has the first
    row of every change that is laid out, and the row after it; `folds` the rows that fold and unfold, with their
    stretches; `pair_rows` the row of each pair.
    """

    def __init__(
        self,
        compared: AnswerDifferences,
        width: int,
        opened: frozenset[int] = frozenset(),
        columns: dict[int, tuple[Column, Column]] | None = None,
    ) -> None:
        self.compared = compared
        self.width = width
        self.opened = opened
        self.rows: list[Row] = []
        self.changes: list[tuple[int, int]] = []
        self.folds: dict[int, Stretch] = {}
        self.pair_rows: list[int] = []
        self.stretches = list(_stretches(compared.pairs))
        self._columns = {} if columns is None else columns  # of the pairs that any layout of this width has shown
        self._work = self._lay_out_all()

    @property
    def is_behind(self) -> bool:
        """Whether some pairs are not laid out yet."""
        return len(self.pair_rows) < len(self.compared.pairs)

    @property
    def is_beside(self) -> bool:
        """Whether both answers stand side by side."""
        return self.width >= BESIDE

    def read_on(self, may_go_on: Callable[[], bool]) -> None:
        """Lay out more pairs, one at least, for as long as that may go on."""
        for _ in self._work:
            if not may_go_on():
                return

    def with_opened(self, opened: frozenset[int]) -> "AnswerRows":
        """Return another layout in which these stretches are open; nothing of it is laid out yet."""
        return AnswerRows(self.compared, self.width, opened, self._columns)

    def pair_at(self, row: int) -> int:
        """Return the pair that a row shows."""
        return max(bisect_right(self.pair_rows, row) - 1, 0)

    def _lay_out_all(self) -> Iterator[None]:
        """Lay out everything; what is yielded are the moments at which to pause."""
        for stretch in self.stretches:
            if stretch.folds:
                self._space_before(stretch.first)
                is_folded = stretch.first not in self.opened
                self.folds[len(self.rows)] = stretch
                self.rows.append(self._fold_row(stretch, is_folded=is_folded))
                if is_folded:
                    self.pair_rows += [len(self.rows) - 1] * (stretch.stop - stretch.first)
                    continue
            first_row = len(self.rows)
            for index in range(stretch.first, stretch.stop):
                if index > stretch.first or not stretch.folds:
                    self._space_before(index)
                if index == stretch.first:
                    first_row = len(self.rows)
                self.pair_rows.append(len(self.rows))
                self.rows += self._pair_rows(index)
                yield
            if stretch.is_change:
                self.changes.append((first_row, len(self.rows)))

    def _space_before(self, index: int) -> None:
        """Add an empty row before a pair if there are empty lines before it in either answer."""
        if index and not _follows_directly(self.compared.pairs[index - 1], self.compared.pairs[index]):
            self.rows.append(self._join((), ()) if self.is_beside else ())

    def _pair_rows(self, index: int) -> Iterator[Row]:
        pair = self.compared.pairs[index]
        columns = self._columns.get(index)
        if columns is None:
            columns = self._columns[index] = (
                _column(pair, "left", self._column_width),
                _column(pair, "right", self._column_width),
            )
        left, right = columns
        if not self.is_beside:
            yield from left
            if pair.kind != "equal":
                yield from right
            return
        for number in range(max(len(left), len(right))):
            yield self._join(left[number] if number < len(left) else (), right[number] if number < len(right) else ())

    @property
    def _column_width(self) -> int:
        """The cells of a column, with the sign."""
        room = self.width - 2 * MARGIN
        return (room - len(_BETWEEN)) // 2 if self.is_beside else room

    def _join(self, left: Row, right: Row) -> Row:
        room = self._column_width - sum(cell_len(span.text) for span in left)
        return (*left, Span(" " * max(room, 0), "text"), Span(_BETWEEN, "frame"), *right)

    def _fold_row(self, stretch: Stretch, *, is_folded: bool) -> Row:
        pairs = self.compared.pairs[stretch.first : stretch.stop]
        lines = sum(_lines(pair.left) for pair in pairs)
        sign = "▸" if is_folded else "▾"
        return (Span(f"{sign} {counted(lines, 'equal line')}{' …' if is_folded else ''}", "fold"),)


def _stretches(pairs: Sequence[Pair]) -> Iterator[Stretch]:
    """Yield all pairs in stretches: changes without an empty line inside, and equal blocks between changes."""
    first = 0
    while first < len(pairs):
        is_change = pairs[first].kind != "equal"
        stop = first + 1
        while (
            stop < len(pairs)
            and (pairs[stop].kind != "equal") == is_change
            and (not is_change or _follows_directly(pairs[stop - 1], pairs[stop]))
        ):
            stop += 1
        if is_change:
            yield Stretch(first, stop, is_change=True)
        else:
            yield from _equal_stretches(first, stop, len(pairs))
        first = stop


def _equal_stretches(first: int, stop: int, count: int) -> Iterator[Stretch]:
    """Yield equal pairs: those beside a change as they are, and the others between them to be folded."""
    begin = first + (_CONTEXT if first else 0)
    end = stop - (_CONTEXT if stop < count else 0)
    if end - begin < _FEWEST_FOLDED:
        yield Stretch(first, stop, is_change=False)
        return
    if begin > first:
        yield Stretch(first, begin, is_change=False)
    yield Stretch(begin, end, is_change=False, folds=True)
    if stop > end:
        yield Stretch(end, stop, is_change=False)


def _follows_directly(before: Pair, pair: Pair) -> bool:
    """Whether there is no empty line between two pairs in either answer."""
    for one, other in ((before.left, pair.left), (before.right, pair.right)):
        if one is not None and other is not None:
            return other.first_line == one.last_line + 1
    return before.kind == pair.kind


def _lines(block: Block | None) -> int:
    return 0 if block is None else block.last_line - block.first_line + 1


def _column(pair: Pair, side: str, width: int) -> Column:
    """Return the rows of one block of a pair."""
    block = pair.left if side == "left" else pair.right
    if block is None:
        return ()
    is_left = side == "left"
    changed = "removed" if is_left else "added"
    pieces: list[tuple[str, str]] = []
    for piece in pair.pieces:
        text = clean(piece.left if is_left else piece.right).replace("\t", " " * TAB)
        if text:
            pieces.append((text, changed if piece.kind == "changed" else "text"))
    has_change = any(role == changed for _, role in pieces)
    sign = Span(f"{'-' if is_left else '+'} " if has_change else " " * _SIGN, f"{changed}-sign")
    return [(sign, *spans) for spans in _wrapped(pieces, width - _SIGN)]


def _wrapped(pieces: Sequence[tuple[str, str]], width: int) -> Iterator[list[Span]]:
    """Yield the rows of a text that consists of pieces with roles."""
    text = "".join(piece for piece, _ in pieces)
    ends: list[int] = []
    for piece, _ in pieces:
        ends.append(len(piece) + (ends[-1] if ends else 0))
    start = 0
    for line in text.split("\n"):
        for row in wrap(line, max(width, 2)):
            spans: list[Span] = []
            at, stop = start, start + len(row.rstrip())
            while at < stop:
                number = bisect_right(ends, at)
                end = min(ends[number], stop)
                spans.append(Span(text[at:end], pieces[number][1]))
                at = end
            yield spans
            start += len(row)
        start += 1
