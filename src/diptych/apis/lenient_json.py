"""Reads JSON that servers send. A member of the wrong type is read as the empty value of the type that is expected."""

import json
from typing import Any

from diptych.core.json_text import JsonObject, parse_lenient_json


def is_json(text: str) -> bool:
    """Whether a text is a whole JSON document."""
    try:
        parse_lenient_json(text)
    except ValueError:
        return False
    return True


def is_same_json(text: str, whole: str) -> bool:
    """Whether a text is the same JSON as another one, which is whole. White space makes no difference."""
    return text == whole or (is_json(text) and parse_lenient_json(text) == parse_lenient_json(whole))


def string(container: JsonObject, key: str) -> str:
    """Return the string at `key`, or ""."""
    value = container.get(key)
    return value if isinstance(value, str) else ""


def text_or_json(container: JsonObject, key: str) -> str:
    """Return the string at `key`, or "". Some servers send an object where the API has its JSON as a string."""
    value = container.get(key)
    return json.dumps(value, ensure_ascii=False) if value and isinstance(value, dict) else string(container, key)


def mapping(container: JsonObject, key: str) -> JsonObject:
    """Return the object at `key`, or an empty one."""
    value = container.get(key)
    return value if isinstance(value, dict) else {}


def array(container: JsonObject, key: str) -> list[Any]:
    """Return the array at `key`, or an empty one."""
    value = container.get(key)
    return value if isinstance(value, list) else []


def mappings(container: JsonObject, key: str) -> list[JsonObject]:
    """Return the objects in the array at `key`, without any other values in it."""
    value = container.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def whole(container: JsonObject, key: str) -> int | None:
    """Return the whole number at `key`, or None."""
    value = container.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
