"""Growing text as it stands, in rows; what is not rendered Markdown is shown so."""

import re
from collections.abc import Iterator
from itertools import accumulate

from diptych.tui.markdown.layout.rows import Found, Row, Span, source_place, spread
from diptych.tui.wrapping import Wrapping


class PlainText:
    """Text in one role."""

    def __init__(self, role: str, width: int) -> None:
        self._role = role
        self._wrapping = Wrapping(width)
        self._offsets = [0]  # of the rows, in the text

    @property
    def height(self) -> int:
        """How many rows there are."""
        return self._wrapping.height

    def append(self, text: str) -> int:
        """Add text, cleaned; the first row that changed is returned."""
        first = self._wrapping.append(text)
        del self._offsets[first + 1 :]
        sizes = map(len, self._wrapping.rows[first:-1])
        self._offsets[first:] = accumulate(sizes, initial=self._offsets[first])
        return first

    def end(self) -> int:
        """Nothing follows, which changes nothing. Returns as `append`."""
        return self.height

    def row(self, index: int) -> Row:
        """One row."""
        shown = self._wrapping.rows[index].rstrip(" \t\n")
        offset = self._offsets[index]
        return list(spread(shown, self._role, offset)) or [Span("", self._role, offset)]

    def slice(self, start: tuple[int, int] | None, stop: tuple[int, int] | None) -> str:
        """The text from one character on the screen to another; None is the beginning, or the end."""
        text = self._wrapping.text
        begin = 0 if start is None else source_place(self.row(start[0]), start[1])
        end = len(text) if stop is None else source_place(self.row(stop[0]), stop[1], is_stop=True)
        return text[begin or 0 : end]

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """Where the pattern matches, row by row, on the rows `first` to `stop`."""
        for index in range(first, min(stop, self.height)):
            for match in pattern.finditer("".join(span.text for span in self.row(index))):
                yield [(index, match.start(), match.end())]
