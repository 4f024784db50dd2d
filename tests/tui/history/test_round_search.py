"""Which search of the history comes next."""

from diptych.core.history_summary import HistoryFilter
from diptych.tui.history.round_search import AT_FIRST, RoundSearch

ALL, TCP = HistoryFilter(), HistoryFilter("tcp")


def test_only_one_search_runs_at_a_time() -> None:
    search = RoundSearch(ALL)

    assert search.begin()
    assert not search.begin()
    assert search.end()
    assert search.begin()


def test_what_was_typed_during_a_search_makes_its_result_useless() -> None:
    search = RoundSearch(ALL)
    search.begin()
    search.want(TCP)

    assert not search.end()
    assert search.begin()
    assert search.end()


def test_a_search_may_not_have_seen_a_change_that_was_made_while_it_ran() -> None:
    search = RoundSearch(ALL)
    search.begin()
    search.want_again()

    assert not search.end()
    assert search.begin()
    assert search.end()


def test_all_rounds_are_listed_where_the_cursor_keeps_its_place() -> None:
    search = RoundSearch(ALL)
    assert search.limit == AT_FIRST

    search.want_again()
    assert search.limit is None
    search.want(TCP)
    assert search.limit == AT_FIRST
