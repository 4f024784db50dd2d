import re
from collections.abc import Callable, Iterator

import pytest

from diptych.tui.answer.search import Search
from diptych.tui.markdown.layout.rows import Found, Span


def finder(*rows: str) -> Callable[[re.Pattern[str], int, int], Iterator[Found]]:
    """Looks in rows, each by itself."""

    def find(pattern: re.Pattern[str], first: int, stop: int) -> Iterator[Found]:
        for index, row in list(enumerate(rows))[first:stop]:
            for match in pattern.finditer(row):
                yield [(index, match.start(), match.end())]

    return find


def searched(query: str, *rows: str) -> Search:
    search = Search()
    search.ask(query)
    search.look(finder(*rows), len(rows))
    return search


def test_case_matters_only_with_capital_letters() -> None:
    assert searched("ab", "ab AB Ab").place == "1 of 3"
    assert searched("Ab", "ab AB Ab").place == "1 of 1"


def test_what_is_looked_for_is_text_not_a_pattern() -> None:
    assert searched("a.c", "abc a.c").place == "1 of 1"
    assert searched("(", "no").place == "not found"


def test_it_goes_around_the_ends() -> None:
    search = searched("x", "x", "", "x", "x")
    search.go(-1)
    assert (search.place, search.current_row) == ("3 of 3", 3)
    search.go(1)
    assert search.current_row == 0
    search.go_to_first_from(1)
    assert search.current_row == 2
    search.go_to_first_from(9)
    assert search.current_row == 0


def test_the_current_match_stays_the_one_it_was_when_more_text_comes() -> None:
    search = searched("x", "x", "x")
    search.go(1)
    search.forget(0)
    search.look(finder("x", "x", "x"), 3)

    assert search.place == "2 of 3"


def test_only_what_changed_is_looked_through_again() -> None:
    search = searched("x", "x", "x x", "x")
    search.go(3)
    search.forget(1)
    search.look(finder("never looked at", "x", "", "x"), 4)

    assert search.place == "3 of 3"
    assert [len(search.marked(row, [Span("x x", "text", 0)])) > 1 for row in range(4)] == [True, True, False, True]


@pytest.fixture
def one_row_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.tui.answer.search._PORTION", 1)


@pytest.mark.usefixtures("one_row_at_a_time")
def test_a_long_text_is_looked_through_in_portions() -> None:
    search = Search()
    search.ask("x")
    rows = ("", "x", "", "x", "")
    places: list[str] = []
    while search.is_behind:
        search.look(finder(*rows), len(rows))
        places.append(search.place)

    assert places == ["…", "1 of 1…", "1 of 1…", "1 of 2…", "1 of 2"]


@pytest.mark.usefixtures("one_row_at_a_time")
def test_the_first_match_to_go_to_is_told_once_it_is_found() -> None:
    rows = ("x", "", "x", "")
    search = Search()
    search.ask("x")
    assert not search.go_to_first_from(1)
    assert [search.look(finder(*rows), len(rows)) for _ in rows] == [False, False, True, False]
    assert search.current_row == 2

    search.ask("x")
    assert not search.go_to_first_from(3)
    assert [search.look(finder(*rows), len(rows)) for _ in rows] == [False, False, False, True]
    assert search.current_row == 0


@pytest.mark.usefixtures("one_row_at_a_time")
def test_the_current_match_is_the_one_it_was_once_it_is_found_again() -> None:
    rows = ("x", "x", "x")
    search = searched("x", *rows)
    while search.is_behind:
        search.look(finder(*rows), len(rows))
    search.go(2)
    search.forget(0)
    places: list[str] = []
    for _ in rows:
        search.look(finder(*rows), len(rows))
        places.append(search.place)

    assert places == ["1 of 1…", "2 of 2…", "3 of 3"]


def test_matches_are_marked_across_spans() -> None:
    search = searched("need", "a needle")
    row = [Span("a ne", "text", 0), Span("edle", "text strong", 6)]

    assert search.marked(0, row) == [
        Span("a ", "text", 0),
        Span("ne", "text match-current", 2),
        Span("ed", "text strong match-current", 6),
        Span("le", "text strong", 8),
    ]
    assert search.marked(1, row) == row


def test_nothing_is_looked_for_any_more() -> None:
    search = searched("x", "x")
    search.ask("")

    assert not search.is_on
    assert search.place == ""
    assert search.current_row is None
