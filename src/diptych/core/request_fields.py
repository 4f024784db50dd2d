"""Reads extra request fields as users write them."""

from typing import Any

from diptych.core.json_text import parse_finite_json

FIXED_FIELDS = {"model": "choose it as the side's model", "stream": "every answer is streamed anyway"}
"""Request fields that cannot be set, with what to do instead."""


def parse_param(text: str) -> tuple[str, Any]:
    """Return the field and value that `KEY=JSON` sets. Raises `ValueError` with a sentence for users.

    >>> parse_param('thinking={"type": "adaptive"}')
    ('thinking', {'type': 'adaptive'})
    """
    key, equals, value = (part.strip() for part in text.partition("="))
    if not key or not equals:
        raise ValueError(f"{text.strip()!r} does not have the form KEY=JSON, for example temperature=0.5.")
    if key in FIXED_FIELDS:
        raise ValueError(f"{key} cannot be an extra request field: {FIXED_FIELDS[key]}.")
    try:
        return key, parse_finite_json(value)
    except ValueError:
        raise ValueError(f"The value of {key} is not JSON. Text needs double quotes.") from None
