"""Differences of figures as texts."""

from decimal import Decimal

import pytest

from diptych.differences.compared_figures import ComparedFigure, FigureKind, Value
from diptych.report.figure_differences import delta_text, ratio_text, seconds_delta, value_text


@pytest.mark.parametrize(
    ("kind", "left", "right", "expected"),
    [
        ("seconds", Value(1.0), Value(2.5), ("1.00s", "2.50s", "+1.50s", "×2.50")),
        ("seconds", Value(2.0), Value(0.5), ("2.00s", "0.50s", "−1.50s", "×0.25")),
        ("seconds", Value(1.0), Value(2.0, is_late=True), ("1.00s", "≤2.00s", "≤+1.00s", "≤×2.00")),
        ("seconds", Value(None), Value(2.0), ("–", "2.00s", "–", "–")),
        ("seconds", Value(1.0), Value(2.0, is_final=False), ("1.00s", "2.00s", "–", "–")),
        ("count", Value(0), Value(5), ("0", "5", "+5", "–")),
        ("count", Value(1_000), Value(1_000), ("1,000", "1,000", "±0", "×1.00")),
        ("count", Value(1), Value(1_234), ("1", "1,234", "+1,233", "×1,234")),
        ("count", Value(10), Value(125), ("10", "125", "+115", "×12.5")),
        ("seconds", Value(0.501), Value(0.504), ("0.50s", "0.50s", "+3.0ms", "×1.01")),
        ("events per second", Value(8.3), Value(8.1), ("8", "8", "±0", "×0.98")),
        ("tokens per second", Value(41.4), Value(60.6), ("41", "61", "+19", "×1.46")),
        ("dollars", Value(Decimal("0.001")), Value(Decimal("0.003")), ("$0.0010", "$0.0030", "+$0.0020", "×3.00")),
        (
            "dollars",
            Value(Decimal("0.0021"), is_by_own_prices=True),
            Value(Decimal("0.0012")),
            ("$0.0021*", "$0.0012", "−$0.00090", "×0.57"),
        ),
        ("server time", Value(0.05), Value(1.5), ("50 ms", "1.5 s", "+1.45 s", "×30.0")),
        ("tokens per event", Value(1.04), Value(2.5), ("1.0", "2.5", "+1.5", "×2.40")),
        ("words", Value("complete"), Value(""), ("complete", "–", "–", "–")),
    ],
)
def test_a_compared_figure(kind: FigureKind, left: Value, right: Value, expected: tuple[str, str, str, str]) -> None:
    figure = ComparedFigure("name", kind, left, right)

    assert (
        value_text(figure, left),
        value_text(figure, right),
        delta_text(figure),
        ratio_text(figure),
    ) == expected


@pytest.mark.parametrize(
    ("delta", "expected"),
    [(1.5, "+1.50s"), (-0.25, "−0.25s"), (0.004, "+4.0ms"), (-0.004, "−4.0ms"), (0.00004, "±0.00s"), (None, "–")],
)
def test_a_difference_of_seconds(delta: float | None, expected: str) -> None:
    assert seconds_delta(delta) == expected
