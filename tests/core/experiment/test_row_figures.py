import pytest

from diptych.core.experiment.row_figures import FIGURES, counts_for_figures
from diptych.core.run import State
from tests.core.experiment.rows import row


def test_every_figure_is_found_in_a_row() -> None:
    whole = row(first_token=0.1, first_answer=0.2, end=3.0, tokens_per_second=80.5, output_tokens=9, cost_usd="0.0012")

    assert [figure.value(whole) for figure in FIGURES] == [0.1, 0.2, 3.0, 80.5, 9.0, 0.0012]
    assert [figure.value(row()) for figure in FIGURES] == [None] * 6


@pytest.mark.parametrize("cost", ["", "cheap", "NaN", "1e999"])
def test_a_cost_that_is_not_a_number_is_not_known(cost: str) -> None:
    assert FIGURES[-1].value(row(cost_usd=cost)) is None


@pytest.mark.parametrize(
    ("state", "counts"), [("complete", True), ("failed", False), ("cut", False), ("stopped", False)]
)
def test_only_complete_answers_count(state: State, counts: bool) -> None:
    assert counts_for_figures(row(state=state)) is counts
