"""Foreign text that grows: it is cleaned, and shown as rendered Markdown or as it was written."""

import re
from collections.abc import Iterator

from diptych.core.text.sanitize import Cleaner
from diptych.markdown.references import References
from diptych.tui.answer.plain import PlainText
from diptych.tui.markdown.layout.rows import Found, Link, Row, Span
from diptych.tui.markdown.rendering import Rendering


class Prose:
    """A text in rows, with the prefix `first` before its first row and `others` before each other row.

    Without `others`, those are indented as far. With `references`, the addresses of links that are known before, the
    text is rendered as Markdown; without them, it is shown as it was written.
    """

    def __init__(
        self, role: str, width: int, first: str = "", others: str = "", *, references: References | None = None
    ) -> None:
        self._role = role
        self._first = first
        self._others = others or " " * len(first)
        self._cleaner = Cleaner()
        room = width - len(first)
        self._body = PlainText(role, room) if references is None else Rendering(role, room, references)

    @property
    def height(self) -> int:
        """How many rows it takes."""
        return self._body.height

    @property
    def references(self) -> References:
        """The addresses of links that are known by now; empty while the source is shown."""
        return self._body.references if isinstance(self._body, Rendering) else References()

    def append(self, text: str) -> int:
        """Add foreign text. Returns the first row that may look different."""
        return self._body.append(self._cleaner.add(text))

    def end(self) -> int:
        """Settle what was held back, as nothing follows. Returns the first row that may look different."""
        return min(self._body.append(self._cleaner.end()), self._body.end())

    def row(self, index: int) -> Row:
        """Return one row."""
        prefix = self._others if index else self._first
        return [Span(prefix, self._role), *self._body.row(index)] if prefix else self._body.row(index)

    def slice(self, start: tuple[int, int] | None, stop: tuple[int, int] | None) -> str:
        """Return the source of what is shown from one place to another; None is the beginning, or the end."""
        return self._body.slice(self._inside(start), self._inside(stop))

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """Yield where the pattern matches in what is shown: the matches that end on the rows `first` to `stop`."""
        before = len(self._first)
        for found in self._body.find(pattern, first, stop):
            yield [(row, begin + before, end + before) for row, begin, end in found]

    def link_at(self, row: int, origin: int) -> Link | None:
        """Return the link on that row that holds that character of the source. There are none in the source itself."""
        return self._body.link_at(row, origin) if isinstance(self._body, Rendering) else None

    def _inside(self, place: tuple[int, int] | None) -> tuple[int, int] | None:
        return None if place is None else (place[0], max(place[1] - len(self._first), 0))
