"""Separates the parts of an answer into paragraphs."""

from collections.abc import Iterable

from diptych.core.content import GrowingKind
from diptych.core.text.growing import GrowingText


class Paragraphs:
    """Remembers which texts of an answer continue with a new part, and begins a paragraph there."""

    def __init__(self) -> None:
        self._new: frozenset[GrowingKind] = frozenset()

    def begin(self, kinds: Iterable[GrowingKind]) -> None:
        """Note that the next piece of each of these texts belongs to a new part."""
        self._new = self._new.union(kinds)

    def join(self, kind: GrowingKind, text: GrowingText, piece: str) -> str:
        """Return the piece as it is to be appended to the text, after a blank line if it begins a new part."""
        if kind not in self._new:
            return piece
        self._new -= {kind}
        if not text:
            return piece
        end = text.after(max(len(text) - 2, 0))
        breaks = len(end) - len(end.rstrip("\n")) + len(piece) - len(piece.lstrip("\n"))
        return "\n" * (2 - breaks) + piece
