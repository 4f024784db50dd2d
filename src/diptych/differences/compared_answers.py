"""Compares two answers: aligned blocks, the words that differ within them, and how alike the answers are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from diptych.core.gc_policy import no_collections
from diptych.differences.alignment import Alignable, align, are_similar
from diptych.differences.compared_blocks import Block, BlockKind, markdown_blocks
from diptych.differences.json_alignment import JsonAlignment
from diptych.differences.json_nodes import JsonSource, read_json
from diptych.differences.pieces import ComparedText, PairPiece, joined, pieces_between
from diptych.differences.sequences import CommonStretch, Pause, common_stretches
from diptych.differences.words import Tokens, Vocabulary

PairKind = Literal["equal", "changed", "left", "right"]

_PROSE: tuple[BlockKind, ...] = ("paragraph", "item")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two blocks that belong together, or a block that only one answer has: then the other one is None.

    The pieces are of the blocks' texts. `moved` is the index of the pair in which the same block stands in the other
    answer, None if it does not.
    """

    kind: PairKind
    left: Block | None
    right: Block | None
    pieces: tuple[PairPiece, ...]
    moved: int | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """How many words both answers have in the same places, and how many only one of them has.

    docs/explanation/figures.md explains these counts to users.
    """

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

    Texts of 100 KB take about 100 ms, so a screen calls it in a thread. `pause` is called between portions of
    work, and may raise to stop it.
    """
    with no_collections():  # many small objects are made, all of which are kept
        comparison = _Comparison(pause)
        left_json, right_json = read_json(left), read_json(right)
        if left_json and right_json:
            return comparison.compare_json(left_json, right_json)
        left_blocks = markdown_blocks(left)
        return comparison.compare_blocks(left_blocks, left_blocks if left == right else markdown_blocks(right))


@dataclass(frozen=True, slots=True)
class _Compared:
    """A block with its tokens, and what stands for it in the alignment."""

    block: Block
    tokens: Tokens
    aligned: Alignable

    @property
    def span(self) -> ComparedText:
        return ComparedText(self.block.text, self.block.start, self.block.end, self.tokens)


class _Comparison:
    """One comparison of two answers."""

    def __init__(self, pause: Pause) -> None:
        self._pause = pause
        self._vocabulary = Vocabulary()
        self._tokens: dict[tuple[str, int, int], Tokens] = {}
        self._kept = 0

    def compare_blocks(self, left: Sequence[Block], right: Sequence[Block]) -> AnswerDifferences:
        """Align the blocks of two Markdown texts, and compare those that belong together."""
        lefts, rights = list(map(self._compared, left)), list(map(self._compared, right))
        alignment = align([each.aligned for each in lefts], [each.aligned for each in rights], self._pause)
        pairs = [
            self._pair(lefts[one], rights[other])
            if one is not None and other is not None
            else _alone(None if one is None else left[one], None if other is None else right[other])
            for one, other in alignment.places
        ]
        from_places = {place.left: index for index, place in enumerate(alignment.places)}
        to_places = {place.right: index for index, place in enumerate(alignment.places)}
        for one, other in alignment.moves.items():
            from_place, to_place = from_places[one], to_places[other]
            pairs[from_place] = replace(pairs[from_place], moved=to_place)
            pairs[to_place] = replace(pairs[to_place], moved=from_place)
            self._kept += len(lefts[one].tokens.words)
        of_left, of_right = (sum(len(each.tokens.words) for each in side) for side in (lefts, rights))
        return AnswerDifferences(tuple(pairs), self._likeness(of_left, of_right))

    def compare_json(self, left: JsonSource, right: JsonSource) -> AnswerDifferences:
        """Align the values of two JSON texts, and compare those that belong together."""
        pairs = []
        of_left = of_right = 0
        for pair in JsonAlignment(left, right, self._vocabulary, self._pause).pairs():
            of_left += pair.left_words
            of_right += pair.right_words
            if pair.left is None or pair.right is None:
                pairs.append(_alone(pair.left, pair.right))
            elif pair.is_equal:
                self._kept += pair.left_words
                pairs.append(Pair("equal", pair.left, pair.right, (_whole_piece(pair.left, pair.right),)))
            else:
                pairs.append(self._pair(self._compared(pair.left), self._compared(pair.right)))
        return AnswerDifferences(tuple(pairs), self._likeness(of_left, of_right))

    def _compared(self, block: Block) -> _Compared:
        text = block.text, block.start, block.end
        tokens = self._tokens.get(text)
        if tokens is None:  # many lines of code come several times, and most lines are in both answers
            tokens = self._tokens[text] = self._vocabulary.tokens(*text)
        ids = tokens.ids or [self._vocabulary.sign(block.kind)]  # the end of a code block has no text that is compared
        rank = block.kind, block.level
        key = (rank, block.compared) if block.kind == "code" else (rank, *ids)
        return _Compared(block, tokens, Alignable(key, rank, ids, tokens.words))

    def _likeness(self, of_left: int, of_right: int) -> Likeness:
        """Return how alike texts with these numbers of words are."""
        return Likeness(self._kept, of_left - self._kept, of_right - self._kept)

    def _pair(self, left: _Compared, right: _Compared) -> Pair:
        """Return two blocks that belong together as a pair, and count the words that they have in common."""
        one, other = left.block, right.block
        is_same_rank = left.aligned.rank == right.aligned.rank
        if one.text == other.text and is_same_rank:
            self._kept += len(left.tokens.words)
            return Pair("equal", one, other, (_whole_piece(one, other),))
        pieces = joined(
            (
                _marker(one.text[: one.start], other.text[: other.start], is_same_rank),
                *pieces_between(
                    left.span,
                    right.span,
                    self._common(left, right),
                    spaces_count=one.kind == other.kind == "code",
                ),
                _marker(one.text[one.end :], other.text[other.end :], is_same_rank),
            )
        )
        is_equal = is_same_rank and all(piece.kind != "changed" for piece in pieces)
        return Pair("equal" if is_equal else "changed", one, other, pieces)

    def _common(self, left: _Compared, right: _Compared) -> Sequence[CommonStretch]:
        """Return what two blocks have in common: nothing, if these are only words that all prose has in common."""
        if left.block.kind in _PROSE and not are_similar(left.aligned, right.aligned, self._pause):
            return []
        ids = left.tokens.ids
        stretches = list(common_stretches(ids, right.tokens.ids, self._pause))
        for stretch in stretches:
            self._kept += len(self._vocabulary.words(ids[stretch.left : stretch.left + stretch.length]))
        return stretches


def _marker(left: str, right: str, is_same_rank: bool) -> PairPiece:
    """Return what stands around two blocks as a piece."""
    return PairPiece("equal" if left == right else "alike" if is_same_rank else "changed", left, right)


def _whole_piece(left: Block, right: Block) -> PairPiece:
    """Return two equal blocks as one piece."""
    return PairPiece("equal" if left.text == right.text else "alike", left.text, right.text)


def _alone(left: Block | None, right: Block | None) -> Pair:
    """Return a block that only one answer has."""
    pieces = joined([PairPiece("changed", left.text if left else "", right.text if right else "")])
    return Pair("left" if left else "right", left, right, pieces)
