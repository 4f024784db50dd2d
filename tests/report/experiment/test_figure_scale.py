import pytest

from diptych.core.experiment.row_figures import FIGURES, FigureName
from diptych.report.experiment.figure_scale import FigureScale, figure_scale

BY_NAME = {figure.name: figure for figure in FIGURES}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("first_token", 0.412345, "0.412 s"),
        ("first_token", 0.0123456, "12.3 ms"),
        ("first_token", 0.00001234, "0.0123 ms"),
        ("first_token", 0.0, "0.0 ms"),
        ("end", 2.3456, "2.35 s"),
        ("end", 1234.5, "1,234 s"),
        ("tokens_per_second", 82.34, "82.3 tok/s"),
        ("output_tokens", 1234.0, "1,234 tokens"),
        ("output_tokens", 12.0, "12 tokens"),
        ("output_tokens", 12.5, "12.5 tokens"),
        ("cost_usd", 0.00123, "$1.23/1,000"),
        ("cost_usd", 0.0123, "$0.0123"),
    ],
)
def test_a_value_has_three_significant_digits(name: FigureName, value: float, text: str) -> None:
    assert figure_scale(BY_NAME[name], value).amount(value) == text


def test_all_values_of_a_scale_have_the_same_decimals() -> None:
    scale = figure_scale(BY_NAME["end"], 2.0)

    assert [scale.number(value) for value in (0.1234, 2.0, 30.0, None)] == ["0.12", "2.00", "30.00", "–"]
    assert (scale.span((1.0, 2.5)), scale.span(None)) == ("1.00–2.50", "–")


def test_tokens_have_a_decimal_if_one_of_them_is_half_a_token() -> None:
    assert figure_scale(BY_NAME["output_tokens"], 12.0, (11.5, 13.0)) == FigureScale("tokens", 1.0, 1)
    assert figure_scale(BY_NAME["output_tokens"], 120.0, (110.5, 130.0)).decimals == 0
