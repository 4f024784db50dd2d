"""An answer as rows of text: what a run has said so far, laid out for a width. Pure; a widget draws it.

A document remembers how far it read each text of its run, so that an update costs what is new, and no update reads more
than a portion. Each part of an answer lays out its own text.
"""

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from diptych.core.run import Run
from diptych.core.text.growing import GrowingText
from diptych.core.text.sanitize import clean_line
from diptych.markdown.references import References
from diptych.tui.answer.ending import ending_lines
from diptych.tui.answer.prose import Prose
from diptych.tui.answer.thinking import Thinking
from diptych.tui.markdown.layout.rows import Found, Link, Row, Span

_PORTION = 8_000
"""Characters that one update reads: in the dearest kind of text, code in colour, laid out in a fiftieth of a second."""

_MOST_WITHOUT_SOURCE = 20
"""Rows that are looked through for one that stands in the source."""

Place = tuple[int, int]
"""A row of the answer, and a character of it."""


class Spot(NamedTuple):
    """What a row shows, whatever the width: a part of the answer, a character of its source, and the rows since it."""

    part: int
    origin: int
    rows: int


class Document:
    """The `height` rows of one run's answer, in a width, as the source of its Markdown or as what that renders to.

    Both are for good: `anew` makes the document for others.
    """

    def __init__(
        self, run: Run, width: int, *, is_rendered: bool = True, is_open: bool = False, before: "Document | None" = None
    ) -> None:
        self.run = run
        self.height = 0
        self.is_rendered = is_rendered
        self.is_behind = False
        self.width = width
        self._left = 0  # of the portion
        known = before._references if before else (References(), References())
        thinking, text = known if is_rendered else (None, None)
        self._thinking = Thinking(width, thinking, is_open=is_open)
        self._text = Prose("text", width, references=text)
        self._source = run.text  # which another object replaces where text turns out to have been thinking
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
    def is_outdated(self) -> bool:
        """Whether the answer is whole and addresses of links were defined late, which `anew` has from the beginning."""
        return self._is_whole and (self._text.references.changed or self._thinking.references.changed)

    def anew(self, width: int, *, is_rendered: bool) -> "Document":
        """The same answer laid out for that width, from its beginning, and not read yet."""
        return Document(self.run, width, is_rendered=is_rendered, is_open=self._thinking.is_open, before=self)

    def is_thinking_line(self, row: int) -> bool:
        """Whether that row is the line that opens and folds the thinking."""
        return row == 0 and self.has_thinking

    def toggle_thinking(self) -> None:
        """Open or fold the thinking."""
        self._thinking.is_open = not self._thinking.is_open
        self._thinking.lay_out(_PORTION)
        self.is_behind = self.is_behind or self._thinking.is_behind
        self._measure()

    def update(self, excluded: str = "") -> int | None:
        """Read what is new in the run; the number of the first row that changed, or None if none did.

        Of much it reads a portion, and `is_behind` says that another update has more to read.
        `excluded` is the sentence that says why the turn is no part of the conversation, if it is not.
        """
        before = self.height
        ended = self.run.ended  # asked first: what is read after that is all there is
        changed: list[int] = []
        self._left = _PORTION
        if self._source is not self.run.text:
            self._begin_text_anew()
            changed.append(0)
        if self._thinking.add(self._new("thinking", self.run.thinking), self.run.redacted_thinking):
            changed.append(0)
        if text := self._new("text", self.run.text):
            changed.append(self._below(self._thinking) + self._text.append(text))
        refusal = self._new("refusal", self.run.refusal)
        if refusal:
            self._refusal.append(refusal)
        if any([bool(refusal), self._update_tools(), self._update_ending(excluded)]):
            changed.append(self._below(self._thinking, self._text))
        read_all = self._left > 0
        if ended and read_all and not self._is_whole:
            self._is_whole = True
            self._thinking.end()
            changed.append(self._below(self._thinking) + self._text.end())
        opened = self._thinking.lay_out(_PORTION)
        if opened is not None:
            changed.append(opened)
        self.is_behind = not read_all or self._thinking.is_behind
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

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """Where the pattern matches in what is shown, from top to bottom; what ends on the rows `first` to `stop`."""
        top = 0
        for part in self._parts():
            if top + part.height > first and top < stop:
                for found in part.find(pattern, max(first - top, 0), stop - top):
                    yield [(top + row, begin, end) for row, begin, end in found]
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
                return self._text.link_at(row, span.origin)
        return None

    def spot(self, row: int) -> Spot | None:
        """What a row shows."""
        top = 0
        for number, part in enumerate(self._parts()):
            if row < top + part.height:
                inside = max(row - top, 0)
                shown = _origin_from(part, inside)
                return None if shown is None else Spot(number, shown[1], inside - shown[0])
            top += part.height + 1 if part.height else 0
        return None

    def row_of(self, spot: Spot) -> int | None:
        """The row that shows that, None where it is not laid out yet."""
        top = 0
        for number, part in enumerate(self._parts()):
            if number == spot.part:
                after = bisect_right(range(part.height), spot.origin, key=lambda row: _origin_at_or_below(part, row))
                is_known = after < part.height or not self.is_behind
                return top + max(after - 1 + spot.rows, 0) if is_known else None
            top += part.height + 1 if part.height else 0
        return None

    def _begin_text_anew(self) -> None:
        self._source = self.run.text
        self._text = Prose("text", self.width, references=References() if self.is_rendered else None)
        self._read["text"] = 0

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

    @property
    def _references(self) -> tuple[References, References]:
        """The addresses of links that are known by now, those of the thinking and those of the text."""
        return self._thinking.references.copy(), self._text.references.copy()

    def _new(self, name: str, text: GrowingText) -> str:
        new = text.after(self._read[name], self._left)
        self._read[name] += len(new)
        self._left -= len(new)
        return new

    def _update_tools(self) -> bool:
        changed = False
        for index in range(len(self.run.tools)):
            tool = self.run.tools[index]
            if index == len(self._tools) or self._tools[index].name != tool.name:  # some names come late
                self._tools[index:] = [_Tool(tool.name, self.width)]
                changed = True
            shown = self._tools[index]
            if new := tool.written.after(shown.read, self._left):
                shown.append(new)
                shown.read += len(new)
                self._left -= len(new)
                changed = True
        return changed

    def _update_ending(self, excluded: str) -> bool:
        ending = tuple(ending_lines(self.run, excluded))
        if ending == self._ending:
            return False
        self._ending = ending
        self._ending_lines = []
        for text, role in ending:
            line = Prose(role, self.width, f"{text[0]} ")
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


def _origin_from(part: _Part, row: int) -> tuple[int, int] | None:
    """The first row from that one on, near it, that stands in the source, and which character of it."""
    for index in range(row, min(row + _MOST_WITHOUT_SOURCE, part.height)):
        for span in part.row(index):
            if span.origin >= 0:
                return index, span.origin
    return None


def _origin_at_or_below(part: _Part, row: int) -> int:
    shown = _origin_from(part, row)
    return sys.maxsize if shown is None else shown[1]


def _shifted(place: Place | None, rows: int) -> Place | None:
    return None if place is None else (place[0] + rows, place[1])
