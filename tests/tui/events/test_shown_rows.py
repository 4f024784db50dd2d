"""Filtered and folded rows."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.core.content import Ping, Text, Thinking
from diptych.core.event import Line
from diptych.core.event_log import EventLog
from diptych.tui.events.event_filter import parse_filter
from diptych.tui.events.line_index import LineIndex
from diptych.tui.events.shown_rows import ShownRows
from tests.tui.events.made_lines import event, log, rows_of, shown

MADE: dict[str, Line] = {
    "t": event(1.0, Text("a"), data=b"text"),
    "h": event(1.0, Thinking("a"), data=b"thinking"),
    "p": event(1.0, Ping(), name="ping", data=b"ping"),
}


def lines_of(letters: str) -> EventLog:
    return log(MADE[letter] for letter in letters)


@pytest.mark.parametrize(
    ("letters", "rows"),
    [
        ("", []),
        ("t", [[0]]),
        ("ttt", [[0, 1, 2]]),
        ("pttp", [[0], [1, 2], [3]]),
        ("pp", [[0], [1]]),
        ("tthht", [[0, 1], [2, 3], [4]]),
    ],
)
def test_runs_of_deltas_are_folded(letters: str, rows: list[list[int]]) -> None:
    assert rows_of(shown(lines_of(letters), is_folded=True)) == rows


def test_deltas_that_the_filter_brings_together_are_folded() -> None:
    rows = shown(lines_of("tptthtp"), parse_filter("text"), is_folded=True)

    assert rows_of(rows) == [[0, 2, 3, 5]]
    assert (rows.count, rows.line(0)) == (4, 0)


def test_a_row_is_unfolded_and_stays_so_while_it_grows() -> None:
    lines, index = lines_of("ptt"), LineIndex()
    rows = ShownRows(index, is_folded=True)
    index.read(lines)
    rows.read(lines)

    assert not rows.unfold(0)
    assert rows.unfold(1)
    for letter in "tth":
        lines.append(MADE[letter])
    index.read(lines)
    assert rows.read(lines) == 3
    assert rows_of(rows) == [[0], [1], [2], [3], [4], [5]]
    for letter in "hhtt":
        lines.append(MADE[letter])
    index.read(lines)
    assert rows.read(lines) == 5
    assert rows_of(rows)[5:] == [[5, 6, 7], [8, 9]]


def test_a_row_in_the_middle_is_unfolded_alone() -> None:
    rows = shown(lines_of("tthhhtt"), is_folded=True)

    assert rows.unfold(1)
    assert rows_of(rows) == [[0, 1], [2], [3], [4], [5, 6]]
    assert not shown(lines_of("tt")).unfold(0)


def test_the_first_row_that_changed_is_told() -> None:
    lines, index = EventLog(), LineIndex()
    plain, folded = ShownRows(index), ShownRows(index, is_folded=True)
    filtered = ShownRows(index, parse_filter("ping"))
    told = []
    for letters in ("pt", "t", "", "tp"):
        for letter in letters:
            lines.append(MADE[letter])
        index.read(lines)
        told.append([rows.read(lines) for rows in (plain, folded, filtered)])

    assert told == [[0, 0, 0], [2, 1, None], [None, None, None], [3, 1, 1]]


def test_rows_are_found_by_their_lines() -> None:
    rows = shown(lines_of("pttphh"), parse_filter("-ping"), is_folded=True)

    assert rows_of(rows) == [[1, 2], [4, 5]]
    assert [rows.row_of(line) for line in range(8)] == [0, 0, 0, 1, 1, 1, 1, 1]
    assert [rows.last_row_until(line) for line in range(6)] == [0, 0, 0, 0, 1, 1]
    assert [rows.has(line) for line in range(7)] == [False, True, True, False, True, True, False]


def test_no_rows_have_no_lines() -> None:
    rows = shown(lines_of("tt"), parse_filter("ping"))

    assert len(rows) == 0
    assert rows.row_of(1) == 0
    assert not rows.has(1)


@given(
    st.lists(st.text("thp", max_size=6), max_size=6),
    st.sampled_from(["", "text", "-ping", '"t"', "late"]),
    st.booleans(),
)
def test_rows_that_grow_are_those_of_the_whole(pieces: Sequence[str], typed: str, is_folded: bool) -> None:
    lines, index = EventLog(), LineIndex()
    rows = ShownRows(index, parse_filter(typed), is_folded=is_folded)
    for piece in pieces:
        for letter in piece:
            lines.append(MADE[letter])
        index.read(lines)
        rows.read(lines)

    assert rows_of(rows) == rows_of(shown(lines, parse_filter(typed), is_folded=is_folded))
    passing = [number for row in rows_of(rows) for number in row]
    assert passing == sorted(passing)
    if not typed:
        assert passing == list(range(len(lines)))


def test_data_are_filtered_in_portions() -> None:
    lines = lines_of("t" * 2_500)
    index = LineIndex()
    index.read(lines)
    rows = ShownRows(index, parse_filter('"text"'))
    rows.read(lines)

    assert (rows.count, rows.is_behind) == (1_000, True)
    rows.read(lines)
    rows.read(lines)
    assert (rows.count, rows.is_behind) == (2_500, False)
