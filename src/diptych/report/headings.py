"""What stands above an answer in every export: its side, its model, its settings, and which of several takes it is."""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from diptych.core.naming import is_name_of, model_title, side_name, take_name
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.text.sanitize import clean_line
from diptych.core.wording.settings_summary import settings_line


def heading(run: Run, take: str = "") -> str:
    """Return the line above an answer in plain text; `take` is what `take_name` returned."""
    model = model_title(run.request.settings)
    name = "" if is_name_of(run.label, model) else side_name(run.label)
    return clean_line(f"── {' · '.join(filter(None, (name, model, take)))} ──")


def run_settings(round_: Round, run: Run, room: int = sys.maxsize) -> str:
    """Return what a run was asked with, where that differs from the defaults or the other sides; "" where it does not.

    The line takes at most `room` characters.
    """
    return settings_line(run.request.settings, round_.settings_of_others(run), room)


def whole_settings(run: Run) -> Iterator[tuple[str, str, str]]:
    """Yield what the line of `run_settings` may shorten, each with its name and the language that it is written in."""
    settings = run.request.settings
    if settings.system:
        yield "System prompt", settings.system, "text"
    if settings.params:
        yield "Request fields", _as_json(settings.params), "json"
    if settings.tools:
        yield "Tools", "\n".join(tool.name for tool in settings.tools), "text"
    if settings.response_schema is not None:
        yield "Schema", _as_json(settings.response_schema), "json"


def take_heading(round_: Round, run: Run) -> str:
    """Return the name of a take that does not count, such as `left · take 1 of 3 · openai:gpt-5`."""
    model = model_title(run.request.settings)
    name = "" if is_name_of(run.label, model) else side_name(run.label)
    return clean_line(" · ".join(filter(None, (name, take_name(round_, run), model))))


def _as_json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False, indent=2, default=str)
