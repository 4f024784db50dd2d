"""Foreign text that grows: cleaned, then shown as it stands or as the Markdown that it is."""

import re
from collections.abc import Iterator

from diptych.core.text import Cleaner
from diptych.tui.markdown.layout.rows import Found, Link, Row, Span
from diptych.tui.markdown.rendering import Rendering
from diptych.tui.plain import PlainText


class Prose:
    """Text in rows behind a prefix, which stands before the first row, and before the others where no other is given.

    Tells of changes by the number of the first row that may look different.
    """

    def __init__(self, role: str, width: int, first: str = "", others: str = "", *, is_markdown: bool = False) -> None:
        self.is_markdown = is_markdown
        self._role = role
        self._first = first
        self._others = others or " " * len(first)
        self._width = width
        self._cleaner = Cleaner()
        self._cleaned: list[str] = []
        self._ended = False
        self._body = self._new_body()

    @property
    def height(self) -> int:
        """How many rows it takes."""
        return self._body.height

    def append(self, text: str) -> int:
        """Add foreign text."""
        return self._add(self._cleaner.add(text))

    def end(self) -> int:
        """The text is over."""
        first = self._add(self._cleaner.end())
        self._ended = True
        return min(first, self._body.end())

    def toggle_markdown(self) -> None:
        """Show the source of the Markdown, or what it renders to."""
        self.is_markdown = not self.is_markdown
        self._body = self._new_body()
        self._body.append("".join(self._cleaned))
        if self._ended:
            self._body.end()

    def resize(self, width: int) -> None:
        """Lay it out anew."""
        self._width = width
        self._body.resize(width - len(self._first))

    def row(self, index: int) -> Row:
        """One row of it."""
        prefix = self._others if index else self._first
        return [Span(prefix, self._role), *self._body.row(index)] if prefix else self._body.row(index)

    def slice(self, start: tuple[int, int] | None, stop: tuple[int, int] | None) -> str:
        """The source of what stands from one character to another; None is the beginning, or the end."""
        return self._body.slice(self._inside(start), self._inside(stop))

    def find(self, pattern: re.Pattern[str], first: int = 0) -> Iterator[Found]:
        """Where the pattern matches in what is shown; only what ends on row `first` or below."""
        before = len(self._first)
        for found in self._body.find(pattern, first):
            yield [(row, start + before, stop + before) for row, start, stop in found]

    def links(self) -> Iterator[Link]:
        """The links in it, also while its source is shown."""
        if isinstance(self._body, Rendering):
            return self._body.links()
        rendering = Rendering(self._role, self._width)
        rendering.append("".join(self._cleaned))
        return rendering.links()

    def _new_body(self) -> Rendering | PlainText:
        width = self._width - len(self._first)
        return Rendering(self._role, width) if self.is_markdown else PlainText(self._role, width)

    def _add(self, text: str) -> int:
        if text:
            self._cleaned.append(text)
        return self._body.append(text)

    def _inside(self, place: tuple[int, int] | None) -> tuple[int, int] | None:
        return None if place is None else (place[0], max(place[1] - len(self._first), 0))
