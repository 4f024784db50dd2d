"""The thinking above an answer: a line that says how much there is, and below it the text while it is open."""

import re
from collections import deque
from collections.abc import Iterator

from diptych.core.text.growing import GrowingText
from diptych.core.wording.counted import counted
from diptych.markdown.references import References
from diptych.tui.answer.prose import Prose
from diptych.tui.answer.stack import Place, Portion
from diptych.tui.markdown.layout.rows import Found, Row, Span

_BAR = "│ "


class ThinkingBlock:
    """Counts the words of the thinking as they come, and lays its text out only while it is open.

    `redacted` is how many blocks of it came encrypted. `references` are addresses of links that are known before, None
    to show the source of its Markdown.
    """

    name = "thinking"

    def __init__(self, source: GrowingText, width: int, references: References | None, *, is_open: bool) -> None:
        self.words = 0
        self.redacted = 0
        self.is_open = is_open
        self._source = source
        self._read = 0
        self._counted_redacted = 0
        self._in_word = False
        self._waiting: deque[str] = deque()  # what was read and is not laid out
        self._has_ended = self._is_settled = False
        self._body = Prose("thinking", width, _BAR, _BAR, references=references)

    @property
    def height(self) -> int:
        """How many rows it takes: none if the model showed no thinking."""
        if not self.words and not self.redacted:
            return 0
        return 1 + (self._body.height if self.is_open else 0)

    @property
    def references(self) -> References:
        """The addresses of links that are known by now."""
        return self._body.references

    @property
    def is_behind(self) -> bool:
        """Whether it is open and has more to lay out."""
        return self.is_open and bool(self._waiting)

    def read(self, portion: Portion) -> int | None:
        """Count what is new, which changes the line above the text. `lay_out` lays the text itself out."""
        text = portion.take(self._source, self._read)
        self._read += len(text)
        is_new = bool(text) or self.redacted != self._counted_redacted
        self._counted_redacted = self.redacted
        if text:
            words = len(text.split())
            if words and self._in_word and not text[0].isspace():
                words -= 1
            self.words += words
            self._in_word = not text[-1].isspace()
            self._waiting.append(text)
        return 0 if is_new else None

    def lay_out(self, most: int) -> int | None:
        """Lay out about `most` characters more if it is open. Returns the first row that may look different."""
        changed: list[int] = []
        while self.is_behind and most > 0:
            most -= len(self._waiting[0])
            changed.append(1 + self._body.append(self._waiting.popleft()))
        if self.is_open and self._has_ended and not self._is_settled and not self._waiting:
            self._is_settled = True
            changed.append(1 + self._body.end())
        return min(changed, default=None)

    def end(self) -> int:
        """Settle the text once all of it is laid out. Returns the row below, as nothing looks different yet."""
        self._has_ended = True
        return self.height

    def row(self, index: int) -> Row:
        """Return one row: the line above the text, or a row of the text."""
        if index:
            return self._body.row(index - 1)
        redacted = f"redacted thinking ×{self.redacted}" if self.redacted else ""
        if not self.words:
            return [Span(f"  {redacted}", "heading")]
        title = f"thinking ({counted(self.words, 'word')})"
        return [Span(f"{'▾' if self.is_open else '▸'} {title}{f' · {redacted}' if redacted else ''}", "heading")]

    def slice(self, start: Place | None, stop: Place | None) -> str:
        """Return the source of what is shown from one place to another; None is the beginning, or the end."""
        if stop is not None and stop[0] == 0:
            return "".join(span.text for span in self.row(0))[start[1] if start else 0 : stop[1]]
        if not self.is_open:
            return ""
        inside = None if start is None or start[0] == 0 else (start[0] - 1, start[1])
        return self._body.slice(inside, None if stop is None else (stop[0] - 1, stop[1]))

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """Yield where the pattern matches in the text while it is open, on the rows `first` to `stop`."""
        if self.is_open:
            for found in self._body.find(pattern, max(first - 1, 0), stop - 1):
                yield [(row + 1, begin, end) for row, begin, end in found]
