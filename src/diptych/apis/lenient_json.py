"""Read JSON that servers send: a member of the wrong type is read as the empty value of the type that was asked for."""

import json
import math
from typing import Any

from diptych.core.strict_json import MOST_LEVELS, is_too_deep
from diptych.core.text.sanitize import clean_line

JsonObject = dict[str, Any]

_LONGEST_QUOTE = 400

_MAX_DIGITS = 400
"""More than the largest float has; Python refuses to read integers of some thousand digits."""


def _finite(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


def _whole(text: str) -> int | None:
    return int(text) if len(text) <= _MAX_DIGITS else None


# Some servers write NaN or Infinity, which JSON has not, or numbers without end: the number is lost then, but not the
# text beside it.
_DECODER = json.JSONDecoder(parse_constant=lambda _: None, parse_float=_finite, parse_int=_whole)


def parse(text: str) -> Any:
    """The value of a JSON text. Raises `ValueError` for anything else, too deep a nesting included."""
    try:
        value, end = _DECODER.raw_decode(text) if text.startswith("{") else (None, -1)
        if end != len(text):  # white space around it, or no object, or no JSON
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
    """The string at `key`, or ""."""
    value = container.get(key)
    return value if isinstance(value, str) else ""


def text_or_json(container: JsonObject, key: str) -> str:
    """The string at `key`, or ""; some servers give an object where the API has its JSON as a string."""
    value = container.get(key)
    return json.dumps(value, ensure_ascii=False) if value and isinstance(value, dict) else string(container, key)


def mapping(container: JsonObject, key: str) -> JsonObject:
    """The object at `key`, or an empty one."""
    value = container.get(key)
    return value if isinstance(value, dict) else {}


def array(container: JsonObject, key: str) -> list[Any]:
    """The array at `key`, or an empty one."""
    value = container.get(key)
    return value if isinstance(value, list) else []


def mappings(container: JsonObject, key: str) -> list[JsonObject]:
    """The objects in the array at `key`; what is no object is left out."""
    value = container.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def whole(container: JsonObject, key: str) -> int | None:
    """The whole number at `key`, or None."""
    value = container.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def quoted(text: str) -> str:
    """Foreign words fit for a sentence of ours: on one line, cleaned, without the full stop, and not too many."""
    line = clean_line(" ".join(text.split())).rstrip(".")
    return line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE] + "…"
