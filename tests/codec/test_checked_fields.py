"""Values of objects from elsewhere are checked before they are used."""

from typing import Any

import pytest

from diptych.codec.checked_fields import objects, rounded, seconds, text, whole


def test_values_of_the_right_type_are_returned() -> None:
    fields: dict[str, Any] = {"t": "x", "n": 3, "s": 1, "o": [{}]}

    assert (text(fields, "t"), whole(fields, "n"), seconds(fields, "s"), objects(fields, "o")) == ("x", 3, 1.0, [{}])
    assert (whole(fields, "none", 7), objects(fields, "none")) == (7, [])


@pytest.mark.parametrize("value", [None, 1, [], {}])
def test_what_is_not_a_text(value: object) -> None:
    with pytest.raises(ValueError, match=r"^has no text as key$"):
        text({"key": value}, "key")


@pytest.mark.parametrize("value", [None, True, -1, 1.0, 2**53 + 1, "1"])
def test_what_is_not_a_whole_number(value: object) -> None:
    with pytest.raises(ValueError, match=r"^has no whole number as key$"):
        whole({"key": value}, "key")


@pytest.mark.parametrize("value", [float("inf"), float("nan"), -(10**10), 10**400])
def test_times_that_cannot_be(value: float) -> None:
    with pytest.raises(ValueError, match=r"^has a time as key that cannot be$"):
        seconds({"key": value}, "key")


@pytest.mark.parametrize("value", [None, {}, "x", [{}, 1]])
def test_what_is_not_a_list_of_objects(value: object) -> None:
    with pytest.raises(ValueError, match=r"^has key that are not a list of objects$"):
        objects({"key": value}, "key")


def test_times_are_written_in_whole_microseconds() -> None:
    assert (rounded(1 / 3), rounded(None)) == (0.333333, None)
