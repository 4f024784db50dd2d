"""Where the parts of an answer meet: separate parts are separate paragraphs."""

from collections.abc import Iterable

from diptych.core.content import GrowingKind
from diptych.core.text.growing import GrowingText


class Paragraphs:
    """Remembers which of an answer's texts go on with a new part, and begins a paragraph there."""

    def __init__(self) -> None:
        self._new: frozenset[GrowingKind] = frozenset()

    def begin(self, kinds: Iterable[GrowingKind]) -> None:
        """The next piece of each of these texts belongs to another part than the one before."""
        self._new = self._new.union(kinds)

    def join(self, kind: GrowingKind, text: GrowingText, piece: str) -> str:
        """The piece as it follows the text: behind a blank line where it begins another part."""
        if kind not in self._new:
            return piece
        self._new -= {kind}
        if not text:
            return piece
        end = text.after(max(len(text) - 2, 0))
        breaks = len(end) - len(end.rstrip("\n")) + len(piece) - len(piece.lstrip("\n"))
        return "\n" * (2 - breaks) + piece
