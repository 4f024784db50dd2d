"""Values of JSON that know where they stand."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diptych.differences.json_nodes import JsonNode, JsonSource, read_json

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def read(text: str) -> JsonSource:
    source = read_json(text)
    assert source
    return source


def leaves(node: JsonNode) -> list[JsonNode]:
    return [leaf for inner in node.inner for leaf in leaves(inner)] if node.inner else [node]


def by_path(text: str) -> dict[str, str]:
    source = read(text)
    return {leaf.path: text[leaf.start : leaf.end] for leaf in leaves(source.root)}


def test_every_value_has_a_path() -> None:
    text = '{"a": [1, {"b c": "x\\"y"}, []], "d": {"é": null, "1": {}}}'

    assert by_path(text) == {
        "a[0]": "1",
        'a[1]["b c"]': '"x\\"y"',
        "a[2]": "[]",
        "d.é": "null",
        'd["1"]': "{}",
    }


def test_a_block_knows_its_line() -> None:
    source = read('Sure:\n```json\n{\n "a":\n  12\n}\n```'.removeprefix("Sure:\n"))
    block = source.block(leaves(source.root)[0])

    assert (block.kind, block.path, block.text, block.first_line, block.last_line) == ("json", "a", "12", 3, 3)
    assert source.text[block.offset :].startswith("12")


@pytest.mark.parametrize("text", ["", "word", "12", '"a"', "[1, 2", "{'a': 1}", "[1] and more", "[" * 200 + "]" * 200])
def test_other_text_is_not_json(text: str) -> None:
    assert read_json(text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 1, "b": 2}', '{ "b":2,"a":1 }'),
        ("[1.0, 1e2]", "[1, 100]"),
        ('["\\u00e9"]', '["é"]'),
        ("[NaN, true]", "[NaN, true]"),
        ("[[], {}]", "[ [ ] , { } ]"),
    ],
)
def test_equal_values_have_the_same_key(one: str, other: str) -> None:
    assert read(one).root.key == read(other).root.key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[1]", "[true]"),
        ("[0]", "[false]"),
        ('["1"]', "[1]"),
        ("[null]", '["null"]'),
        ("[1, 2]", "[2, 1]"),
        ("[]", "{}"),
    ],
)
def test_different_values_have_different_keys(one: str, other: str) -> None:
    assert read(one).root.key != read(other).root.key


def test_a_name_that_comes_twice_loses_no_value() -> None:
    assert [leaf.path for leaf in leaves(read('{"a": 1, "a": 2}').root)] == ["a", "a"]


@settings(max_examples=60, deadline=None)
@given(st.lists(VALUES, min_size=1) | st.dictionaries(st.text(max_size=5), VALUES), st.sampled_from([None, 1, "\t"]))
def test_every_value_stands_where_its_node_says(value: Any, indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent)

    for leaf in leaves(read(text).root):
        json.loads(text[leaf.start : leaf.end])
    assert read(text).root.key == read(json.dumps(value, sort_keys=True, ensure_ascii=False)).root.key
