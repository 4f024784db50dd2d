"""A search in an answer: the query, its matches, and which of them is the current one.

It looks through a portion of the rows at a time, so that an answer of any length can be searched while it is read.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from diptych.tui.markdown.layout.rows import Found, Row, Span

_PORTION = 1_000
"""How many rows are searched at once."""


class Search:
    """The matches of a query, as far as the rows were searched. Case matters only if the query has capital letters."""

    def __init__(self) -> None:
        self.is_behind = False
        self._pattern: re.Pattern[str] | None = None
        self._found: list[Found] = []
        self._by_row: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self._seen = 0  # how many rows were searched
        self._last_current: Found | None = None
        self._from: int | None = None  # the first match from this row on becomes the current one

    @property
    def is_on(self) -> bool:
        """Whether there is a query."""
        return self._pattern is not None

    @property
    def place(self) -> str:
        """Which match of how many is the current one, in words."""
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
        """The index of the current match, or of one near it until that match is found again."""
        if self._last_current is None:
            return 0
        return min(bisect_left(self._found, self._last_current), max(len(self._found) - 1, 0))

    def ask(self, query: str) -> None:
        """Begin another search; "" ends the search."""
        flags = re.IGNORECASE if query == query.lower() else 0
        self._pattern = re.compile(re.escape(query), flags) if query else None
        self._found = []
        self._by_row.clear()
        self._seen = 0
        self._last_current = None
        self.is_behind = self.is_on

    def forget(self, first: int) -> None:
        """Forget the matches from that row on, where the text has changed. The current match stays the same one."""
        if first < self._seen:
            self._seen = first
            if self._found and self._last_current is None:
                self._last_current = self._found[0]
            self._forget(bisect_left(self._found, first, key=lambda found: found[-1][0]))

    def look(self, find: Callable[[re.Pattern[str], int, int], Iterable[Found]], height: int) -> bool:
        """Search another portion of a text of `height` rows. Returns whether the match to go to was found.

        `find` returns the matches that end between two rows. `is_behind` then says whether there are more rows.
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
        """Forget all but the first `count` matches."""
        for row in {row for found in self._found[count:] for row, _, _ in found}:
            self._by_row[row] = [each for each in self._by_row[row] if each[2] < count]
        del self._found[count:]

    def go_to_first_from(self, row: int) -> bool:
        """Make the first match from that row on the current one, or the first of all. Returns whether it is found."""
        self._from = row
        return self._arrive()

    def go(self, by: int) -> None:
        """Move by matches. After the last one comes the first."""
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
        """Return a row with its matches marked."""
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
    """Yield the pieces of a span that begins at character `at` of its row, split where matches begin and end."""
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
