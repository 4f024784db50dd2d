"""Whether a JSON Schema can be sent to OpenAI as strict, which refuses all others.

The rules are those of https://platform.openai.com/docs/guides/structured-outputs ("Supported schemas"). OpenAI's SDK
changes the schemas that it makes to follow them: an object requires all of its properties and allows no others. Diptych
changes no schema: one that does not follow the rules is sent without `strict`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_NOT_SUPPORTED = frozenset(
    {"allOf", "dependentRequired", "dependentSchemas", "else", "if", "not", "oneOf", "patternProperties", "then"}
)
_SCHEMAS = ("additionalProperties", "items")
_LISTS_OF_SCHEMAS = ("anyOf", "prefixItems")
_MAPPINGS_OF_SCHEMAS = ("$defs", "definitions", "properties")


def is_strict(schema: Mapping[str, Any]) -> bool:
    """Whether a schema follows the rules of OpenAI's strict mode."""
    if schema.get("type") != "object" or "anyOf" in schema:
        return False
    waiting: list[Any] = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            if not _follows_rules(part):
                return False
            waiting.extend(_inside(part))
    return True


def _follows_rules(part: Mapping[str, Any]) -> bool:
    if not _NOT_SUPPORTED.isdisjoint(part):
        return False
    kinds = part.get("type")
    if kinds != "object" and not (isinstance(kinds, list) and "object" in kinds) and "properties" not in part:
        return True
    properties, required = part.get("properties", {}), part.get("required", [])
    if part.get("additionalProperties") is not False or not isinstance(properties, Mapping):
        return False
    return isinstance(required, list) and set(properties) <= {name for name in required if isinstance(name, str)}


def _inside(part: Mapping[str, Any]) -> Iterator[Any]:
    for name in _SCHEMAS:
        yield part.get(name)
    for name in _LISTS_OF_SCHEMAS:
        inner = part.get(name)
        yield from inner if isinstance(inner, list) else ()
    for name in _MAPPINGS_OF_SCHEMAS:
        inner = part.get(name)
        yield from inner.values() if isinstance(inner, Mapping) else ()
