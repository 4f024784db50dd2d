"""The answers of an experiment by case and model."""

from diptych.core.experiment.row_figures import FIGURES
from diptych.report.experiment.results import Results, cell_figures
from tests.report.experiment.answer_rows import a_row, failed, not_passed

FIRST_TOKEN = FIGURES[0]


def test_answers_are_found_by_case_and_model_in_the_order_of_their_repeats() -> None:
    rows = [a_row("b", 1), a_row("a", 2), a_row("a", 1), a_row("a", 1, "y")]
    results = Results({"a": "one", "b": "two"}, ("x", "y"), rows)

    assert results.cases == ("a", "b")
    assert results.labels == ("x", "y")
    assert [row.repeat for row in results.answers("a", "x")] == [1, 2]
    assert results.answers("b", "y") == ()
    assert results.answer(("a", 2, "x")) is rows[1]
    assert results.answer(("a", 3, "x")) is None
    assert (results.count, results.highest_repeat, results.incomplete) == (4, 2, 0)
    assert sorted(row.case for row in results.rows()) == ["a", "a", "a", "b"]


def test_cases_and_models_that_the_plan_does_not_name_come_last() -> None:
    results = Results({"a": "one"}, ("x",), [a_row("c", 1, "z")])

    assert (results.cases, results.labels) == (("a", "c"), ("x", "z"))
    assert results.prompts["c"] == ""


def test_failed_answers_are_told_from_those_that_did_not_pass() -> None:
    results = Results({}, (), [failed("a"), not_passed("b"), a_row("c")])

    assert (results.incomplete, results.not_passed) == (1, 1)
    assert [results.has_failed(case) for case in "abc"] == [True, True, False]


def test_a_cell_counts_what_passed_and_has_the_figures_of_complete_answers() -> None:
    rows = [
        a_row("a", 1, first_token=1.0, answer="one"),
        a_row("a", 2, first_token=3.0, answer="two"),
        failed("a", 3, first_token=0.1),
    ]

    found = cell_figures(rows, FIRST_TOKEN)

    assert (found.count, found.passed, found.median, found.distinct) == (3, 2, 2.0, 2)
    assert cell_figures([failed("a")], FIRST_TOKEN).median is None


def test_models_differ_in_the_checks_that_they_passed_or_else_in_their_words() -> None:
    checked = [a_row("a", 1, "x", answer="one"), not_passed("a", 1, "y")]
    same = [not_passed("b", 1, "x", answer="one"), not_passed("b", 1, "y", answer="two")]
    words = [a_row("c", 1, "x", answer="one", checks=()), a_row("c", 1, "y", answer="two", checks=())]
    equal = [a_row("d", 1, "x", answer="one", checks=()), a_row("d", 1, "y", answer="one", checks=())]
    results = Results({}, (), [*checked, *same, *words, *equal])

    assert [results.differs(case) for case in "abcd"] == [True, False, True, False]
