"""Two compared answers as rows: side by side where there is room, one below the other where there is not.

Rows are laid out in portions, since answers may be long. Stretches of equal blocks are folded to one row; what was laid
out of a block is kept for the next layout of the same width.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from diptych.core.wording.counted import counted
from diptych.differences.compared_answers import Pair
from diptych.differences.equal_stretches import fold_equal
from diptych.differences.runs import PartDifferences
from diptych.report.differences_text import likeness_text
from diptych.tui.differences.row_parts import MARGIN
from diptych.tui.markdown.layout.rows import Row, Span
from diptych.tui.wrapping import TAB, wrap

BESIDE = 99
"""Cells from which on both answers stand side by side: what the scrollbar leaves of a screen of 100 columns."""

_BETWEEN = " │ "
_SIGN = 2
"""Cells for the sign before a text and the space behind it."""

Column = Sequence[Row]
"""A block's rows in one column, each with its sign, not filled up to the width."""


@dataclass(frozen=True, slots=True)
class PairStretch:
    """Pairs that follow each other, from `first` to before `stop`: a change, or equal blocks, which may be folded.

    `title` is what stands above the first stretch of a part; "" for the others.
    """

    first: int
    stop: int
    is_change: bool = False
    folds: bool = False
    title: str = ""


class AnswerRows:
    """The rows of compared answers at one width, as far as they are laid out.

    `opened` are the stretches of equal blocks that are shown, by the index of their first pair. `changes` has the first
    row of every change that is laid out, and the row after it; `folds` the rows that fold and unfold, with their
    stretches; `pair_rows` the row of each pair.
    """

    def __init__(
        self,
        parts: Sequence[PartDifferences],
        width: int,
        opened: frozenset[int] = frozenset(),
        columns: dict[int, tuple[Column, Column]] | None = None,
    ) -> None:
        self.parts = parts
        self.width = width
        self.opened = opened
        self.rows: list[Row] = []
        self.changes: list[tuple[int, int]] = []
        self.folds: dict[int, PairStretch] = {}
        self.pair_rows: list[int] = []
        self._pairs = [pair for part in parts for pair in part.differences.pairs]
        self.stretches = list(_stretches(parts))
        self._columns = {} if columns is None else columns  # of the pairs that any layout of this width has shown
        self._work = self._lay_out_all()
        self._is_whole = False

    @property
    def is_behind(self) -> bool:
        """Whether some rows are not laid out yet."""
        return not self._is_whole

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
        return AnswerRows(self.parts, self.width, opened, self._columns)

    def pair_at(self, row: int) -> int:
        """Return the pair that a row shows."""
        return max(bisect_right(self.pair_rows, row) - 1, 0)

    def _lay_out_all(self) -> Iterator[None]:
        """Lay out everything; what is yielded are the moments at which to pause."""
        for stretch in self.stretches:
            if stretch.title:
                self.rows += [(), self._title_row(stretch.title), ()][0 if self.rows else 1 :]
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
        self._is_whole = True

    def _title_row(self, title: str) -> Row:
        parts = title.split(" · ")
        while len(" · ".join(parts)) > self.width - 2 * MARGIN and len(parts) > 2:
            parts.pop()
        return (Span(" · ".join(parts), "title"),)

    def _space_before(self, index: int) -> None:
        """Add an empty row before a pair if there are empty lines before it in either answer."""
        if self.rows and self.rows[-1] and not _follows_directly(self._pairs[index - 1], self._pairs[index]):
            self.rows.append(self._join((), ()) if self.is_beside else ())

    def _pair_rows(self, index: int) -> Iterator[Row]:
        pair = self._pairs[index]
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

    def _fold_row(self, stretch: PairStretch, *, is_folded: bool) -> Row:
        count = counted(stretch.stop - stretch.first, "equal block")
        return (Span(f"{'▸' if is_folded else '▾'} {count}{' …' if is_folded else ''}", "fold"),)


def _stretches(parts: Sequence[PartDifferences]) -> Iterator[PairStretch]:
    """Yield the pairs of all parts in stretches: changes without an empty line inside, and equal blocks."""
    before = 0
    for part in parts:
        pairs = part.differences.pairs
        title = f"{part.part} · {likeness_text(part.differences.likeness)}"
        for fold in fold_equal(pairs):
            if fold.is_folded:
                yield PairStretch(before + fold.start, before + fold.start + len(fold.pairs), folds=True, title=title)
                title = ""
                continue
            first = 0
            while first < len(fold.pairs):
                stop = _stop(fold.pairs, first)
                is_change = fold.pairs[first].kind != "equal"
                start = before + fold.start
                yield PairStretch(start + first, start + stop, is_change=is_change, title=title)
                first, title = stop, ""
        if title:
            yield PairStretch(before, before, title=title)
        before += len(pairs)


def _stop(pairs: Sequence[Pair], first: int) -> int:
    """Return where the stretch ends that begins at a pair: of one kind, and a change has no empty line inside."""
    is_change = pairs[first].kind != "equal"
    stop = first + 1
    while (
        stop < len(pairs)
        and (pairs[stop].kind != "equal") == is_change
        and (not is_change or _follows_directly(pairs[stop - 1], pairs[stop]))
    ):
        stop += 1
    return stop


def _follows_directly(before: Pair, pair: Pair) -> bool:
    """Whether there is no empty line between two pairs in either answer."""
    for one, other in ((before.left, pair.left), (before.right, pair.right)):
        if one is not None and other is not None:
            return other.first_line == one.last_line + 1
    return before.kind == pair.kind


def _column(pair: Pair, side: str, width: int) -> Column:
    """Return the rows of one block of a pair."""
    is_left = side == "left"
    block = pair.left if is_left else pair.right
    if block is None:
        return ()
    changed = "removed" if is_left else "added"
    pieces: list[tuple[str, str]] = []
    if block.path:
        pieces.append((f"{block.path}: ", "path"))
    for piece in pair.pieces:
        text = (piece.left if is_left else piece.right).replace("\t", " " * TAB)
        if text:
            role = "text" if piece.kind != "changed" else "moved" if pair.moved is not None else changed
            if role == changed and pair.kind != "changed":
                role = f"{changed}-block"
            pieces.append((text, role))
    sign = " "
    if pair.moved is not None:
        sign, changed = "<" if is_left else ">", "moved"
    elif any(role.startswith(changed) for _, role in pieces):
        sign = "-" if is_left else "+"
    return [(Span(f"{sign} ", f"{changed}-sign"), *spans) for spans in _wrapped(pieces, width - _SIGN)]


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
