"""The text of the help: sections with titles, and keys or words beside what they do. It can be searched."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import ClassVar

from rich.style import Style

from diptych.tui.answer.search import Search
from diptych.tui.markdown.layout.rows import Found, Row
from diptych.tui.markdown.layout.rows import Span as RowSpan
from diptych.tui.widgets.line_view import LineView, Span
from diptych.tui.wrapping import wrap

Section = tuple[str, Sequence[tuple[str, str]]]
"""A title, and pairs of what stands on the left and what it does."""

_INDENT = 2
_LEFT_WIDTH = 22


class HelpPage(LineView):
    """Sections, wrapped at the width of the view."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--line",
        "help--title",
        "help--key",
        "help--text",
        "help--match",
        "help--match-current",
    }

    def __init__(self, sections: Sequence[Section], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.following = False
        self._sections = sections
        self._rows: list[Row] = []
        self._search = Search()

    @property
    def line_count(self) -> int:
        """The number of rows."""
        return len(self._rows)

    @property
    def matches(self) -> str:
        """Which match of how many is the current one, in words."""
        return self._search.place

    def spans(self, index: int) -> Sequence[Span]:
        """Return one row."""
        return [(span.text, self._style(span.role)) for span in self._search.marked(index, self._rows[index])]

    def width_changed(self, width: int) -> None:
        """Wrap the texts at another width."""
        self._rows = list(self._wrapped(max(width - _INDENT - _LEFT_WIDTH - 1, 1)))
        self._search.forget(0)
        self._look()
        self.following = False

    def search(self, query: str) -> None:
        """Mark all matches of the query, and go to the first one from the top of the view on; "" ends the search."""
        self._search.ask(query)
        self._search.go_to_first_from(round(self.scroll_y))
        self._look()
        self._show_match()

    def go_to_match(self, by: int) -> None:
        """Go to the next or the previous match."""
        self._search.go(by)
        self._show_match()

    def _look(self) -> None:
        while self._search.is_behind:
            self._search.look(self._find, len(self._rows))

    def _find(self, pattern: re.Pattern[str], begin: int, stop: int) -> Iterator[Found]:
        for index in range(begin, stop):
            text = "".join(span.text for span in self._rows[index])
            for match in pattern.finditer(text):
                yield [(index, match.start(), match.end())]

    def _show_match(self) -> None:
        row = self._search.current_row
        if row is not None and not 0 <= row - round(self.scroll_y) < self.size.height:
            self.scroll_to_line(max(row - self.size.height // 2, 0))
        self.lines_changed()

    def _wrapped(self, room: int) -> Iterator[Row]:
        for title, pairs in self._sections:
            yield [RowSpan(f" {title}", "title")]
            for left, right in pairs:
                for beside, row in zip_longest(wrap(left, _LEFT_WIDTH - 1), wrap(right, room), fillvalue=""):
                    yield [
                        RowSpan(f" {'':{_INDENT}}{beside.rstrip():<{_LEFT_WIDTH}}", "key"),
                        RowSpan(row.rstrip(), "text"),
                    ]
            yield []

    def _style(self, roles: str) -> Style:
        return Style.combine(self.style_of(f"help--{role}") for role in roles.split())
