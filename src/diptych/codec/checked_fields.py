"""Values of JSON objects that were read from a file, checked before they are used.

Each function raises `ValueError` that says what is wrong with the object, in words that follow "it ".
"""

from collections.abc import Mapping
from typing import Any

from diptych.core.json_text import JsonObject

_LONGEST = 10 * 365 * 86_400.0
"""Seconds that no round takes: a time beyond is damage."""

_LATEST_DATE = 2**35
"""The second since 1970 that no date is beyond."""

_MOST = 2**53
"""The largest whole number that every JSON reader keeps exactly."""


def text(fields: Mapping[str, Any], key: str) -> str:
    """Return the text at `key`."""
    value = fields.get(key)
    if not isinstance(value, str):
        raise ValueError(f"has no text as {key}")
    return value


def whole(fields: Mapping[str, Any], key: str, default: int = 0) -> int:
    """Return the whole number at `key`, which is not negative; `default` where there is none."""
    value = fields.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
        raise ValueError(f"has no whole number as {key}")
    return value


def seconds(fields: Mapping[str, Any], key: str) -> float:
    """Return the time at `key` in seconds."""
    value = fields.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"has no time as {key}")
    if not -_LONGEST <= value <= _LONGEST:
        raise ValueError(f"has a time as {key} that cannot be")
    return float(value)


def date(fields: Mapping[str, Any], key: str) -> float:
    """Return the date at `key` in seconds since 1970 (UTC)."""
    value = fields.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _LATEST_DATE:
        raise ValueError(f"has a {key} that cannot be")
    return float(value)


def rounded(value: float | None) -> float | None:
    """Return a time as it is written: in whole microseconds."""
    return None if value is None else round(value, 6)


def object_at(fields: Mapping[str, Any], key: str) -> JsonObject:
    """Return the object at `key`; an empty one where there is none."""
    value = fields.get(key, {})
    if not isinstance(value, dict):
        raise ValueError(f"has a {key} that is not an object")
    return value


def objects(fields: Mapping[str, Any], key: str) -> list[JsonObject]:
    """Return the list of objects at `key`; an empty one where there is none."""
    value = fields.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ValueError(f"has {key} that are not a list of objects")
    return value
