"""Finds the words that differ within two blocks that belong together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from diptych.differences.sequences import CommonStretch
from diptych.differences.words import Tokens

PieceKind = Literal["equal", "alike", "changed"]


@dataclass(frozen=True, slots=True)
class PairPiece:
    """A piece of two texts. All left pieces together are the left text, and all right pieces the right text.

    A piece is `alike` where the texts differ only in what is not compared: white space outside of code, markers, and
    different characters for the same letter. In a `changed` piece, one of the texts may be empty.
    """

    kind: PieceKind
    left: str
    right: str


def joined(pieces: Iterable[PairPiece]) -> tuple[PairPiece, ...]:
    """Return the pieces without empty ones, and with neighbours of the same kind as one piece."""
    kept: list[PairPiece] = []
    for piece in pieces:
        if kept and kept[-1].kind == piece.kind:
            last = kept.pop()
            kept.append(PairPiece(piece.kind, last.left + piece.left, last.right + piece.right))
        elif piece.left or piece.right:
            kept.append(piece)
    if any(piece.kind != "equal" and piece.left == piece.right for piece in kept):
        # What one piece took away, the next one brought back.
        return joined(replace(piece, kind="equal") if piece.left == piece.right else piece for piece in kept)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class ComparedText:
    """A text of which the part from `start` to `end` is compared, with the tokens of that part."""

    text: str
    start: int
    end: int
    tokens: Tokens


def pieces_between(
    left: ComparedText, right: ComparedText, common: Iterable[CommonStretch], *, spaces_count: bool
) -> Iterator[PairPiece]:
    """Yield the pieces of two compared texts whose tokens have these stretches in common.

    `spaces_count` is whether a difference in white space is a change, as it is in code.
    """
    left_at, right_at = left.start, right.start
    for stretch in common:
        for left_start, left_end, right_start, right_end in _same_stretches(left, right, stretch):
            yield from _gap(left.text[left_at:left_start], right.text[right_at:right_start], spaces_count)
            yield _same_words(left.text[left_start:left_end], right.text[right_start:right_end])
            left_at, right_at = left_end, right_end
    yield from _gap(left.text[left_at : left.end], right.text[right_at : right.end], spaces_count)


def _same_stretches(
    left: ComparedText, right: ComparedText, stretch: CommonStretch
) -> Iterator[tuple[int, int, int, int]]:
    """Yield where equal tokens are in both texts: all at once if what is between them is equal as well."""
    lefts = left.tokens.spans[stretch.left : stretch.left + stretch.length]
    rights = right.tokens.spans[stretch.right : stretch.right + stretch.length]
    left_start, left_end, right_start, right_end = lefts[0][0], lefts[-1][1], rights[0][0], rights[-1][1]
    if left.text[left_start:left_end] == right.text[right_start:right_end]:
        yield left_start, left_end, right_start, right_end
    else:
        for one, other in zip(lefts, rights, strict=True):
            yield *one, *other


def _same_words(left: str, right: str) -> PairPiece:
    return PairPiece("equal" if left == right else "alike", left, right)


def _gap(left: str, right: str, spaces_count: bool) -> Iterator[PairPiece]:
    """Yield the pieces of what is between two words that are in both texts."""
    if left == right:
        yield PairPiece("equal", left, right)
        return
    left_words, right_words = left.lstrip(), right.lstrip()
    left_space, right_space = left[: len(left) - len(left_words)], right[: len(right) - len(right_words)]
    if not left_words and not right_words:
        yield _spaces(left, right, spaces_count)
        return
    if left_space and right_space:
        yield _spaces(left_space, right_space, spaces_count)
        left, right = left_words, right_words
    left_words, right_words = left.rstrip(), right.rstrip()
    left_space, right_space = left[len(left_words) :], right[len(right_words) :]
    if left_space and right_space:
        yield _changed(left_words, right_words)
        yield _spaces(left_space, right_space, spaces_count)
    else:
        yield _changed(left, right)


def _changed(left: str, right: str) -> PairPiece:
    return PairPiece("equal" if left == right else "changed", left, right)


def _spaces(left: str, right: str, spaces_count: bool) -> PairPiece:
    return PairPiece("equal" if left == right else "changed" if spaces_count else "alike", left, right)
