"""Reading foreign JSON: whatever the types are, a reader gets what it asked for or the empty value of that type."""

import json
import math
from typing import Any, NoReturn

JsonObject = dict[str, Any]


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant[:20]} is no number of JSON")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse(text)


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


def decode(text: str) -> Any:
    """The value of a JSON text. Raises `ValueError` for anything else, too deep a nesting included."""
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def string(container: JsonObject, key: str) -> str:
    """The string at `key`, or ""."""
    value = container.get(key)
    return value if isinstance(value, str) else ""


def mapping(container: JsonObject, key: str) -> JsonObject:
    """The object at `key`, or an empty one."""
    value = container.get(key)
    return value if isinstance(value, dict) else {}


def mappings(container: JsonObject, key: str) -> list[JsonObject]:
    """The objects in the array at `key`; what is no object is left out."""
    value = container.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def whole(container: JsonObject, key: str) -> int | None:
    """The whole number at `key`, or None."""
    value = container.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
