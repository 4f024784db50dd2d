"""Checks the parsed tables of a config file against their types, member by member.

msgspec decides whether a value has its type. It would stop at the first error and report it in the words of Python, so
each member is converted alone, and a value that does not fit is described in the words of its type (`tables.py`).
"""

import math
from datetime import date, time
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from diptych.config.problems import Key, Problems
from diptych.config.tables import EndpointTable, PresetTable, PricesTable

_LARGEST = 2**63
"""TOML's integers have 64 bits. Python also reads longer ones, some of which it then refuses to write."""

_NO_KEYS = " A key does not belong in this file: name the environment variable that holds it in key_env."
_KEY_NAMES = ("key", "api_key", "apikey", "token", "password", "secret")

_TOP_OF_FILE = " It belongs at the top of the file, before the first [table]."
_TOP_MEMBERS = ("left", "right", "theme", "blind_pace", "system", "max_tokens", "timeout")
"""Members that a table does not have often stand in it because they were added at the end of the file."""

_INNER_TABLES = (EndpointTable, PresetTable, PricesTable)

_Table = TypeVar("_Table", bound=msgspec.Struct)


def checked_table(kind: type[_Table], table: Any, key: Key, problems: Problems) -> _Table | None:
    """Return a table without the members that cannot be used, each of which is added to the problems.

    Returns None if a required member is missing or cannot be used.
    """
    members = _members(kind)
    required = [name for name, field in members.items() if field.required]
    if not isinstance(table, dict):
        problems.add_member(key, f"must be a table, not {_kind_of(table)}.")
        return None if required else kind()
    usable: dict[str, Any] = {}
    for name, value in table.items():
        if name not in members:
            problems.add_unknown((*key, name), members, _hint(kind, name))
        elif (converted := _checked(members[name].type, value, (*key, name), problems)) is not None:
            usable[name] = converted
    for name in required:
        if name not in table:
            problems.add_member((*key, name), "is missing.")
    return kind(**usable) if all(name in usable for name in required) else None


def _hint(kind: type[msgspec.Struct], name: str) -> str:
    """Return what to do about a member that a table does not have, if that is known."""
    if kind is EndpointTable and name.lower() in _KEY_NAMES:
        return _NO_KEYS
    return _TOP_OF_FILE if kind in _INNER_TABLES and name in _TOP_MEMBERS else ""


def check_json(value: Any, key: Key, problems: Problems) -> None:
    """Add what cannot be written as JSON to the problems."""
    left = [(key, value)]
    while left:
        key, value = left.pop()
        match value:
            case dict():
                left += [((*key, name), inner) for name, inner in value.items()]
            case list():
                left += [(key, inner) for inner in value]
            case date() | time():
                problems.add_member(key, "is a date or time, which JSON does not have: write it as text in quotes.")
            case float() | int() if _out_of_range(value):
                problems.add_member(key, f"must be a number that JSON can hold, not {_kind_of(value)}.")


@cache
def _members(kind: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    return {field.name: field for field in msgspec.structs.fields(kind)}


def _checked(kind: Any, value: Any, key: Key, problems: Problems) -> Any:
    """Return the value as its type, None if it cannot be used."""
    kind = _without_none(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return checked_table(kind, value, key, problems)
    if get_origin(kind) is dict:
        return _checked_dict(get_args(kind)[1], value, key, problems)
    if kind is Any:
        return value
    try:
        if not _out_of_range(value):
            return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        pass
    problems.add_member(key, _wrong_value(kind, value, problems))
    return None


def _checked_dict(kind: Any, table: Any, key: Key, problems: Problems) -> dict[str, Any] | None:
    if not isinstance(table, dict):
        problems.add_member(key, f"must be a table, not {_kind_of(table)}.")
        return None
    usable: dict[str, Any] = {}
    for name, value in table.items():
        if not name:
            problems.add_member((*key, name), "has an empty name.")
        elif (converted := _checked(kind, value, (*key, name), problems)) is not None:
            usable[name] = converted
    return usable


def _without_none(kind: Any) -> Any:
    """Return a type without the None that stands for a member that is missing."""
    if get_origin(kind) in (Union, UnionType):
        return next(each for each in get_args(kind) if each is not type(None))
    return kind


def _description(kind: Any) -> str:
    return next(str(meta.description) for meta in kind.__metadata__ if meta.description)


def _wrong_value(kind: Any, value: Any, problems: Problems) -> str:
    """Return the rest of a sentence about a member whose value does not have its type."""
    base = get_args(kind)[0]
    must_be = f"must be {_description(kind)}"
    if value in ("", []):
        return f"must not be empty: it {must_be}."
    if get_origin(base) is Literal and isinstance(value, str):
        return f"{must_be}.{problems.nearest(value, get_args(base))}"
    is_of_the_type = (isinstance(value, str) and base is str) or (isinstance(value, list) and get_origin(base) is tuple)
    return f"{must_be}." if is_of_the_type else f"{must_be}, not {_kind_of(value)}."


def _out_of_range(value: Any) -> bool:
    match value:
        case bool():
            return False
        case float():
            return not math.isfinite(value)
        case int():
            return not -_LARGEST <= value < _LARGEST
        case _:
            return False


def _kind_of(value: Any) -> str:
    """Return in plain words what a value is. Only numbers are quoted: a text may be a secret in the wrong place."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return str(value)
        case int():
            return "a number of that many digits" if _out_of_range(value) else str(value)
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"
