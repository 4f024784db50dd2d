"""An answer as rows of text: what a run has said so far, laid out for a width. Pure; a widget draws it.

A document remembers how far it read each text of its run, so that an update costs what is new. Each part of an answer
lays out its own text.
"""

import re
from collections.abc import Iterator, Sequence

from diptych.core.growing import GrowingText
from diptych.core.run import Run
from diptych.core.text import clean_line
from diptych.tui.ending import ending_lines
from diptych.tui.markdown.layout.rows import Found, Link, Row, Span
from diptych.tui.prose import Prose
from diptych.tui.thinking import Thinking

Place = tuple[int, int]
"""A row of the answer, and a character of it."""


class Document:
    """The `height` rows of one run's answer."""

    def __init__(self, run: Run, width: int) -> None:
        self.run = run
        self.height = 0
        self._width = width
        self._thinking = Thinking(width)
        self._text = Prose("text", width, is_markdown=True)
        self._refusal = Prose("refusal", width, "⊘ ", "│ ")
        self._tools: list[_Tool] = []
        self._ending: tuple[tuple[str, str], ...] = ()
        self._ending_lines: list[Prose] = []
        self._read = {"text": 0, "thinking": 0, "refusal": 0}
        self._is_whole = False

    @property
    def has_thinking(self) -> bool:
        """Whether there is thinking to open."""
        return bool(self._thinking.words)

    @property
    def is_rendered(self) -> bool:
        """Whether Markdown is shown rendered, not as its source."""
        return self._text.is_markdown

    def is_thinking_line(self, row: int) -> bool:
        """Whether that row is the line that opens and folds the thinking."""
        return row == 0 and self.has_thinking

    def toggle_thinking(self) -> None:
        """Open or fold the thinking."""
        self._thinking.toggle()
        self._measure()

    def toggle_rendering(self) -> None:
        """Show the source of the Markdown, or what it renders to."""
        self._text.toggle_markdown()
        self._thinking.toggle_markdown()
        self._measure()

    def resize(self, width: int) -> None:
        """Lay everything out anew for a width in cells."""
        if width == self._width:
            return
        self._width = width
        for part in self._parts():
            part.resize(width)
        self._measure()

    def update(self, left_out: str = "") -> int | None:
        """Read what is new in the run; the number of the first row that changed, or None if none did.

        `left_out` is the sentence that says why the turn is no part of the conversation, if it is not.
        """
        before = self.height
        ended = self.run.ended  # asked first: what is read after that is all there is
        changed: list[int] = []
        if self._thinking.add(self._new("thinking", self.run.thinking), self.run.redacted_thinking):
            changed.append(0)
        if text := self._new("text", self.run.text):
            changed.append(self._below(self._thinking) + self._text.append(text))
        refusal = self._new("refusal", self.run.refusal)
        if refusal:
            self._refusal.append(refusal)
        if any([bool(refusal), self._update_tools(), self._update_ending(left_out)]):
            changed.append(self._below(self._thinking, self._text))
        if ended and not self._is_whole:
            self._is_whole = True
            changed.append(self._below(self._thinking) + self._text.end())
            changed.append(self._thinking.end())
        if not changed:
            return None
        self._measure()
        return min(*changed, before, self.height)

    def row(self, index: int) -> Row:
        """One row of the answer."""
        part, index = self._find_part(index)
        return part.row(index) if part else ()

    def slice(self, start: Place | None, stop: Place | None) -> str:
        """The source of what stands from one character to another; None is the beginning, or the end."""
        texts = []
        top = 0
        for part in self._parts():
            bottom = top + part.height
            if part.height and (stop is None or stop[0] >= top) and (start is None or start[0] < bottom):
                begins_here = start if start is not None and start[0] >= top else None
                ends_here = stop if stop is not None and stop[0] < bottom else None
                texts.append(part.slice(_shifted(begins_here, -top), _shifted(ends_here, -top)))
            top = bottom + 1 if part.height else bottom
        return "\n\n".join(texts)

    def find(self, pattern: re.Pattern[str], first: int = 0) -> Iterator[Found]:
        """Where the pattern matches in what is shown, from top to bottom; only what ends on row `first` or below."""
        top = 0
        for part in self._parts():
            if top + part.height > first:
                for found in part.find(pattern, max(first - top, 0)):
                    yield [(top + row, start, stop) for row, start, stop in found]
            top += part.height + 1 if part.height else 0

    def links(self) -> Sequence[Link]:
        """The links in the answer's text."""
        return list(self._text.links())

    def link_at(self, row: int, column: int) -> Link | None:
        """The link of the answer's text at a character of a row."""
        part, row = self._find_part(row)
        if part is not self._text:
            return None
        for span in part.row(row):
            column -= len(span.text)
            if column < 0:
                if "link" not in span.role.split():
                    return None
                return next((link for link in self._text.links() if link.begin <= span.origin < link.end), None)
        return None

    def _measure(self) -> None:
        heights = [part.height for part in self._parts() if part.height]
        self.height = sum(heights) + max(len(heights) - 1, 0)

    def _find_part(self, index: int) -> "tuple[_Part | None, int]":
        """The part that a row belongs to, None for a row between parts, and the row's number in it."""
        for part in self._parts():
            if not part.height:
                continue
            if index < part.height:
                return part, index
            index -= part.height
            if index == 0:
                break
            index -= 1
        return None, 0

    def _parts(self) -> "Iterator[_Part]":
        yield self._thinking
        yield self._text
        yield self._refusal
        yield from self._tools
        yield from self._ending_lines

    def _below(self, *parts: "_Part") -> int:
        return sum(part.height + 1 for part in parts if part.height)

    def _new(self, name: str, text: GrowingText) -> str:
        new = text.after(self._read[name])
        self._read[name] += len(new)
        return new

    def _update_tools(self) -> bool:
        changed = False
        for index in range(len(self.run.tools)):
            tool = self.run.tools[index]
            if index == len(self._tools) or self._tools[index].name != tool.name:  # some names come late
                self._tools[index:] = [_Tool(tool.name, self._width)]
                changed = True
            shown = self._tools[index]
            if new := tool.written.after(shown.read):
                shown.append(new)
                shown.read += len(new)
                changed = True
        return changed

    def _update_ending(self, left_out: str) -> bool:
        ending = tuple(ending_lines(self.run, left_out))
        if ending == self._ending:
            return False
        self._ending = ending
        self._ending_lines = []
        for text, role in ending:
            line = Prose(role, self._width, f"{text[0]} ")
            line.append(text[2:])
            self._ending_lines.append(line)
        return True


class _Tool(Prose):
    """A tool call: its name, then its arguments as the model wrote them."""

    def __init__(self, name: str, width: int) -> None:
        super().__init__("tool", width, "⚒ ")
        self.name = name
        self.read = 0
        self._shown_name = clean_line(name)
        self.append(self._shown_name + " ")

    def row(self, index: int) -> Row:
        """One row of it, the name set apart."""
        if index:
            return super().row(index)
        mark, *spans = super().row(0)
        text, role, origin = spans[0]
        split = min(len(self._shown_name), len(text))
        return [mark, Span(text[:split], "tool-name", origin), Span(text[split:], role, origin + split), *spans[1:]]


_Part = Prose | Thinking


def _shifted(place: Place | None, rows: int) -> Place | None:
    return None if place is None else (place[0] + rows, place[1])
