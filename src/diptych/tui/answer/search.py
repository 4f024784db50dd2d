"""A search in an answer: what is looked for, where it stands, and which of these places is the current one. Pure.

It looks through a portion of the rows at a time, so that an answer of any length can be searched while it is read.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from diptych.tui.markdown.layout.rows import Found, Row, Span

_PORTION = 1_000
"""Rows that are looked through at once."""


class Search:
    """Case matters only where the query has capital letters."""

    def __init__(self) -> None:
        self.is_behind = False
        self._pattern: re.Pattern[str] | None = None
        self._found: list[Found] = []
        self._by_row: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self._seen = 0  # rows that were looked through
        self._last_current: Found | None = None
        self._from: int | None = None  # the row from which the first match is to be the current one, once it is found

    @property
    def is_on(self) -> bool:
        """Whether anything is looked for."""
        return self._pattern is not None

    @property
    def place(self) -> str:
        """Which match of how many is the current one."""
        if self._pattern is None:
            return ""
        more = "…" if self.is_behind else ""
        if not self._found:
            return more or "not found"
        return f"{self._current + 1} of {len(self._found)}{more}"

    @property
    def current_row(self) -> int | None:
        """The row on which the current match begins."""
        return self._found[self._current][0][0] if self._found else None

    @property
    def _current(self) -> int:
        """The number of the current match; that of one near it while it is not found again."""
        if self._last_current is None:
            return 0
        return min(bisect_left(self._found, self._last_current), max(len(self._found) - 1, 0))

    def ask(self, query: str) -> None:
        """Look for something else from now on; "" for nothing."""
        flags = re.IGNORECASE if query == query.lower() else 0
        self._pattern = re.compile(re.escape(query), flags) if query else None
        self._found = []
        self._by_row.clear()
        self._seen = 0
        self._last_current = None
        self.is_behind = self.is_on

    def forget(self, first: int) -> None:
        """The text has changed from that row on; the current match stays the one it was."""
        if first < self._seen:
            self._seen = first
            if self._found and self._last_current is None:
                self._last_current = self._found[0]
            self._forget(bisect_left(self._found, first, key=lambda found: found[-1][0]))

    def look(self, find: Callable[[re.Pattern[str], int, int], Iterable[Found]], height: int) -> bool:
        """Look on in a text of that many rows; whether that found the match to go to.

        `find` gives the matches that end on the rows from one to another. `is_behind` says whether there are more rows.
        """
        if self._pattern is None:
            return False
        begin, self._seen = self._seen, min(self._seen + _PORTION, height)
        for number, found in enumerate(find(self._pattern, begin, self._seen), len(self._found)):
            self._found.append(found)
            for row, start, stop in found:
                self._by_row[row].append((start, stop, number))
        self.is_behind = self._seen < height
        return self._arrive()

    def _forget(self, count: int) -> None:
        """Forget the matches after the first ones."""
        for row in {row for found in self._found[count:] for row, _, _ in found}:
            self._by_row[row] = [each for each in self._by_row[row] if each[2] < count]
        del self._found[count:]

    def go_to_first_from(self, row: int) -> bool:
        """Make the first match on that row or below the current one, else the first of all; whether it is found yet."""
        self._from = row
        return self._arrive()

    def go(self, by: int) -> None:
        """Move on by so many matches, around the ends."""
        if self._found:
            self._last_current = self._found[(self._current + by) % len(self._found)]

    def _arrive(self) -> bool:
        if self._from is None or not self._found:
            return False
        place = bisect_left(self._found, [(self._from, 0, 0)])
        if place == len(self._found) and self.is_behind:
            return False
        self._from = None
        self._last_current = self._found[place % len(self._found)]
        return True

    def marked(self, index: int, row: Row) -> Row:
        """A row with its matches marked."""
        matches = self._by_row.get(index)
        if not matches:
            return row
        spans: list[Span] = []
        at = 0
        current = self._current
        for span in row:
            spans += _split(span, at, matches, current)
            at += len(span.text)
        return spans


def _split(span: Span, at: int, matches: Iterable[tuple[int, int, int]], current: int) -> Iterator[Span]:
    """A span that begins at a character of its row, cut where matches begin and end."""
    stop = at + len(span.text)
    done = at
    for begin, end, number in matches:
        begin, end = max(begin, done), min(end, stop)
        if begin < end:
            yield from _part(span, done - at, begin - at, span.role)
            mark = "match-current" if number == current else "match"
            yield from _part(span, begin - at, end - at, f"{span.role} {mark}")
            done = end
    yield from _part(span, done - at, stop - at, span.role)


def _part(span: Span, start: int, stop: int, role: str) -> Iterator[Span]:
    if start < stop:
        yield Span(span.text[start:stop], role, span.origin + start if span.origin >= 0 else span.origin)
