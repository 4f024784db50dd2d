"""Growing text as it stands, in rows; what is not rendered Markdown is shown so."""

import re
from collections.abc import Iterator
from itertools import accumulate

from diptych.tui.markdown.layout.rows import Found, Row, Span, source_place, spread
from diptych.tui.wrapping import Wrapping


class PlainText:
    """Text in one role, its first row behind one prefix and the others behind another."""

    def __init__(self, role: str, width: int, first: str = "", others: str = "") -> None:
        self._role = role
        self._first = first
        self._others = others or " " * len(first)
        self._wrapping = Wrapping(width - len(first))
        self._offsets = [0]  # of the rows, in the text

    @property
    def height(self) -> int:
        """How many rows there are."""
        return self._wrapping.height

    def append(self, text: str) -> int:
        """Add text, cleaned; the first row that changed is returned."""
        first = self._wrapping.append(text)
        self._place(first)
        return first

    def end(self) -> int:
        """Nothing follows, which changes nothing. Returns as `append`."""
        return self.height

    def resize(self, width: int) -> None:
        """Lay everything out anew."""
        self._wrapping.resize(width - len(self._first))
        self._place(0)

    def row(self, index: int) -> Row:
        """One row."""
        shown = self._wrapping.rows[index].rstrip(" \t\n")
        prefix = self._others if index else self._first
        spans = list(spread(shown, self._role, self._offsets[index])) or [Span("", self._role, self._offsets[index])]
        return [Span(prefix, self._role), *spans] if prefix else spans

    def slice(self, start: tuple[int, int] | None, stop: tuple[int, int] | None) -> str:
        """The text from one character on the screen to another; None is the beginning, or the end."""
        text = self._wrapping.text
        begin = 0 if start is None else source_place(self.row(start[0]), start[1])
        end = len(text) if stop is None else source_place(self.row(stop[0]), stop[1], is_stop=True)
        return text[begin or 0 : end]

    def find(self, pattern: re.Pattern[str], first: int = 0) -> Iterator[Found]:
        """Where the pattern matches, row by row, from row `first` on."""
        for index in range(first, self.height):
            for match in pattern.finditer("".join(span.text for span in self.row(index))):
                yield [(index, match.start(), match.end())]

    def _place(self, first: int) -> None:
        del self._offsets[first + 1 :]
        sizes = map(len, self._wrapping.rows[first:-1])
        self._offsets[first:] = accumulate(sizes, initial=self._offsets[first])
