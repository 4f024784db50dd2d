"""The values of a model as a strip."""

from diptych.core.experiment.row_figures import FIGURES
from diptych.report.experiment.results import Results
from diptych.tui.experiment.axis import axis_for
from diptych.tui.experiment.strip import DrawnStrips, Strip, StripMark, highlighted, rows_for_strips, strips
from tests.report.experiment.answer_rows import a_row, failed


def a_strip(*values: float) -> Strip:
    return Strip("x", (StripMark(value, f"case-{number}", 1) for number, value in enumerate(values)))


def test_complete_answers_have_marks_in_ascending_order() -> None:
    rows = [a_row("a", first_token=2.0), a_row("b", first_token=1.0), failed("c"), a_row("d", first_token=None)]
    strip, empty = strips(Results({}, ("x", "y"), rows), FIGURES[0])

    assert [mark.case for mark in strip.marks] == ["b", "a"]
    assert strip.key(0) == ("b", 1, "x")
    assert strip.index(("a", 1, "x"), 2.0) == 1
    assert strip.index(("a", 2, "x"), 2.0) is None
    assert (empty.marks, empty.spread, empty.nearest(1.0)) == ([], None, None)


def test_the_nearest_mark_is_found() -> None:
    strip = a_strip(1.0, 2.0, 4.0)

    assert [strip.nearest(value) for value in (0.0, 1.4, 1.6, 3.1, 9.0)] == [0, 0, 1, 2, 2]


def test_the_median_stands_in_its_interval_below_the_dots() -> None:
    strip = a_strip(*(float(value) for value in range(1, 22)))
    drawn = DrawnStrips([strip], axis_for([mark.value for mark in strip.marks], 21), 2)

    assert drawn.rows == 1
    assert drawn.below(0) == "     ┣━━━━◆━━━━┫     "


def test_a_strip_without_enough_values_has_no_interval() -> None:
    few, none = a_strip(1.0, 2.0, 3.0), a_strip()
    drawn = DrawnStrips([few, none], axis_for([1.0, 2.0, 3.0], 10), 2)

    assert "┣" not in drawn.below(0)
    assert drawn.below(1).strip() == ""
    assert drawn.dots(1) == [" " * 10]


def test_what_belongs_to_the_cursor_is_told_from_the_rest() -> None:
    assert list(highlighted("abcde", "dots", {1, 2}, 3)) == [
        ("a", "dots"),
        ("bc", "same"),
        ("d", "cursor"),
        ("e", "dots"),
    ]
    assert list(highlighted("", "dots", (), None)) == []


def test_the_table_gets_a_row_for_each_case_but_no_more_than_half() -> None:
    assert rows_for_strips(17, 100, 2) == (9, 2)
    assert rows_for_strips(17, 3, 2) == (14, 3)
    assert rows_for_strips(17, 100, 5) == (9, 1)
    assert rows_for_strips(3, 0, 0) == (3, 1)
