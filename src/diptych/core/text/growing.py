"""Text that arrives in millions of pieces, kept as few long ones: it takes little more room than its letters."""

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Self

_PIECES = 512
_CHARACTERS = 64 * 1024
"""So many pieces, or characters, are gathered before they are joined for good."""


class GrowingText:
    """Grows at its end. It has one writer; others may read it meanwhile, and remember how many characters they had.

    Its length is in characters. Iterating gives it in parts of any size, for `"".join`.
    """

    __slots__ = ("_gathered", "_joined", "_now", "_starts")

    def __init__(self) -> None:
        self._joined: list[str] = []
        self._starts = [0]  # the character at which each joined part begins, and then what is being gathered
        self._gathered = 0
        # One assignment changes both for those who read meanwhile: how many parts are joined, and the pieces after.
        self._now: tuple[int, list[str]] = 0, []

    def append(self, piece: str) -> None:
        """Add a piece."""
        count, pieces = self._now
        pieces.append(piece)
        self._gathered += len(piece)
        if len(pieces) >= _PIECES or self._gathered >= _CHARACTERS:
            self._joined.append("".join(pieces))
            self._starts.append(self._starts[-1] + self._gathered)
            self._gathered = 0
            self._now = count + 1, []

    def __len__(self) -> int:
        count, pieces = self._now
        return self._starts[count] + sum(map(len, pieces))

    def __bool__(self) -> bool:
        count, pieces = self._now
        return bool(count or pieces)

    def __iter__(self) -> Iterator[str]:
        count, pieces = self._now
        return iter([*self._joined[:count], *pieces])

    def __str__(self) -> str:
        return "".join(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GrowingText) and str(self) == str(other)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def after(self, read: int, most: int = sys.maxsize) -> str:
        """What follows the first `read` characters, or as many of these as are wanted at most."""
        count, pieces = self._now
        first = bisect_right(self._starts, read, 0, count + 1) - 1
        begin = self._starts[first]
        last = bisect_left(self._starts, read + most, first, count + 1)
        parts = [*self._joined[first:count], *pieces] if last > count else self._joined[first:last]
        return "".join(parts)[read - begin : read - begin + most]

    def first(self, length: int) -> Self:
        """Another text that has its first `length` characters and goes on by itself."""
        text = type(self)()
        if length:
            text.append(str(self)[:length])
        return text
