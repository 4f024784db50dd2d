"""The blocks of an answer below each other, with an empty row between them."""

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from diptych.core.text.growing import GrowingText
from diptych.tui.markdown.layout.rows import Found, Row

_MOST_WITHOUT_SOURCE = 20
"""How many rows are looked through for one that shows characters of the source."""

Place = tuple[int, int]
"""A row, and a character of it."""


class Portion:
    """How many characters an update may still read: it counts down while texts are read."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, text: GrowingText, read: int) -> str:
        """Return what follows the first `read` characters of a text, as far as the portion goes."""
        new = text.after(read, self.left)
        self.left -= len(new)
        return new


class AnswerBlock(Protocol):
    """One part of an answer in rows. Its `name` is the same in every layout of the answer."""

    name: str

    @property
    def height(self) -> int:
        """How many rows it takes. With none, it is not shown."""

    def read(self, portion: Portion) -> int | None:
        """Read what is new in the run. Returns the first row that may look different, None if all look the same."""

    def end(self) -> int:
        """Settle everything, as nothing follows. Returns the first row that may look different."""

    def row(self, index: int) -> Row:
        """Return one row."""

    def slice(self, start: Place | None, stop: Place | None) -> str:
        """Return the source of what is shown from one place to another; None is the beginning, or the end."""

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """Yield where the pattern matches in what is shown: the matches that end on the rows `first` to `stop`."""


class Spot(NamedTuple):
    """What a row shows, at any width: the name of its block, a character of the source, and the rows since that one."""

    block: str
    origin: int
    rows: int


class BlockStack:
    """Blocks at their places. It holds for as long as none of them changes."""

    def __init__(self, blocks: Sequence[AnswerBlock] = ()) -> None:
        self.blocks = [block for block in blocks if block.height]
        self._tops: list[int] = []
        top = 0
        for block in self.blocks:
            self._tops.append(top)
            top += block.height + 1
        self.height = max(top - 1, 0)

    def at(self, row: int) -> tuple[AnswerBlock | None, int]:
        """Return the block at a row, None for a row between blocks, and the row's number within the block."""
        index = bisect_right(self._tops, row) - 1
        if index < 0 or row >= self._tops[index] + self.blocks[index].height:
            return None, 0
        return self.blocks[index], row - self._tops[index]

    def slice(self, start: Place | None, stop: Place | None) -> str:
        """Return the source of what is shown from one place to another; None is the beginning, or the end."""
        texts = []
        for top, block in zip(self._tops, self.blocks, strict=True):
            bottom = top + block.height
            if (stop is None or stop[0] >= top) and (start is None or start[0] < bottom):
                begins_here = start if start is not None and start[0] >= top else None
                ends_here = stop if stop is not None and stop[0] < bottom else None
                texts.append(block.slice(_raised(begins_here, top), _raised(ends_here, top)))
        return "\n\n".join(texts)

    def find(self, pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        """Yield where the pattern matches, from top to bottom: the matches that end on the rows `first` to `stop`."""
        for top, block in zip(self._tops, self.blocks, strict=True):
            if top + block.height > first and top < stop:
                for found in block.find(pattern, max(first - top, 0), stop - top):
                    yield [(top + row, begin, end) for row, begin, end in found]

    def spot(self, row: int) -> Spot | None:
        """Return what a row shows; for a row between blocks, what the block below it begins with."""
        for top, block in zip(self._tops, self.blocks, strict=True):
            if row < top + block.height:
                inside = max(row - top, 0)
                shown = _origin_from(block, inside)
                return None if shown is None else Spot(block.name, shown[1], inside - shown[0])
        return None

    def row_of(self, spot: Spot, *, is_behind: bool) -> int | None:
        """Return the row that shows a spot; None if it is not there, or not yet in a stack that `is_behind`."""
        for top, block in zip(self._tops, self.blocks, strict=True):
            if block.name == spot.block:
                after = bisect_right(range(block.height), spot.origin, key=lambda row: _origin_at_or_below(block, row))
                is_known = after < block.height or not is_behind
                return top + max(after - 1 + spot.rows, 0) if is_known else None
        return None


def _origin_from(block: AnswerBlock, row: int) -> tuple[int, int] | None:
    """Return the first row from that one on that shows a character of the source, and the number of the character."""
    for index in range(row, min(row + _MOST_WITHOUT_SOURCE, block.height)):
        for span in block.row(index):
            if span.origin >= 0:
                return index, span.origin
    return None


def _origin_at_or_below(block: AnswerBlock, row: int) -> int:
    shown = _origin_from(block, row)
    return sys.maxsize if shown is None else shown[1]


def _raised(place: Place | None, rows: int) -> Place | None:
    return None if place is None else (place[0] - rows, place[1])
