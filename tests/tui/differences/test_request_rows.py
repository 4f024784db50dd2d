"""What differs in two requests, as rows."""

import pytest

from diptych.differences.requests import RequestDifference, RequestSection
from diptych.tui.differences.request_rows import request_rows
from tests.tui.differences.texts import texts, widest

NAMES = ("left", "right")


def section(*differences: RequestDifference, remark: str = "") -> RequestSection:
    return RequestSection("request body", differences, remark)


def test_each_value_stands_behind_the_name_of_its_run() -> None:
    rows = texts(request_rows([section(RequestDifference("top_p", "0.5", None))], NAMES, 100))

    assert rows == [" request body · 1 difference", "   top_p", "     left  0.5", "     right not there"]


def test_parts_that_are_the_same_say_so() -> None:
    rows = texts(request_rows([section(), section(remark="not sent yet")], NAMES, 100))

    assert rows == [" request body · the same", "", " request body · not sent yet"]


def test_a_long_value_begins_shortly_before_it_differs_and_is_cut() -> None:
    left, right = "equal " * 100 + "left " * 500, "equal " * 100 + "right " * 500

    rows = texts(request_rows([section(RequestDifference("system prompt", left, right))], NAMES, 80))

    assert "…" in rows[2]
    assert "left" in rows[2]
    assert sum("more characters" in row for row in rows) == 2
    assert len(rows) <= 12


def test_one_value_may_be_the_beginning_of_the_other() -> None:
    rows = texts(request_rows([section(RequestDifference("a", "x" * 200, "x" * 200 + "y"))], NAMES, 100))

    assert rows[2].endswith("x" * 40)
    assert rows[3].endswith("x" * 40 + "y")


def test_an_empty_text_is_named() -> None:
    rows = texts(request_rows([section(RequestDifference("a", "", "x"))], NAMES, 100))

    assert rows[2] == "     left  (empty)"


def test_very_many_differences_are_counted() -> None:
    many = [RequestDifference(f"a[{n}]", "1", "2") for n in range(1_000)]

    assert texts(request_rows([section(*many)], NAMES, 100))[-1] == "   … and 600 more"


@pytest.mark.parametrize("width", [60, 100])
def test_foreign_text_is_cleaned_and_fits(width: int) -> None:
    difference = RequestDifference("a\x1b" * 200, "b\x1b[31m" * 100, "日本" * 100)

    rows = list(request_rows([section(difference)], NAMES, width))

    assert "\x1b" not in "".join(texts(rows))
    assert widest(rows) <= width
