"""Checks that need nothing but the run: texts, figures and the stop reason. Each function is pure."""

import json
from decimal import Decimal
from typing import Any, assert_never

from diptych.core.experiment.checks.check import Check, CheckedPart
from diptych.core.json_answer import json_in
from diptych.core.json_text import json_or_text, parse_finite_json
from diptych.core.run import Run
from diptych.core.text.excerpt import excerpt

_LONGEST_QUOTE = 80

_OTHER_ENDS = {"cut": "the answer was cut off", "stopped": "the answer was stopped", "failed": "the answer failed"}
"""Why an answer that is not complete passes no check."""


def why_not_checked(run: Run) -> str:
    """Return why an answer passes no check, whatever is in it; "" if it is complete, so that it can be checked."""
    return "" if run.state == "complete" else _OTHER_ENDS.get(run.state, "the answer has not ended")


def part_text(run: Run, part: CheckedPart) -> str:
    """Return the text of a part of an answer, as checks see it.

    The answer is the visible text, or the refusal in its place. Tool calls are a JSON list of objects with `name` and
    `arguments`, which are text where the model wrote something that is not JSON.
    """
    match part:
        case "answer":
            return str(run.text or run.refusal)
        case "thinking":
            return str(run.thinking)
        case "tools":
            calls = [{"name": tool.name, "arguments": json_or_text(tool.arguments)} for tool in run.tools]
            return json.dumps(calls, ensure_ascii=False)
        case _:
            assert_never(part)


def plain_problem(run: Run, check: Check, text: str) -> str:
    """Return why an answer fails a check that needs nothing but the run, "" if it passes.

    `text` is the part that the check looks at.
    """
    value = check.value
    match check.kind:
        case "contains":
            return "" if value in text else f"not found in {_quoted(text)}"
        case "not_contains":
            return f"found at character {text.index(value) + 1:,}" if value in text else ""
        case "equals":
            return "" if text.strip() in {each.strip() for each in _listed(value)} else f"it is {_quoted(text)}"
        case "json":
            return _json_problem(run, check, text)
        case "stop_reason":
            return "" if run.stop_reason in _listed(value) else f"it is {_quoted(run.stop_reason or 'not known')}"
        case "max_first_token":
            return _above(run.stamps.timing().first_token, value, " s")
        case "max_total":
            return _above(run.stamps.timing().end, value, " s")
        case "max_output_tokens":
            return _above(run.usage.output_tokens if run.usage else None, value, "")
        case "max_cost_usd":
            return _above(None if run.cost_usd is None else Decimal(run.cost_usd), Decimal(str(value)), " USD")
        case "regex" | "json_schema" | "command":
            raise ValueError(f"{check.kind} is checked in another process")
        case _:
            assert_never(check.kind)


def json_problem(text: str) -> str:
    """Return why a text is not JSON, "" if it is. White space and a fence of Markdown around it do not count."""
    try:
        parse_finite_json(json_in(text))
    except ValueError as error:
        return f"it is not JSON ({error})"
    return ""


def _json_problem(run: Run, check: Check, text: str) -> str:
    if check.part != "tools":
        return json_problem(text)
    problems = ((tool.name, json_problem(tool.arguments)) for tool in run.tools)
    return next((f"the arguments of {excerpt(name, 40)}: {problem}" for name, problem in problems if problem), "")


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _above(figure: float | Decimal | None, most: float | Decimal, unit: str) -> str:
    """Return a figure if it is more than the most that is allowed, or that it is not known; "" if it is not above."""
    if figure is None:
        return "it is not known"
    if figure <= most:
        return ""
    return f"it is {figure:,}{unit}" if isinstance(figure, int) else f"it is {float(figure):.6g}{unit}"


def _quoted(text: str) -> str:
    return json.dumps(excerpt(text, _LONGEST_QUOTE), ensure_ascii=False)
