"""The blocks of a Markdown text: leaves, which hold text, and the containers that each leaf is in."""

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["paragraph", "heading", "code", "table", "rule", "empty", "definitions"]
"""`empty` is a list item without content, `definitions` a list item with nothing but link reference definitions."""

Alignment = Literal["", "left", "center", "right"]


@dataclass(frozen=True, slots=True, eq=False)
class Quote:
    """A block quote."""


@dataclass(frozen=True, slots=True, eq=False)
class ListItem:
    """A list item: the last character of its marker, its number in an ordered list, the columns before its content.

    `task` is None for an ordinary item, else whether the task is done. Items of the same list share a `list_id`.
    """

    marker: str
    number: int | None
    indent: int
    task: bool | None
    list_id: object


Container = Quote | ListItem


@dataclass(frozen=True, slots=True)
class Fence:
    """What opened a fenced code block: its character, its length, and the columns before it."""

    marker: str
    length: int
    indent: int


@dataclass(slots=True, eq=False)
class Leaf:
    """A block that holds text. It is in the containers of `path`, the last `opened` of which begin with it.

    Its source, including markers, is from the offset `begin` to `end`. `spaced` says whether a blank line comes before
    it. Paragraphs and headings have a `text`, code and tables have `lines`.
    """

    kind: Kind
    path: tuple[Container, ...]
    begin: int
    opened: int
    spaced: bool
    end: int = 0
    text: str = ""
    lines: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    """The index in `text` at which each of its lines begins."""
    offsets: list[int] = field(default_factory=list)
    """The offset in the source at which each line begins."""
    level: int = 0
    is_underlined: bool = False
    info: str = ""
    fence: Fence | None = None
    alignments: tuple[Alignment, ...] = ()
    is_continuation: bool = False
    """Whether it continues the paragraph or heading before it, which was too long for one leaf."""
    initial_closer: str = ""
    """What closes the formula that such a continuation begins in, "" if it does not begin in one."""
    closed: bool = False

    @property
    def content(self) -> str:
        """The text, of a heading without its closing sequence of `#` and without trailing spaces."""
        if self.kind != "heading":
            return self.text
        text = self.text.rstrip(" \t")
        unmarked = text if self.is_underlined else text.rstrip("#")
        return unmarked.rstrip(" \t") if not unmarked or unmarked.endswith((" ", "\t")) else text

    def add_text(self, line: str, offset: int) -> None:
        """Add a line to the text."""
        if self.starts:
            self.text += "\n"
        self.starts.append(len(self.text))
        self.offsets.append(offset)
        self.text += line
        self.end = offset + len(line)

    def add_line(self, line: str, offset: int) -> None:
        """Add a line of code or of a table."""
        self.lines.append(line)
        self.offsets.append(offset)
        self.end = offset + len(line)

    def extend(self, more: str) -> None:
        """Add to the last line."""
        if self.kind == "code":
            self.lines[-1] += more
        else:
            self.text += more
        self.end += len(more)

    def drop_lines(self, count: int) -> None:
        """Remove lines from the beginning of the text."""
        cut = self.starts[count]
        self.text = self.text[cut:]
        self.starts = [start - cut for start in self.starts[count:]]
        del self.offsets[:count]
        self.begin = self.offsets[0]

    def first_lines(self, count: int) -> "Leaf":
        """Return an open leaf with the first lines of this one's text."""
        starts, offsets = self.starts[:count], self.offsets[:count]
        text = self.text[: self.starts[count] - 1] if count < len(self.starts) else self.text
        end = offsets[-1] + len(text) - starts[-1]
        return replace(self, text=text, starts=starts, offsets=offsets, end=end, closed=False)

    def pop_line(self) -> tuple[str, int]:
        """Remove the last line of the text. Return the line and its offset."""
        start, offset = self.starts.pop(), self.offsets.pop()
        line = self.text[start:]
        self.text = self.text[: max(start - 1, 0)]
        self.end = self.offsets[-1] + len(self.text) - self.starts[-1] if self.starts else self.begin
        return line, offset

    def source_offset(self, index: int) -> int:
        """Return the offset in the source of a character of the text."""
        line = bisect_right(self.starts, index) - 1
        return self.offsets[line] + index - self.starts[line]
