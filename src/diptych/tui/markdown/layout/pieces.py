"""Inline content in spans."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from diptych.markdown.inline import Piece
from diptych.tui.markdown.layout.rows import Span


def piece_spans(
    text: str, pieces: Sequence[Piece], start: int, stop: int, role: str, place: Callable[[int], int]
) -> Iterator[Span]:
    """Part of inline content: `place` tells where in the source an index of the leaf stands."""
    at = piece_at(pieces, start)
    while start < stop:
        piece = pieces[at]
        at += 1
        end = min(stop, pieces[at].start) if at < len(pieces) else stop
        origin = place(min(piece.origin + start - piece.start, piece.end))
        yield Span(text[start:end], f"{role} {piece.role}" if piece.role else role, origin)
        start = end


def piece_at(pieces: Sequence[Piece], index: int) -> int:
    """The number of the piece that a character of the shown text belongs to."""
    return max(bisect_right(pieces, index, key=lambda piece: piece.start) - 1, 0)
