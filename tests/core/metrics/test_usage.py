"""Counts of tokens, from objects that may hold anything."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.core.metrics.usage import count


@pytest.mark.parametrize(
    ("container", "path", "tokens"),
    [
        ({"output_tokens": 12}, ("output_tokens",), 12),
        ({"output_tokens": 0}, ("output_tokens",), 0),
        ({"details": {"reasoning_tokens": 64}}, ("details", "reasoning_tokens"), 64),
        ({}, ("output_tokens",), None),
        ({"details": None}, ("details", "reasoning_tokens"), None),
        ({"details": [1]}, ("details", "reasoning_tokens"), None),
    ],
)
def test_a_count_is_what_the_provider_said(container: Any, path: tuple[str, ...], tokens: int | None) -> None:
    assert count(container, *path) == tokens


@pytest.mark.parametrize(
    "value", [None, True, "12.5", "x", "", "²", "9" * 17, 12.5, float("inf"), -1, [12], {}, 10**400]
)
def test_what_is_no_count_is_unknown(value: Any) -> None:
    assert count({"tokens": value}, "tokens") is None


@pytest.mark.parametrize("value", ["12", 12.0])
def test_a_count_may_be_written_as_a_text_or_with_a_decimal_point(value: Any) -> None:
    assert count({"tokens": value}, "tokens") == 12


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
)


@given(JSON, st.lists(st.sampled_from("ab"), max_size=3))
def test_a_count_is_never_negative_and_reading_it_never_fails(container: Any, path: list[str]) -> None:
    tokens = count(container, *path)

    assert tokens is None or tokens >= 0
