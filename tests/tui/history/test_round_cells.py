from collections.abc import Iterable
from datetime import datetime

from rich.cells import cell_len

from diptych.core.blind import Blind
from diptych.core.history_summary import ListedRound
from diptych.core.remarks import RoundNote, Vote
from diptych.tui.history.round_cells import ROLES, any_settings, longest_model, round_cells, short_date
from diptych.tui.history.round_columns import RoundColumns
from tests.tui.histories import NOON, a_round, a_run

COLUMNS = RoundColumns.for_list(120, 999, 17, 27, with_votes=True)


def rows(round_: ListedRound) -> list[str]:
    return ["".join(text for text, _ in round_cells(round_, row, COLUMNS, NOON)) for row in (0, 1)]


def roles(round_: ListedRound) -> Iterable[str]:
    return {role for row in (0, 1) for text, role in round_cells(round_, row, COLUMNS, NOON) if text.strip()}


def test_dates_are_local_and_tell_the_year_where_it_is_another() -> None:
    assert short_date(datetime(2026, 1, 2, 3, 4).timestamp(), NOON) == "01-02 03:04"
    assert short_date(datetime(2025, 1, 2, 3, 4).timestamp(), NOON) == "2025-01-02"
    assert short_date(0.0, NOON) == "–"


def test_the_rows_of_a_round_are_as_wide_as_its_columns_whatever_its_answers() -> None:
    failed = a_run("right", state="failed", stop_reason=None, first_token=None, total=None, cost_usd=None)

    for each in (a_round(7), a_round(7, "漢字 " * 90), a_round(7, "", a_run(model="m" * 99), failed)):
        assert {cell_len(row) for row in rows(each)} == {COLUMNS.width}
        assert set(roles(each)) <= {*ROLES, ""}


def test_a_vote_marks_the_better_answer_a_tie_both() -> None:
    left, right = rows(a_round(7)._replace(votes=(Vote("better", NOON, "right"),)))
    assert ("✓" in left, "✓" in right) == (False, True)

    assert all("=" in row for row in rows(a_round(7)._replace(votes=(Vote("tie", NOON),))))
    assert all("✗" in row for row in rows(a_round(7)._replace(votes=(Vote("neither", NOON),))))


def test_a_star_stands_before_the_prompt() -> None:
    assert "★ Why do two clocks" in rows(a_round(7)._replace(note=RoundNote("", starred=True)))[0]


def test_a_hidden_round_tells_no_model_and_a_round_of_many_models_counts_the_others() -> None:
    hidden = a_round(7)._replace(runs=(), blind=Blind(1, ("left", "right"), "end"))
    many = a_round(7, "one", *(a_run("left", model=f"model-{number}") for number in range(4)))

    assert roles(hidden) == {"number", "prompt", "note"}
    assert rows(many)[1].rstrip().endswith("+3 more models")


def test_what_decides_the_columns_is_found_in_all_rounds() -> None:
    listed = [a_round(1), a_round(2, "two", a_run("left", model="a-very-long-name-of-a-model"))]

    assert longest_model(listed, with_endpoint=False) == len("a-very-long-name-of-a-model")
    assert longest_model((), with_endpoint=True) == 0
    assert not any_settings(listed)
