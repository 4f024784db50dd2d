"""Which cases of an experiment are listed, and in which order."""

import pytest

from diptych.core.experiment.row_figures import FIGURES
from diptych.report.experiment.case_order import CaseFilter, CaseOrder, arrange, slow_limits
from diptych.report.experiment.results import Results
from tests.report.experiment.answer_rows import a_row, failed, not_passed

FIRST_TOKEN, SPEED = FIGURES[0], FIGURES[3]


def results() -> Results:
    rows = [
        *(a_row("a", 1, "x", first_token=1.0), a_row("a", 1, "y", first_token=1.5)),
        *(a_row("b", 1, "x", first_token=3.0), not_passed("b", 1, "y", first_token=0.5)),
        *(a_row("c", 1, "x", first_token=2.0), a_row("c", 1, "y", first_token=2.0)),
        *(failed("d", 1, "x"), failed("d", 1, "y")),
    ]
    prompts = {"a": "Why do clocks differ?", "b": "Name a city", "c": "CLOCKS in Paris", "d": "", "e": "not asked"}
    return Results(prompts, ("x", "y"), rows)


@pytest.mark.parametrize(
    ("order", "listed"),
    [
        ("plan", "abcde"),
        ("fewest passed", "dbace"),
        ("highest", "bcade"),
        ("lowest", "acbde"),
        ("largest difference", "bacde"),
    ],
)
def test_what_is_not_known_comes_last_in_every_order(order: CaseOrder, listed: str) -> None:
    assert "".join(arrange(results(), FIRST_TOKEN, order=order)) == listed


def test_cases_are_ordered_by_the_chosen_model() -> None:
    assert "".join(arrange(results(), FIRST_TOKEN, order="highest", label="y")) == "cabde"


@pytest.mark.parametrize(("only", "listed"), [("all", "abcde"), ("failed", "bd"), ("different", "b"), ("slow", "")])
def test_a_filter_leaves_out_the_other_cases(only: CaseFilter, listed: str) -> None:
    assert "".join(arrange(results(), FIRST_TOKEN, only=only)) == listed


def test_all_words_have_to_stand_in_the_id_or_the_prompt() -> None:
    found = results()

    assert arrange(found, FIRST_TOKEN, words="clocks") == ["a", "c"]
    assert arrange(found, FIRST_TOKEN, words="paris Clocks") == ["c"]
    assert arrange(found, FIRST_TOKEN, words="clocks", only="failed") == []


def test_a_case_is_slow_if_an_answer_is_far_beyond_the_others_of_its_model() -> None:
    usual = [a_row(f"{number}", first_token=1 + number / 10, tokens_per_second=50 + number) for number in range(9)]
    found = Results({}, (), [*usual, a_row("slow", first_token=9.0, tokens_per_second=5.0)])

    assert arrange(found, FIRST_TOKEN, only="slow") == ["slow"]
    assert arrange(found, SPEED, only="slow") == ["slow"]
    assert slow_limits(found, FIGURES[5]) == {}
