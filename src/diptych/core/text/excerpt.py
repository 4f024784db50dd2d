"""Short excerpts of foreign text, to be quoted in sentences for users."""

import json
from typing import Any

from diptych.core.text.sanitize import clean_line

_LONGEST = 400
"""Characters that one sentence quotes at most."""


def excerpt(text: str, longest: int) -> str:
    """Return foreign text cleaned, on one line, and cut off after `longest` characters."""
    line = clean_line(" ".join(text.split()))
    return line if len(line) <= longest else line[:longest] + "…"


def json_excerpt(value: Any, longest: int) -> str:
    """Return an excerpt of a value as JSON."""
    return excerpt(json.dumps(value, ensure_ascii=False), longest)


def in_sentence(text: str) -> str:
    """Return an excerpt that can stand inside a sentence, so it does not end with a full stop."""
    return excerpt(text, _LONGEST).rstrip(".")
