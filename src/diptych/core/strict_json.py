"""JSON from elsewhere, never nested deeper than what Python can walk, copy and write again."""

import json
from collections.abc import Iterable
from typing import Any

MOST_LEVELS = 100
"""Levels of nesting that are read. The `json` module recurses, and gives up somewhere below a thousand levels: where
exactly depends on how deep the stack already is, so a value that was read in one place may not be writable in another.
"""


def parse_json(text: str, **hooks: Any) -> Any:
    """The value of a JSON text, with or without a byte-order mark; `hooks` are those of `json.loads`.

    Raises `ValueError` for text that is not JSON, and for JSON nested deeper than `MOST_LEVELS`.
    """
    try:
        value = json.loads(text.removeprefix("\ufeff"), **hooks)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if text.count("[") + text.count("{") > MOST_LEVELS and is_too_deep(value):
        raise ValueError("nested too deeply")
    return value


def is_too_deep(value: Any) -> bool:
    """Whether a JSON value is nested deeper than `MOST_LEVELS`."""
    layer = [value]
    for _ in range(MOST_LEVELS):
        layer = [inner for outer in layer for inner in _inside(outer) if isinstance(inner, dict | list)]
        if not layer:
            return False
    return True


def _inside(value: Any) -> Iterable[Any]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()
