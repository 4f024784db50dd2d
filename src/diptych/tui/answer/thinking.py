"""The thinking above an answer: one line that says how much there is, and the text itself while it is open."""

import re
from collections import deque
from collections.abc import Iterator

from diptych.markdown.references import References
from diptych.tui.answer.prose import Prose
from diptych.tui.markdown.layout.rows import Found, Row, Span

_BAR = "│ "


class Thinking:
    """Counts words as they come; the text is laid out only while it is open."""

    def __init__(self, width: int, references: References | None, *, is_open: bool) -> None:
        self.words = 0
        self.redacted = 0
        self.is_open = is_open
        self._in_word = False
        self._unread: deque[str] = deque()
        self._ended = self._is_settled = False
        self._body = Prose("thinking", width, _BAR, _BAR, references=references)

    @property
    def height(self) -> int:
        """How many rows it takes; none when the model did not think aloud."""
        if not self.words and not self.redacted:
            return 0
        return 1 + (self._body.height if self.is_open else 0)

    @property
    def references(self) -> References:
        """The addresses of links that are known by now."""
        return self._body.references

    @property
    def is_behind(self) -> bool:
        """Whether it is open, and there is more to lay out."""
        return self.is_open and bool(self._unread)

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
        return is_new

    def lay_out(self, most: int) -> int | None:
        """Lay out about so many characters more, if it is open; as `Document.update`."""
        changed: list[int] = []
        while self.is_behind and most > 0:
            most -= len(self._unread[0])
            changed.append(1 + self._body.append(self._unread.popleft()))
        if self.is_open and self._ended and not self._is_settled and not self._unread:
            self._is_settled = True
            changed.append(1 + self._body.end())
        return min(changed, default=None)

    def end(self) -> None:
        """Nothing follows what was added."""
        self._ended = True

    def row(self, index: int) -> Row:
        """One row of it."""
        if index:
            return self._body.row(index - 1)
        redacted = f"redacted thinking ×{self.redacted}" if self.redacted else ""
        if not self.words:
            return [Span(f"  {redacted}", "heading")]
        counted = f"thinking ({self.words:,} {'word' if self.words == 1 else 'words'})"
        return [Span(f"{'▾' if self.is_open else '▸'} {counted}{f' · {redacted}' if redacted else ''}", "heading")]

    def slice(self, start: tuple[int, int] | None, stop: tuple[int, int] | None) -> str:
        """The source of what stands from one character to another; None is the beginning, or the end."""
        if stop is not None and stop[0] == 0:
            return "".join(span.text for span in self.row(0))[start[1] if start else 0 : stop[1]]
        if not self.is_open:
            return ""
        inside = None if start is None or start[0] == 0 else (start[0] - 1, start[1])
        return self._body.slice(inside, None if stop is None else (stop[0] - 1, stop[1]))

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """Where the pattern matches in what is shown; what ends on the rows `first` to `stop`."""
        if self.is_open:
            for found in self._body.find(pattern, max(first - 1, 0), stop - 1):
                yield [(row + 1, begin, end) for row, begin, end in found]
