"""The table of compared figures."""

import pytest

from diptych.differences.compared_figures import ComparedFigure, Value
from diptych.tui.differences.figure_table import figure_table
from tests.tui.differences.texts import texts, widest

FIGURES = [
    ComparedFigure("model", "words", Value("here:one"), Value("here:" + "another " * 30), foreign=True),
    ComparedFigure("state", "words", Value("complete"), Value("complete")),
    ComparedFigure("first token", "seconds", Value(1.0), Value(2.0)),
    ComparedFigure("input tokens", "count", Value(None), Value(5)),
]


def test_words_stand_above_the_table_of_numbers() -> None:
    rows = texts(figure_table(FIGURES, ("left", "right"), 120))

    assert rows[0].split() == ["model", "left", "here:one"]
    assert "right here:another" in rows[1]
    assert any(row.split() == ["state", "both", "complete"] for row in rows)
    assert any(row.split() == ["left", "right", "Δ", "ratio"] for row in rows)
    assert rows[-2].split() == ["first", "token", "1.00s", "2.00s", "+1.00s", "×2.00"]
    assert rows[-1].split() == ["input", "tokens", "–", "5", "–", "–"]


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_no_row_is_wider_than_the_screen(width: int) -> None:
    assert widest(figure_table(FIGURES, ("left, take 11", "right, take 12"), width)) <= width


def test_control_characters_are_shown() -> None:
    figures = [ComparedFigure("reported model", "words", Value("a\x1b[31m\nb"), Value(None), foreign=True)]

    assert "␛[31m" in texts(figure_table(figures, ("left", "right"), 120))[0]
