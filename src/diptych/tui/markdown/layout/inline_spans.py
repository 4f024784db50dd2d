"""Turns the pieces of inline content into spans."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from diptych.markdown.inline import InlinePiece
from diptych.tui.markdown.layout.rows import Span


def piece_spans(
    text: str, pieces: Sequence[InlinePiece], start: int, stop: int, role: str, source_offset: Callable[[int], int]
) -> Iterator[Span]:
    """Yield the spans of a part of inline content.

    `source_offset` turns an index in the leaf into an offset in the source.
    """
    at = piece_at(pieces, start)
    while start < stop:
        piece = pieces[at]
        at += 1
        end = min(stop, pieces[at].start) if at < len(pieces) else stop
        origin = source_offset(min(piece.origin + start - piece.start, piece.end))
        yield Span(text[start:end], f"{role} {piece.role}" if piece.role else role, origin)
        start = end


def piece_at(pieces: Sequence[InlinePiece], index: int) -> int:
    """Return the index of the piece that contains a character of the shown text."""
    return max(bisect_right(pieces, index, key=lambda piece: piece.start) - 1, 0)
