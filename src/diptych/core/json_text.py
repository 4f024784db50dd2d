"""JSON as text: what every reader of it accepts, and how it is written, is decided here.

Three things that Python's `json` module lets pass are not JSON, or cannot be handled later: nesting so deep that it
cannot be walked or written again, numbers that are not finite (`NaN`, `Infinity`, `1e999`), and halves of characters
(lone surrogates), which UTF-8 cannot hold. The last are kept: `to_json` writes them as escapes, and `sendable_json`
replaces them in what is sent.
"""

import json
import math
from collections.abc import Iterable
from typing import Any, NoReturn

from diptych.core.text.sanitize import sendable

JsonObject = dict[str, Any]

MOST_LEVELS = 100
"""Levels of nesting that are read. The `json` module recurses, and gives up somewhere below a thousand levels: where
exactly depends on how deep the stack already is, so a value that was read in one place may not be writable in another.
"""

MOST_GLUED = 1_000
"""JSON objects without anything between them that are read from one text."""

_QUOTED_DIGITS = 10
_MAX_DIGITS = 400
"""More digits than the largest float has. Python refuses to parse integers of a few thousand digits."""


def parse_json(text: str) -> Any:
    """Return the value of a JSON text, with or without a byte-order mark.

    Raises `ValueError` for text that is not JSON, and for JSON nested deeper than `MOST_LEVELS`. Numbers that are not
    finite are accepted.
    """
    return _parse(text)


def parse_finite_json(text: str) -> Any:
    """Return the value of a JSON text as `parse_json` does, but refuse numbers that are too large or not finite."""
    return _parse(text, parse_constant=_refuse, parse_float=_finite, parse_int=_whole)


def parse_object(text: str | bytes) -> dict[str, Any]:
    """Return a JSON object whose numbers are finite. Raises `ValueError` whose message follows "it ".

    Its values may be nested more deeply than `MOST_LEVELS`: check `is_too_deep` before you keep one of them.
    """
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    except ValueError:
        raise ValueError("is not JSON") from None
    if not isinstance(value, dict):
        raise ValueError("is not a JSON object")
    return value


def parse_lenient_json(text: str) -> Any:
    """Return the value of a JSON text from a server, without what keeps the rest of it from being read.

    Some servers write NaN or Infinity, which JSON does not have, or endless numbers. Such a number becomes None, so
    that the text beside it is not lost. Others do not escape line breaks and tabs in strings, which are accepted.
    Raises `ValueError` as `parse_json` does.
    """
    decoder = _LENIENT_SHORT if len(text) <= _MAX_DIGITS else _LENIENT
    try:
        value, end = decoder.raw_decode(text) if text.startswith("{") else (None, -1)
        if end != len(text):  # there is white space around it, or it is not an object, or not JSON
            value = decoder.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    _refuse_deep(text, value)
    return value


def parse_glued_objects(text: str) -> list[JsonObject]:
    """Return the JSON objects of a text that consists of several of them, and an empty list for any other text.

    A text of more than `MOST_GLUED` objects is not read, since that would keep the event loop busy.
    """
    found: list[JsonObject] = []
    position = 0
    try:
        while position < len(text):
            if text[position].isspace():
                position += 1
                continue
            value, position = _LENIENT.raw_decode(text, position)
            if not isinstance(value, dict) or is_too_deep(value) or len(found) == MOST_GLUED:
                return []
            found.append(value)
    except (ValueError, RecursionError):
        return []
    return found


def json_or_text(text: str) -> Any:
    """Return the value of a JSON text, or the text itself if it is not JSON or nested too deeply."""
    try:
        return parse_json(text)
    except ValueError:
        return text


def to_json(value: Any) -> str:
    """Return a value as JSON on one line of ASCII, so that any text survives any terminal, pipe or file.

    Raises `ValueError` for numbers that are not finite.
    """
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def sendable_json(value: Any) -> Any:
    """Return a JSON value in which every text can be encoded as UTF-8: U+FFFD takes the place of lone surrogates."""
    match value:
        case str():
            return value if value.isascii() else sendable(value)
        case dict():
            return {sendable_json(name): sendable_json(inner) for name, inner in value.items()}
        case list():
            return list(map(sendable_json, value))
        case _:
            return value


def is_too_deep(value: Any) -> bool:
    """Whether a JSON value is nested deeper than `MOST_LEVELS`."""
    layer = [value]
    for _ in range(MOST_LEVELS):
        layer = [inner for outer in layer for inner in _inside(outer) if isinstance(inner, dict | list)]
        if not layer:
            return False
    return True


def _parse(text: str, **hooks: Any) -> Any:
    try:
        value = json.loads(text.removeprefix("\ufeff"), **hooks)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    _refuse_deep(text, value)
    return value


def _refuse_deep(text: str, value: Any) -> None:
    if text.count("[") + text.count("{") > MOST_LEVELS and is_too_deep(value):
        raise ValueError("nested too deeply")


def _inside(value: Any) -> Iterable[Any]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()


def _finite(number: str) -> float:
    value = float(number)
    return value if math.isfinite(value) else _refuse_large(number)


def _whole(number: str) -> int:
    return int(number) if len(number) <= _MAX_DIGITS else _refuse_large(number)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


def _refuse_large(number: str) -> NoReturn:
    raise ValueError(f"the number {number[:_QUOTED_DIGITS]}{'…' if len(number) > _QUOTED_DIGITS else ''} is too large")


def _finite_or_none(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def _whole_or_none(number: str) -> int | None:
    return int(number) if len(number) <= _MAX_DIGITS else None


def _none(constant: str) -> None:
    """Return None in place of NaN or Infinity."""


_LENIENT = json.JSONDecoder(parse_constant=_none, parse_float=_finite_or_none, parse_int=_whole_or_none, strict=False)
_LENIENT_SHORT = json.JSONDecoder(parse_constant=_none, parse_float=_finite_or_none, strict=False)
"""For a text that has no room for an integer of too many digits, as nearly all events: a third faster."""
