"""Values of the figures of rows as short texts."""

import pytest

from diptych.core.experiment.row_figures import FIGURES
from diptych.report.experiment.figure_values import axis_text, value_text

FIRST_TOKEN, _, _, SPEED, OUTPUT, COST = FIGURES


@pytest.mark.parametrize(
    ("figure", "value", "text"),
    [
        (FIRST_TOKEN, None, "–"),
        (FIRST_TOKEN, 1.2345, "1.23s"),
        (FIRST_TOKEN, 0.0317, "31.7ms"),
        (FIRST_TOKEN, 12.345, "12.3s"),
        (FIRST_TOKEN, 1234.5, "1,234s"),
        (SPEED, 51.26, "51.3"),
        (OUTPUT, 1234.0, "1,234"),
        (COST, 0.00123, "$0.0012"),
        (COST, -0.00123, "-$0.0012"),
    ],
)
def test_a_value_has_three_digits_and_its_unit(figure: object, value: float | None, text: str) -> None:
    assert value_text(figure, value) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("figure", "value", "text"),
    [
        (FIRST_TOKEN, 0.05, "50ms"),
        (FIRST_TOKEN, 2.0, "2s"),
        (FIRST_TOKEN, 0.0, "0s"),
        (OUTPUT, 5000.0, "5,000"),
        (COST, 0.002, "$0.002"),
    ],
)
def test_a_value_of_an_axis_is_round(figure: object, value: float, text: str) -> None:
    assert axis_text(figure, value) == text  # type: ignore[arg-type]
