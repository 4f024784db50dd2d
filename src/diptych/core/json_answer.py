"""Answers that are JSON as a whole, with or without a fence of Markdown around it."""

import re
from typing import Any

from diptych.core.json_text import parse_json
from diptych.core.run import Run

_FENCED = re.compile(r"(`{3,}|~{3,})[ \t]*(?:json)?[ \t]*\n(.*?)\n?[ \t]*\1", re.DOTALL | re.IGNORECASE)


def json_in(text: str) -> str:
    """Return the JSON text that an answer should be: without white space around it, and without a fence of Markdown."""
    text = text.strip()
    fenced = _FENCED.fullmatch(text) if text.startswith(("```", "~~~")) else None
    return fenced[2] if fenced else text


def json_value(run: Run) -> Any | None:
    """Return the object or array that an answer is, None if it is something else or has not ended."""
    text = json_in(str(run.text)) if run.ended else ""
    if not text.startswith(("{", "[")):
        return None
    try:
        return parse_json(text)
    except ValueError:
        return None
