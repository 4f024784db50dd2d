"""Lines for the tests of the event list, and the index of them."""

from collections.abc import Iterable

from diptych.core.content import Content, Text
from diptych.core.event import Event, Line
from diptych.core.event_log import EventLog
from diptych.tui.events.event_filter import EventFilter
from diptych.tui.events.line_index import LineIndex
from diptych.tui.events.shown_rows import ShownRows


def event(at: float, *contents: Content, name: str = "delta", data: bytes = b"{}", late: float = 0.0) -> Event:
    return Event(at, 1, name, data, contents, late=late)


def words(*stamps: float) -> list[Line]:
    return [event(stamp, Text("word ")) for stamp in stamps]


def log(lines: Iterable[Line]) -> EventLog:
    grown = EventLog()
    for line in lines:
        grown.append(line)
    return grown


def indexed(lines: EventLog) -> LineIndex:
    index = LineIndex()
    while index.read(lines):
        pass
    return index


def shown(lines: EventLog, wanted: EventFilter | None = None, *, is_folded: bool = False) -> ShownRows:
    rows = ShownRows(indexed(lines), wanted, is_folded=is_folded)
    while rows.is_behind:
        rows.read(lines)
    return rows


def rows_of(rows: ShownRows) -> list[list[int]]:
    return [list(rows.lines(row)) for row in range(len(rows))]
