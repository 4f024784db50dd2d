"""Values that fit simple schemas, checked by the library that checks answers."""

from typing import Any

import pytest

from diptych.json_schema.validation import value_problem
from diptych.simulated.schema_values import value_for

SCHEMAS: tuple[dict[str, Any], ...] = (
    {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 3}}},
    {"type": "array", "items": {"type": "number", "minimum": 2.5}, "minItems": 3},
    {"type": "array", "items": {"type": "boolean"}},
    {"properties": {"a": {"type": ["string", "null"]}}, "required": ["a"]},
    {"type": "object"},
    {"type": "null"},
    {"const": 7},
    {"enum": ["celsius", "fahrenheit"]},
    {"default": [1]},
    {"examples": [{"a": 1}]},
    {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    {"$defs": {"a": {"type": "object", "properties": {"b": {"type": "string"}}}}, "$ref": "#/$defs/a"},
    {"$defs": {"a/b~": {"type": "integer"}}, "$ref": "#/$defs/a~1b~0"},
    {"type": "string", "minLength": 40},
    {"type": "string", "maxLength": 3},
    {"type": "string", "format": "date"},
    {"type": "integer", "maximum": -3},
    {"type": "integer", "minimum": 1e300},
)


@pytest.mark.parametrize("schema", SCHEMAS[:-1])
def test_a_value_fits(schema: dict[str, Any]) -> None:
    assert value_problem(value_for(schema), schema) == ""


def test_the_name_of_a_property_chooses_its_word() -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}, "other": {"type": "string"}}}
    assert value_for(schema) == {"city": "Paris", "other": "simulated"}


@pytest.mark.parametrize(
    "schema", [None, 7, {"$ref": "https://example.org/x"}, {"$ref": "#/a/b"}, {"type": "object", "properties": 7}]
)
def test_what_is_not_a_simple_schema_gets_some_value(schema: Any) -> None:
    assert value_for(schema) in (None, {})


def test_a_schema_without_an_end_has_a_value_with_one() -> None:
    assert value_for({"type": "array", "items": {"$ref": "#"}})
    assert len(value_for({"type": "array", "minItems": 10**8})) == 100
    assert value_for(SCHEMAS[-1]) == 1
