"""Reads texts of servers that repeat, with each piece, everything that they have sent before."""

from collections.abc import Iterator

from diptych.core.content import Content, HeldBack, Text, Thinking

_LONG = 8
"""Characters of a text that is not repeated by chance at the beginning of the next piece."""


class CumulativeText:
    """Finds out whether the pieces of a text or of thinking are cumulative, and yields of each only what is new.

    Nearly all servers send only what is new, and some of them the same piece again and again. A piece that begins with
    all of the text before it is taken to be cumulative if two of these hold as well: that text is long, the piece goes
    on after it, the piece before was cumulative too. A second piece for which only one holds is held back until the
    third shows what it was.
    """

    def __init__(self, kind: type[Text | Thinking]) -> None:
        self._kind = kind
        self.is_open = True  # False once it is known that pieces are not cumulative, so that they need not be read
        self._text = ""
        self._held = ""
        self._is_cumulative = False

    def expect_repetitions(self) -> None:
        """Take any piece that begins with all of the text before it for a repetition of that text."""
        self._is_cumulative = True

    def read(self, piece: str) -> Iterator[Content]:
        """Yield what is new in a piece, together with what was held back, or that the piece is held back."""
        was_held = self._held
        new = self._new(piece)
        if self._held or was_held:
            yield self._held_back()
        if not self._held:
            yield self._kind(new)

    def end(self) -> Iterator[Content]:
        """Yield what was held back, which was not a repetition."""
        if held := self._held:
            self._held = ""
            self.is_open = False
            yield self._held_back()
            yield self._kind(held)

    def _new(self, piece: str) -> str:
        """Return what is new in a piece, together with what was held back; "" if that is nothing."""
        if not self.is_open or not piece:
            return piece
        was_held, before = bool(self._held), self._held or self._text
        self._held = ""
        repeats = piece.startswith(before) and any(map(str.isalnum, before))
        signs = (len(before) >= _LONG) + (piece != before) + was_held
        if repeats and (self._is_cumulative or signs >= 2):
            self._is_cumulative = True
            new, self._text = piece[len(self._text) :], piece
            return new
        if self._is_cumulative or not before:
            self._text += piece
            return piece
        if repeats and not was_held and piece != before:
            self._held = piece
            return ""
        self.is_open = False
        return before + piece if was_held else piece

    def _held_back(self) -> HeldBack:
        return HeldBack("thinking" if self._kind is Thinking else "text", self._held)
