"""Which schemas OpenAI takes as strict."""

from typing import Any

import pytest

from diptych.core.strict_schema import is_strict

INNER = {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"], "additionalProperties": False}


def outer(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {}, "additionalProperties": False, **members}


@pytest.mark.parametrize(
    "schema",
    [
        outer(),
        INNER,
        outer(properties={"a": INNER}, required=["a"]),
        outer(properties={"a": {"type": "array", "items": INNER}}, required=["a", "more"]),
        outer(properties={"a": {"anyOf": [INNER, {"type": "null"}]}}, required=["a"]),
        outer(**{"$defs": {"a": INNER}, "properties": {"a": {"$ref": "#/$defs/a"}}, "required": ["a"]}),
        outer(properties={"a": {"type": ["string", "null"]}}, required=["a"]),
    ],
)
def test_schemas_that_follow_the_rules(schema: dict[str, Any]) -> None:
    assert is_strict(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "array", "items": INNER},
        {"type": "object"},
        outer(anyOf=[INNER]),
        outer(properties={"a": {}}),
        outer(properties={"a": {}}, required="a"),
        outer(properties=[]),
        outer(properties={"a": {"type": "object"}}, required=["a"]),
        outer(properties={"a": {"type": ["object", "null"]}}, required=["a"]),
        outer(properties={"a": {"properties": {}}}, required=["a"]),
        outer(properties={"a": {"type": "array", "items": {"type": "object"}}}, required=["a"]),
        outer(properties={"a": {"anyOf": [{"type": "object"}]}}, required=["a"]),
        outer(properties={"a": {"allOf": [INNER]}}, required=["a"]),
        outer(**{"$defs": {"a": {"type": "object"}}}),
    ],
)
def test_schemas_that_do_not(schema: dict[str, Any]) -> None:
    assert not is_strict(schema)
