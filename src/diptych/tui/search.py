"""A search in an answer: what is looked for, where it stands, and which of these places is the current one. Pure."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from diptych.tui.markdown.layout.rows import Found, Row, Span


class Search:
    """Case matters only where the query has capital letters."""

    def __init__(self) -> None:
        self._pattern: re.Pattern[str] | None = None
        self._found: list[Found] = []
        self._by_row: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self._current = 0

    @property
    def is_on(self) -> bool:
        """Whether anything is looked for."""
        return self._pattern is not None

    @property
    def place(self) -> str:
        """Which match of how many is the current one."""
        if self._pattern is None:
            return ""
        return f"{self._current + 1} of {len(self._found)}" if self._found else "not found"

    @property
    def current_row(self) -> int | None:
        """The row on which the current match begins."""
        return self._found[self._current][0][0] if self._found else None

    def ask(self, query: str) -> None:
        """Look for something else from now on; "" for nothing."""
        flags = re.IGNORECASE if query == query.lower() else 0
        self._pattern = re.compile(re.escape(query), flags) if query else None
        self._found = []
        self._by_row.clear()
        self._current = 0

    def look(self, find: Callable[[re.Pattern[str], int], Iterable[Found]], first: int = 0) -> None:
        """Look again, the text having changed from row `first` on; the current match stays the one it was.

        `find` gives the matches that end on a row or below.
        """
        if self._pattern is None:
            return
        current = self._found[self._current] if self._found else None
        self._forget(bisect_left(self._found, first, key=lambda found: found[-1][0]))
        for number, found in enumerate(find(self._pattern, first), len(self._found)):
            self._found.append(found)
            for row, start, stop in found:
                self._by_row[row].append((start, stop, number))
        if current is not None:
            self._current = min(bisect_left(self._found, current), max(len(self._found) - 1, 0))

    def _forget(self, count: int) -> None:
        """Forget the matches after the first ones."""
        for row in {row for found in self._found[count:] for row, _, _ in found}:
            self._by_row[row] = [each for each in self._by_row[row] if each[2] < count]
        del self._found[count:]

    def go_to_first_from(self, row: int) -> None:
        """Make the first match on that row or below the current one, else the first of all."""
        place = bisect_left(self._found, [(row, 0, 0)])
        self._current = place if place < len(self._found) else 0

    def go(self, by: int) -> None:
        """Move on by so many matches, around the ends."""
        if self._found:
            self._current = (self._current + by) % len(self._found)

    def marked(self, index: int, row: Row) -> Row:
        """A row with its matches marked."""
        matches = self._by_row.get(index)
        if not matches:
            return row
        spans: list[Span] = []
        at = 0
        for span in row:
            spans += _split(span, at, matches, self._current)
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
