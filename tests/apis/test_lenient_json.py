"""Foreign JSON, read without surprises."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.apis.lenient_json import array, mapping, mappings, string, text_or_json, whole
from diptych.core.json_text import parse_lenient_json


def nested(levels: int, opening: str = "[", closing: str = "]") -> str:
    return opening * levels + closing * levels


@pytest.mark.parametrize("text", ["{", "", "nothing", "{} {}", "'x'", nested(101), nested(100_000)])
def test_what_is_no_json_or_too_deep_is_refused_in_one_way(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_lenient_json(text)


def test_nesting_is_counted_in_levels_not_in_brackets() -> None:
    assert parse_lenient_json(nested(100)) is not None
    assert len(parse_lenient_json("[" + "[{}]," * 200 + "[]]")) == 201
    assert parse_lenient_json('"' + "[" * 500 + '"') == "[" * 500
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_lenient_json(nested(51, '{"a":[', "]}"))


def test_a_number_that_is_none_costs_nothing_but_itself() -> None:
    text = '{"text": "kept", "logprob": -Infinity, "p": NaN, "q": 1e999, "r": 0.5}'

    assert parse_lenient_json(text) == {"text": "kept", "logprob": None, "p": None, "q": None, "r": 0.5}


MIXED: dict[str, Any] = {
    "text": "a",
    "number": 7,
    "yes": True,
    "object": {"a": 1},
    "array": [1, {"b": 2}],
    "none": None,
}


@pytest.mark.parametrize("key", [*MIXED, "absent"])
def test_a_reader_gets_what_it_asked_for_or_the_empty_value(key: str) -> None:
    assert string(MIXED, key) == ("a" if key == "text" else "")
    assert whole(MIXED, key) == (7 if key == "number" else None)
    assert mapping(MIXED, key) == ({"a": 1} if key == "object" else {})
    assert array(MIXED, key) == ([1, {"b": 2}] if key == "array" else [])
    assert mappings(MIXED, key) == ([{"b": 2}] if key == "array" else [])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(JSON)
def test_valid_json_is_read_as_it_was_written(value: Any) -> None:
    assert parse_lenient_json(json.dumps(value)) == value


def test_a_number_without_end_is_lost_but_not_what_stands_beside_it() -> None:
    assert parse_lenient_json(f'{{"text": "hi", "count": {"9" * 5000}, "other": {"9" * 400}}}') == {
        "text": "hi",
        "count": None,
        "other": int("9" * 400),
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [('{"a":1}', '{"a":1}'), ({"a": "é"}, '{"a": "é"}'), ({}, ""), (None, ""), ([1], ""), (7, "")],
)
def test_an_object_in_a_texts_place_is_written_as_json(value: Any, text: str) -> None:
    assert text_or_json({"arguments": value}, "arguments") == text
