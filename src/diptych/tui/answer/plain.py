"""A growing text in rows as it was written: plain text, and the source of Markdown."""

import re
from collections.abc import Iterator
from itertools import accumulate

from diptych.tui.markdown.layout.rows import Found, Row, Span, source_place, spread
from diptych.tui.wrapping import Wrapping


class PlainText:
    """A text that is wrapped to a width. All of it has one role."""

    def __init__(self, role: str, width: int) -> None:
        self._role = role
        self._wrapping = Wrapping(width)
        self._offsets = [0]  # the character of the text that each row begins with

    @property
    def height(self) -> int:
        """How many rows there are."""
        return self._wrapping.height

    def append(self, text: str) -> int:
        """Add text that was cleaned. Returns the first row that may look different."""
        first = self._wrapping.append(text)
        del self._offsets[first + 1 :]
        sizes = map(len, self._wrapping.rows[first:-1])
        self._offsets[first:] = accumulate(sizes, initial=self._offsets[first])
        return first

    def end(self) -> int:
        """Do nothing: wrapped text is always settled. Returns the row below the last."""
        return self.height

    def row(self, index: int) -> Row:
        """Return one row."""
        shown = self._wrapping.rows[index].rstrip(" \t\n")
        offset = self._offsets[index]
        return list(spread(shown, self._role, offset)) or [Span("", self._role, offset)]

    def slice(self, start: tuple[int, int] | None, stop: tuple[int, int] | None) -> str:
        """Return the text from one place on the screen to another; None is the beginning, or the end."""
        text = self._wrapping.text
        begin = 0 if start is None else source_place(self.row(start[0]), start[1])
        end = len(text) if stop is None else source_place(self.row(stop[0]), stop[1], is_stop=True)
        return text[begin or 0 : end]

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """Yield where the pattern matches within a row, on the rows `first` to `stop`."""
        for index in range(first, min(stop, self.height)):
            for match in pattern.finditer("".join(span.text for span in self.row(index))):
                yield [(index, match.start(), match.end())]
