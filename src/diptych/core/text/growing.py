"""Text that arrives in millions of pieces, joined so that it takes little more memory than its characters."""

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Self

_MAX_PIECES = 512
_MAX_CHARACTERS = 64 * 1024
"""After this many pieces or characters, what was gathered is joined into one part."""


class GrowingText:
    """A text to which one writer appends while others read it. Readers remember how many characters they have read.

    Its length is in characters. Iterating yields parts of any size, for `"".join`.
    """

    __slots__ = ("_gathered", "_joined", "_length", "_starts", "_state")

    def __init__(self) -> None:
        self._joined: list[str] = []
        self._starts = [0]  # the index at which each joined part begins, and last the index of what is gathered
        self._gathered = 0
        self._length = 0
        # How many parts are joined, and the pieces after them. One assignment changes both for concurrent readers.
        self._state: tuple[int, list[str]] = 0, []

    def append(self, piece: str) -> None:
        """Add a piece."""
        count, pieces = self._state
        pieces.append(piece)
        self._gathered += len(piece)
        if len(pieces) >= _MAX_PIECES or self._gathered >= _MAX_CHARACTERS:
            self._joined.append("".join(pieces))
            self._starts.append(self._starts[-1] + self._gathered)
            self._gathered = 0
            self._state = count + 1, []
        self._length += len(piece)  # last of all, so that a reader finds all that it counts

    def __len__(self) -> int:
        return self._length

    def __bool__(self) -> bool:
        count, pieces = self._state
        return bool(count or pieces)

    def __iter__(self) -> Iterator[str]:
        count, pieces = self._state
        return iter([*self._joined[:count], *pieces])

    def __str__(self) -> str:
        return "".join(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GrowingText) and str(self) == str(other)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def after(self, start: int, limit: int = sys.maxsize) -> str:
        """Return the text after its first `start` characters, at most `limit` characters of it."""
        count, pieces = self._state
        first = bisect_right(self._starts, start, 0, count + 1) - 1
        begin = self._starts[first]
        last = bisect_left(self._starts, start + limit, first, count + 1)
        parts = [*self._joined[first:count], *pieces] if last > count else self._joined[first:last]
        return "".join(parts)[start - begin : start - begin + limit]

    def first(self, length: int) -> Self:
        """Return a copy of the first `length` characters, to which more can be appended independently."""
        text = type(self)()
        if length:
            text.append(str(self)[:length])
        return text
