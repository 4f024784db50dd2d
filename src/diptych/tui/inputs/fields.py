"""Request fields and token limits as a user types them."""

import json
from collections.abc import Mapping
from typing import Any

from diptych.core.request_fields import parse_param


def parse_fields(text: str) -> dict[str, Any]:
    """Return the fields that a text has, one `KEY=JSON` per line; raises `ValueError` with one clear sentence.

    >>> parse_fields('thinking={"type": "adaptive"}')
    {'thinking': {'type': 'adaptive'}}
    """
    fields: dict[str, Any] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            key, value = parse_param(line)
        except ValueError as error:
            raise ValueError(f"Line {number}: {error}") from None
        if key in fields:
            raise ValueError(f"Line {number} sets {key} again.")
        fields[key] = value
    return fields


def format_fields(fields: Mapping[str, Any]) -> str:
    """Return the fields as a user types them, one `KEY=JSON` per line."""
    return "\n".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in fields.items())


def parse_max_tokens(text: str) -> int:
    """Return a token limit; raises `ValueError` with one clear sentence."""
    try:
        tokens = int(text.strip().replace(",", "").replace("_", ""))
    except ValueError:
        tokens = 0
    if tokens < 1:
        raise ValueError("Max tokens is not a whole number above 0.")
    return tokens
