"""What is wrong with schemas and values, in words."""

from typing import Any

import pytest

from diptych.json_schema.validation import schema_problem, value_problem

ORDER = {
    "type": "object",
    "properties": {
        "items": {"type": "array", "items": {"type": "object", "properties": {"price": {"type": "number"}}}},
        "id": {"type": "string", "pattern": "^[a-z]+$"},
    },
    "required": ["items"],
}


@pytest.mark.parametrize(
    "schema", [{}, ORDER, {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}, {"$schema": "x:y"}]
)
def test_good_schemas(schema: Any) -> None:
    assert schema_problem(schema) == ""


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ([], "expected an object"),
        (True, "expected an object"),
        ({"type": "strin"}, "$.type: 'strin' is not valid under any of the given schemas"),
        ({"properties": {"a": {"minimum": "x"}}}, "$.properties.a.minimum: 'x' is not of type 'number'"),
        ({"$schema": 5}, "$.$schema: expected the URL of a draft of JSON Schema"),
        ({"$schema": ["x"]}, "$.$schema: expected the URL of a draft of JSON Schema"),
        ({"anyOf": [{"required": 1}]}, "$.anyOf[0].required: 1 is not of type 'array'"),
    ],
)
def test_bad_schemas(schema: Any, said: str) -> None:
    assert schema_problem(schema) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"items": [{"price": 1.5}], "id": "abc"}, ""),
        ({"items": [{}, {}, {"price": "x"}]}, "$.items[2].price: 'x' is not of type 'number'"),
        ({}, "$: 'items' is a required property"),
        ([], "$: [] is not of type 'object'"),
        ({"items": [], "id": "\x1b[31m"}, "$.id: '\\x1b[31m' does not match '^[a-z]+$'"),
    ],
)
def test_values(value: Any, said: str) -> None:
    assert value_problem(value, ORDER) == said


def test_a_problem_is_short() -> None:
    assert len(value_problem({"items": "x" * 10_000}, ORDER)) < 250
    assert len(value_problem({"a" * 10_000: 1}, {"additionalProperties": {"type": "string"}})) < 350


def test_nothing_is_fetched() -> None:
    assert value_problem(1, {"$ref": "https://127.0.0.1:9/schema.json"}) == (
        "the schema refers to https://127.0.0.1:9/schema.json, which is not in it"
    )
    assert value_problem({}, {"$ref": "http://json-schema.org/draft-07/schema#"}) == ""


@pytest.mark.parametrize("reference", ["#/nowhere", "#nowhere", "/nowhere", "other.json"])
def test_a_reference_that_leads_nowhere_is_named_as_it_is_written(reference: str) -> None:
    assert value_problem(1, {"$ref": reference}) == f"the schema refers to {reference}, which is not in it"


def test_schemas_without_an_end() -> None:
    assert value_problem({}, {"$ref": "#"}) == "the schema refers to itself without an end"
    deep: Any = {}
    for _ in range(3_000):
        deep = {"not": deep}
    assert schema_problem(deep) == "it is nested too deeply"
