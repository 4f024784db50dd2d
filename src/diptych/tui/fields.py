"""Request fields as a user writes them, one `key=JSON` a line."""

import json
from collections.abc import Mapping
from typing import Any


def parse_fields(text: str) -> dict[str, Any]:
    """The fields; raises ValueError with one clear sentence.

    >>> parse_fields('thinking={"type": "adaptive"}')
    {'thinking': {'type': 'adaptive'}}
    """
    fields: dict[str, Any] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        key, equals, value = (part.strip() for part in line.partition("="))
        if not equals or not key:
            raise ValueError(f"Line {number} is not key=JSON, as in temperature=0.5.")
        if key in fields:
            raise ValueError(f"Line {number} sets {key} again.")
        try:
            fields[key] = json.loads(value)
        except ValueError:
            raise ValueError(f"Line {number}: the value of {key} is not JSON; text needs double quotes.") from None
    return fields


def format_fields(fields: Mapping[str, Any]) -> str:
    """The fields as they are written."""
    return "\n".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in fields.items())


def parse_max_tokens(text: str) -> int:
    """A token limit; raises ValueError with one clear sentence."""
    try:
        tokens = int(text.strip().replace(",", "").replace("_", ""))
    except ValueError:
        tokens = 0
    if tokens < 1:
        raise ValueError("Max tokens is not a whole number above 0.")
    return tokens
