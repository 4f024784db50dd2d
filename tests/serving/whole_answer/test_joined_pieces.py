"""Values that are put together of the pieces of a stream."""

from functools import reduce
from typing import Any

import pytest

from diptych.serving.whole_answer.joined_pieces import finished, grown


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        (["a", None, "b", "c"], "abc"),
        ([[1], [2], None], [1, 2]),
        ([{"a": "x", "b": {"c": [1]}}, {"a": "y", "b": {"c": [2]}, "d": 1}], {"a": "xy", "b": {"c": [1, 2]}, "d": 1}),
        (["a", "b", 7], 7),
        ([["a"], "b"], "b"),
        ([1, 2], 2),
        ([None], None),
    ],
)
def test_pieces_are_put_together(pieces: list[Any], whole: Any) -> None:
    assert finished(reduce(grown, pieces, None)) == whole


def test_pieces_are_not_changed() -> None:
    first: dict[str, Any] = {"a": [1], "b": {"c": "x"}}
    grown(grown(None, first), {"a": [2], "b": {"c": "y"}})
    assert first == {"a": [1], "b": {"c": "x"}}


def test_a_long_text_is_not_copied_for_every_piece() -> None:
    text = grown("a", "b")
    assert grown(text, "c") is text
    assert finished(text) == "abc"
