"""Which two answers of an experiment are compared."""

from diptych.report.experiment.results import Results
from diptych.tui.experiment.compared_pair import compared_pair
from tests.report.experiment.answer_rows import a_row

ROWS = [a_row("a", 1, "x"), a_row("a", 1, "y"), a_row("a", 2, "x"), a_row("b", 1, "x")]
RESULTS = Results({"a": "one", "b": "two"}, ["x", "y"], ROWS)


def test_without_a_mark_the_answer_of_the_next_model_is_the_other_one() -> None:
    assert compared_pair(RESULTS, ("a", 1, "x"), None) == (ROWS[0], ROWS[1])


def test_the_answer_of_the_first_model_is_on_the_left() -> None:
    assert compared_pair(RESULTS, ("a", 1, "y"), None) == (ROWS[0], ROWS[1])
    assert compared_pair(RESULTS, ("a", 1, "y"), ("a", 2, "x")) == (ROWS[2], ROWS[1])


def test_the_selected_answer_is_not_compared_with_itself() -> None:
    assert compared_pair(RESULTS, ("a", 1, "x"), ("a", 1, "x")) == (ROWS[0], ROWS[1])
    assert compared_pair(Results({"a": "one"}, ["x"], ROWS[:1]), ("a", 1, "x"), None) is None


def test_there_is_no_pair_where_an_answer_is_missing() -> None:
    assert compared_pair(RESULTS, ("a", 2, "x"), None) is None
