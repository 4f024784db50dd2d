"""Reads JSON that servers send. A member of the wrong type is read as the empty value of the type that is expected."""

import json
import math
from typing import Any

from diptych.core.strict_json import MOST_LEVELS, is_too_deep

JsonObject = dict[str, Any]

_MAX_DIGITS = 400
"""More digits than the largest float has. Python refuses to parse integers of a few thousand digits."""


def _finite(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


def _whole(text: str) -> int | None:
    return int(text) if len(text) <= _MAX_DIGITS else None


# Some servers write NaN or Infinity, which JSON does not have, or endless numbers. Such a number becomes null, so that
# the text beside it is not lost.
_DECODER = json.JSONDecoder(parse_constant=lambda _: None, parse_float=_finite, parse_int=_whole)


def parse(text: str) -> Any:
    """Return the value of a JSON text. Raises `ValueError` if it is not JSON or is nested too deeply."""
    try:
        value, end = _DECODER.raw_decode(text) if text.startswith("{") else (None, -1)
        if end != len(text):  # there is white space around it, or it is not an object, or not JSON
            value = _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if text.count("[") + text.count("{") > MOST_LEVELS and is_too_deep(value):
        raise ValueError("nested too deeply")
    return value


def is_json(text: str) -> bool:
    """Whether a text is a whole JSON document."""
    try:
        parse(text)
    except ValueError:
        return False
    return True


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
