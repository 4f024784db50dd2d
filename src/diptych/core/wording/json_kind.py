"""Names the kind of a JSON value, for sentences about a value of the wrong kind."""

import json
from collections.abc import Mapping
from typing import Any

_LONGEST = 40
"""The most characters that are shown of a number."""

_NAMES: Mapping[type, str] = {dict: "an object", list: "a list", str: "a text"}


def json_kind(value: Any) -> str:
    """Return what kind of JSON value something is. A number, a boolean and null are shown, since they are short.

    >>> json_kind([])
    'a list'
    """
    if value is None or isinstance(value, bool):
        return str(json.dumps(value))
    return next((name for kind, name in _NAMES.items() if isinstance(value, kind)), f"the number {value}"[:_LONGEST])
