"""Compares two answers: aligned blocks, the words that differ within them, and how alike the answers are."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from diptych.differences.alignment import align
from diptych.differences.blocks import Block, markdown_blocks
from diptych.differences.pieces import Piece, Span, joined, pieces_between
from diptych.differences.sequences import Pause, common_stretches
from diptych.differences.words import Tokens, Vocabulary

PairKind = Literal["equal", "changed", "left", "right"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two blocks that belong together, or a block that only one answer has: then the other one is None.

    The pieces are of the blocks' texts. `moved` is the index of the pair in which the same block stands in the other
    answer, None if it does not.
    """

    kind: PairKind
    left: Block | None
    right: Block | None
    pieces: tuple[Piece, ...]
    moved: int | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How many words both answers have in the same places, and how many only one of them has (docs/figures.md)."""

    kept: int
    removed: int
    added: int

    @property
    def share(self) -> float | None:
        """Twice the kept words by the words of both answers, from 0 to 1. None if neither has words."""
        both = 2 * self.kept + self.removed + self.added
        return 2 * self.kept / both if both else None


@dataclass(frozen=True, slots=True)
class AnswerDifferences:
    """Two answers side by side: all their blocks in order, and how alike they are."""

    pairs: tuple[Pair, ...]
    likeness: Likeness

    @property
    def is_equal(self) -> bool:
        """Whether the answers read the same."""
        return all(pair.kind == "equal" for pair in self.pairs)


def compare_answers(left: str, right: str, pause: Pause = lambda: None) -> AnswerDifferences:
    """Compare two texts, whose lines end in line feeds.

    It takes some 100 ms for texts of 100 KB, so a screen calls it in a thread. `pause` is called between portions of
    work, and may raise to stop it.
    """
    comparison = _Comparison(pause)
    return comparison.compare(markdown_blocks(left), markdown_blocks(right))


@dataclass(frozen=True, slots=True)
class _Compared:
    """A block with its tokens."""

    block: Block
    tokens: Tokens
    ids: Sequence[int]
    """The numbers of its tokens. A block without tokens, such as the end of a code block, has that of its kind."""

    @property
    def key(self) -> Hashable:
        block = self.block
        if block.kind == "code":
            return block.kind, block.level, block.compared
        return block.kind, block.level, tuple(self.ids)

    @property
    def span(self) -> Span:
        return Span(self.block.text, self.block.start, self.block.end, self.tokens)


class _Comparison:
    """One comparison of two answers."""

    def __init__(self, pause: Pause) -> None:
        self._pause = pause
        self._vocabulary = Vocabulary()
        self._kept = 0

    def compare(self, left: Sequence[Block], right: Sequence[Block]) -> AnswerDifferences:
        """Align the blocks and compare the pairs."""
        lefts, rights = list(map(self._compared, left)), list(map(self._compared, right))
        places = align(lefts, rights, self._vocabulary, self._pause)
        pairs = [
            self._pair(None if left is None else lefts[left], None if right is None else rights[right])
            for left, right in places
        ]
        return AnswerDifferences(tuple(pairs), self._likeness(lefts, rights))

    def _compared(self, block: Block) -> _Compared:
        tokens = self._vocabulary.tokens(block.text, block.start, block.end)
        return _Compared(block, tokens, tokens.ids or [self._vocabulary.sign(block.kind)])

    def _likeness(self, left: Sequence[_Compared], right: Sequence[_Compared]) -> Likeness:
        count = self._vocabulary.count_words
        of_left, of_right = sum(count(each.ids) for each in left), sum(count(each.ids) for each in right)
        return Likeness(self._kept, of_left - self._kept, of_right - self._kept)

    def _pair(self, left: _Compared | None, right: _Compared | None) -> Pair:
        if left is None or right is None:
            return _alone(left.block if left else None, right.block if right else None)
        pieces = joined(self._pieces(left, right))
        is_equal = all(piece.kind != "changed" for piece in pieces)
        return Pair("equal" if is_equal else "changed", left.block, right.block, pieces)

    def _pieces(self, left: _Compared, right: _Compared) -> Iterator[Piece]:
        """Yield the pieces of two blocks that belong together, and count the words that they have in common."""
        if left.block.text == right.block.text and left.block.kind == right.block.kind:
            self._kept += self._vocabulary.count_words(left.ids)
            yield Piece("equal", left.block.text, right.block.text)
            return
        ids = left.tokens.ids
        common = list(common_stretches(ids, right.tokens.ids, self._pause))
        for stretch in common:
            self._kept += self._vocabulary.count_words(ids[stretch.left : stretch.left + stretch.length])
        is_same_kind = (left.block.kind, left.block.level) == (right.block.kind, right.block.level)
        one, other = left.block, right.block
        yield self._marker(one.text[: one.start], other.text[: other.start], is_same_kind)
        yield from pieces_between(left.span, right.span, common, spaces_count=one.kind == other.kind == "code")
        yield self._marker(one.text[one.end :], other.text[other.end :], is_same_kind)

    def _marker(self, left: str, right: str, is_same_kind: bool) -> Piece:
        return Piece("equal" if left == right else "alike" if is_same_kind else "changed", left, right)


def _alone(left: Block | None, right: Block | None) -> Pair:
    """Return a block that only one answer has."""
    pieces = joined([Piece("changed", left.text if left else "", right.text if right else "")])
    return Pair("left" if left else "right", left, right, pieces)
