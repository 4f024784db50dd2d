"""Request fields and token limits as a user types them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from diptych.core.request_fields import parse_param


def parse_fields(text: str) -> dict[str, Any]:
    """Return the fields that a text has, one `KEY=JSON` per line; raises `ValueError` with one clear sentence.

    >>> parse_fields('thinking={"type": "adaptive"}')
    {'thinking': {'type': 'adaptive'}}
    """
    fields: dict[str, Any] = {}
    for number, line in enumerate(_lines(text), start=1):
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


def is_readable(text: str) -> bool:
    """Whether every line of a text sets a field."""
    try:
        parse_fields(text)
    except ValueError:
        return False
    return True


def check_fields(text: str, remark: Callable[[str, Any], str]) -> str:
    """Return the first remark about a line, with the number of the line; "" if there is none.

    `remark` returns a sentence about a field and its value, or "". Lines that cannot be read are passed over.
    """
    for number, line in enumerate(_lines(text), start=1):
        try:
            sentence = remark(*parse_param(line))
        except ValueError:
            continue
        if sentence:
            return f"Line {number}: {sentence}"
    return ""


def format_fields(fields: Mapping[str, Any]) -> str:
    """Return the fields as a user types them, one `KEY=JSON` per line."""
    return "\n".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in fields.items())


def _lines(text: str) -> list[str]:
    r"""Return the lines of a text, which end with \n alone: JSON may hold other line separators."""
    return text.split("\n")


def parse_max_tokens(text: str) -> int:
    """Return a token limit; raises `ValueError` with one clear sentence."""
    try:
        tokens = int(text.strip().replace(",", "").replace("_", ""))
    except ValueError:
        tokens = 0
    if tokens < 1:
        raise ValueError("Max tokens is not a whole number above 0.")
    return tokens
