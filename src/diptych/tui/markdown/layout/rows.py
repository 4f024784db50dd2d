"""What a laid out text is made of: blocks of rows, rows of spans."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from diptych.tui.wrapping import TAB

_BETWEEN_TABS = re.compile("\t|[^\t]+")


class Span(NamedTuple):
    """Text on a row, the roles that decide how it looks, and where in the source it stands; -1 for what is drawn."""

    text: str
    role: str
    origin: int = -1


Row = Sequence[Span]

Found = list[tuple[int, int, int]]
"""One match of a search: the rows that it stands on, each with its first character and the one after its last."""


class Marked(NamedTuple):
    """Source from `begin` to `end` that marks, what stands inside of the marks from `inner_begin` to `inner_end`."""

    begin: int
    end: int
    inner_begin: int
    inner_end: int


class Link(NamedTuple):
    """A link: its source from `begin` to `end`, its text as it is shown, and its address."""

    begin: int
    end: int
    text: str
    url: str


class Block(ABC):
    """One leaf in rows of at most `width` cells."""

    @property
    @abstractmethod
    def height(self) -> int:
        """How many rows it takes."""

    @abstractmethod
    def update(self) -> int:
        """Read what is new in the leaf; the first row that may look different is returned."""

    @abstractmethod
    def row(self, index: int) -> Row:
        """One row of it."""

    def links(self) -> Iterator[Link]:
        """The links in it."""
        return iter(())

    def marked(self) -> Iterator[Marked]:
        """Emphasis, links and the like in it, the innermost first."""
        return iter(())

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """Where the pattern matches in what is shown; of these, the matches that end on the rows `first` to `stop`."""
        for index in range(first, min(stop, self.height)):
            for match in pattern.finditer("".join(span.text for span in self.row(index))):
                yield [(index, match.start(), match.end())]


def spread(text: str, role: str, origin: int) -> Iterator[Span]:
    """Text with its tabs as spaces. What follows a tab is a span of its own, since a tab is wider than a character."""
    column = 0
    for part in _BETWEEN_TABS.findall(text):
        shown = " " * (TAB - column % TAB) if part == "\t" else part
        yield Span(shown, role, origin)
        column += cell_len(shown)
        origin += len(part)


def source_place(row: Row, column: int, *, is_stop: bool = False) -> int | None:
    """Where in the source a character of a row stands, or where the one before a stop ends; None if nothing does."""
    at = 0
    place: int | None = None
    for text, _, origin in row:
        if origin >= 0 and (place is None or at < column or (at == column and not is_stop)):
            place = origin + min(max(column - at, 0), len(text))
        at += len(text)
    return place
