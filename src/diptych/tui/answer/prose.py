"""Foreign text that grows: cleaned, then shown as it stands or as the Markdown that it is."""

import re
from collections.abc import Iterator

from diptych.core.text.sanitize import Cleaner
from diptych.markdown.references import References
from diptych.tui.answer.plain import PlainText
from diptych.tui.markdown.layout.rows import Found, Link, Row, Span
from diptych.tui.markdown.rendering import Rendering


class Prose:
    """Text in rows behind a prefix, which stands before the first row, and before the others where no other is given.

    With `references`, the addresses of links that are known from the beginning, it is rendered Markdown; without, it
    stands as it is. Tells of changes by the number of the first row that may look different.
    """

    def __init__(
        self, role: str, width: int, first: str = "", others: str = "", *, references: References | None = None
    ) -> None:
        self._role = role
        self._width = width
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
        """The addresses of links that are known by now; none where the source is shown."""
        return self._body.references if isinstance(self._body, Rendering) else References()

    def append(self, text: str) -> int:
        """Add foreign text."""
        return self._body.append(self._cleaner.add(text))

    def end(self) -> int:
        """The text is over."""
        return min(self._body.append(self._cleaner.end()), self._body.end())

    def row(self, index: int) -> Row:
        """One row of it."""
        prefix = self._others if index else self._first
        return [Span(prefix, self._role), *self._body.row(index)] if prefix else self._body.row(index)

    def slice(self, start: tuple[int, int] | None, stop: tuple[int, int] | None) -> str:
        """The source of what stands from one character to another; None is the beginning, or the end."""
        return self._body.slice(self._inside(start), self._inside(stop))

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """Where the pattern matches in what is shown; what ends on the rows `first` to `stop`."""
        before = len(self._first)
        for found in self._body.find(pattern, first, stop):
            yield [(row, begin + before, end + before) for row, begin, end in found]

    def links(self) -> Iterator[Link]:
        """The links in it, also while its source is shown."""
        if isinstance(self._body, Rendering):
            return self._body.links()
        rendering = Rendering(self._role, self._width)
        rendering.append(self._body.slice(None, None))
        return rendering.links()

    def link_at(self, row: int, origin: int) -> Link | None:
        """The link that has that row, and that character of the source."""
        return self._body.link_at(row, origin) if isinstance(self._body, Rendering) else None

    def _inside(self, place: tuple[int, int] | None) -> tuple[int, int] | None:
        return None if place is None else (place[0], max(place[1] - len(self._first), 0))
