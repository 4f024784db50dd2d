"""The thinking above an answer: one line that says how much there is, and the text itself while it is open."""

import re
from collections.abc import Iterator

from diptych.tui.markdown.layout.rows import Found, Row, Span
from diptych.tui.prose import Prose

_BAR = "│ "


class Thinking:
    """Counts words as they come; the text is laid out only while it is open."""

    def __init__(self, width: int) -> None:
        self.words = 0
        self.redacted = 0
        self._is_open = False
        self._in_word = False
        self._unread: list[str] = []
        self._ended = False
        self._body = Prose("thinking", width, _BAR, _BAR, is_markdown=True)

    @property
    def height(self) -> int:
        """How many rows it takes; none when the model did not think aloud."""
        if not self.words and not self.redacted:
            return 0
        return 1 + (self._body.height if self._is_open else 0)

    def add(self, text: str, redacted: int) -> bool:
        """Add a piece of thinking, and how many blocks of it came encrypted so far; whether anything is new."""
        is_new = bool(text) or redacted != self.redacted
        self.redacted = redacted
        if text:
            words = len(text.split())
            if words and self._in_word and not text[0].isspace():
                words -= 1
            self.words += words
            self._in_word = not text[-1].isspace()
            self._unread.append(text)
            self._catch_up()
        return is_new

    def end(self) -> int:
        """Nothing follows; the first row that may look different is returned."""
        before = self.height
        self._ended = True
        self._catch_up()
        return min(before, 1) if self._is_open else before

    def toggle(self) -> None:
        """Open it, or fold it."""
        self._is_open = not self._is_open
        self._catch_up()

    def toggle_markdown(self) -> None:
        """Show the source of the Markdown, or what it renders to."""
        self._body.toggle_markdown()

    def resize(self, width: int) -> None:
        """Lay it out anew."""
        self._body.resize(width)

    def row(self, index: int) -> Row:
        """One row of it."""
        if index:
            return self._body.row(index - 1)
        redacted = f"redacted thinking ×{self.redacted}" if self.redacted else ""
        if not self.words:
            return [Span(f"  {redacted}", "heading")]
        counted = f"thinking ({self.words:,} {'word' if self.words == 1 else 'words'})"
        return [Span(f"{'▾' if self._is_open else '▸'} {counted}{f' · {redacted}' if redacted else ''}", "heading")]

    def slice(self, start: tuple[int, int] | None, stop: tuple[int, int] | None) -> str:
        """The source of what stands from one character to another; None is the beginning, or the end."""
        if stop is not None and stop[0] == 0:
            return "".join(span.text for span in self.row(0))[start[1] if start else 0 : stop[1]]
        if not self._is_open:
            return ""
        inside = None if start is None or start[0] == 0 else (start[0] - 1, start[1])
        return self._body.slice(inside, None if stop is None else (stop[0] - 1, stop[1]))

    def find(self, pattern: re.Pattern[str], first: int = 0) -> Iterator[Found]:
        """Where the pattern matches in what is shown; only what ends on row `first` or below."""
        if self._is_open:
            for found in self._body.find(pattern, max(first - 1, 0)):
                yield [(row + 1, start, stop) for row, start, stop in found]

    def _catch_up(self) -> None:
        if not self._is_open:
            return
        text = "".join(self._unread)
        self._unread.clear()
        if text:
            self._body.append(text)
        if self._ended:
            self._body.end()
