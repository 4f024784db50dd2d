"""Makes a value that fits a simple JSON Schema, for the tool arguments and the JSON answers of simulated models."""

from collections.abc import Mapping
from math import ceil
from typing import Any

_WORDS: Mapping[str, str] = {"city": "Paris", "location": "Paris", "place": "Paris", "country": "France", "name": "Ada"}
_FORMATS: Mapping[str, str] = {
    "date": "2026-11-26",
    "date-time": "2026-11-26T12:00:00Z",
    "time": "12:00:00Z",
    "email": "ada@example.org",
    "uri": "https://example.org/",
}
_MOST_LEVELS = 12
_MOST_ITEMS = 100
_MOST_CHARACTERS = 10_000


def value_for(schema: Any, name: str = "") -> Any:
    """Return a value that fits a schema as far as it is simple. `name` is the property that holds the value.

    Types, properties, items, constants, enumerations, lengths, limits and references within the schema are followed;
    patterns and conditions are not.
    """
    return _value(schema, name, schema, 0)


def _value(schema: Any, name: str, root: Any, level: int) -> Any:
    if not isinstance(schema, Mapping) or level > _MOST_LEVELS:
        return None
    for given in ("const", "default"):
        if given in schema:
            return schema[given]
    for several in ("enum", "examples"):
        if isinstance(schema.get(several), list) and schema[several]:
            return schema[several][0]
    if isinstance(reference := schema.get("$ref"), str):
        return _value(_referred(reference, root), name, root, level + 1)
    for union in ("anyOf", "oneOf", "allOf"):
        if isinstance(schema.get(union), list) and schema[union]:
            return _value(schema[union][0], name, root, level + 1)
    return _of_type(schema, name, root, level)


def _of_type(schema: Mapping[str, Any], name: str, root: Any, level: int) -> Any:
    kind = schema.get("type")
    match kind[0] if isinstance(kind, list) and kind else kind:
        case "object":
            return _properties(schema, root, level)
        case None if "properties" in schema:
            return _properties(schema, root, level)
        case "array":
            wanted = _whole(schema, "minItems", 1)
            return [_value(schema.get("items"), name, root, level + 1) for _ in range(min(wanted, _MOST_ITEMS))]
        case "integer":
            return _number(schema)
        case "number":
            return float(_number(schema))
        case "boolean":
            return True
        case "null":
            return None
        case _:
            text = _FORMATS.get(str(schema.get("format"))) or _WORDS.get(name, "simulated")
            long_enough = text.ljust(min(_whole(schema, "minLength", 0), _MOST_CHARACTERS), ".")
            return long_enough[: max(_whole(schema, "maxLength", _MOST_CHARACTERS), 0)]


def _properties(schema: Mapping[str, Any], root: Any, level: int) -> dict[str, Any]:
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return {}
    return {name: _value(inner, name, root, level + 1) for name, inner in properties.items()}


def _referred(reference: str, root: Any) -> Any:
    """Return what a reference within the schema leads to, None for any other reference."""
    found = root if reference.startswith("#") else None
    for part in reference.removeprefix("#").split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")  # RFC 6901
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _number(schema: Mapping[str, Any]) -> int:
    return _whole(schema, "minimum", min(1, _whole(schema, "maximum", 1)))


def _whole(schema: Mapping[str, Any], name: str, default: int) -> int:
    """Return a limit as the next whole number, `default` where there is none."""
    value = schema.get(name)
    return ceil(value) if isinstance(value, int | float) and abs(value) < 10**9 else default
