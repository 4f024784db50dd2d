"""The search in an event list."""

from diptych.core.content import Ping, Text
from diptych.core.event import RequestSent
from diptych.tui.events.event_filter import parse_filter
from diptych.tui.events.event_search import EventSearch
from diptych.tui.events.line_pattern import LinePattern
from tests.tui.events.made_lines import event, indexed, log, shown

LINES = log(
    [
        RequestSent(0.0, "POST", "https://api.test", (), b'{"needle": 1}'),
        event(1.0, Text("hay"), data=b'{"text": "hay"}'),
        event(1.0, Text("Needle"), data=b'{"text": "Needle"}'),
        event(1.0, Ping(), name="needle"),
        event(1.0, Text("hay"), data=b'{"text": "hay"}'),
    ]
)


def searched(query: str, begins_at: int = 0, typed: str = "") -> tuple[EventSearch, int | None, str]:
    rows, index = shown(LINES, parse_filter(typed)), indexed(LINES)
    search, line = EventSearch(query, begins_at), None
    while search.is_behind(rows):
        line = search.read(rows, index, LINES)
    return search, line, search.place(begins_at if line is None else line, rows)


def test_it_goes_to_the_first_match_from_the_cursor_on_and_around() -> None:
    assert searched("needle")[1:] == (0, "1 of 3")
    assert searched("needle", 1)[1:] == (2, "2 of 3")
    assert searched("needle", 4)[1:] == (0, "1 of 3")
    assert searched("Needle")[1:] == (2, "1 of 1")
    assert searched("nowhere")[1:] == (None, "not found")


def test_only_what_is_shown_is_searched() -> None:
    assert searched("needle", 0, "text")[1:] == (2, "1 of 1")


def test_next_and_previous_go_around() -> None:
    search, *_ = searched("needle")

    assert [search.next(line, 1) for line in (0, 1, 2, 3, 4)] == [2, 2, 3, 0, 0]
    assert [search.next(line, -1) for line in (0, 1, 2, 3, 4)] == [3, 0, 0, 2, 3]
    assert searched("nowhere")[0].next(0, 1) is None


def test_beside_a_match_their_number_is_told() -> None:
    search, *_ = searched("needle")

    assert search.place(1, shown(LINES)) == "3 found"


def test_a_long_list_is_searched_in_portions() -> None:
    lines = log([event(1.0, Text("hay"), data=b"hay")] * 2_500 + [event(1.0, Text("needle"), data=b"needle")])
    rows, index, search = shown(lines), indexed(lines), EventSearch("needle", 0)

    assert search.read(rows, index, lines) is None
    assert search.place(0, rows) == "…"
    assert search.read(rows, index, lines) is None
    assert search.read(rows, index, lines) == 2_500
    assert not search.is_behind(rows)


def test_a_match_before_the_cursor_waits_until_all_is_searched() -> None:
    lines = log([event(1.0, Text("needle"), data=b"needle")] + [event(1.0, Text("hay"), data=b"hay")] * 1_500)
    rows, index, search = shown(lines), indexed(lines), EventSearch("needle", 1)

    assert search.read(rows, index, lines) is None
    assert search.place(0, rows) == "1 of 1…"
    assert search.read(rows, index, lines) == 0


def test_the_same_search_in_other_lines_goes_nowhere() -> None:
    search = searched("needle")[0].again()

    assert search.read(shown(LINES), indexed(LINES), LINES) is None
    assert search.place(2, shown(LINES)) == "2 of 3"


def test_an_excerpt_quotes_the_data_around_a_match() -> None:
    data = b'{"some long beginning": 1, "usage": {"output_tokens": 12}}\n'

    assert LinePattern("output_tokens").excerpt(event(1.0, data=data)) == '… "usage": {"output_tokens": 12}}␊'
    assert LinePattern("nowhere").excerpt(event(1.0, data=data)) == ""
    assert LinePattern("some").excerpt(event(1.0, data=data)).startswith('{"some long')
