"""One line of an event list in full: when it came, what it means, and its raw data."""

import dataclasses
import json
from typing import Any, assert_never

from diptych.core.event import (
    AttemptFailed,
    Event,
    Headers,
    Line,
    RequestSent,
    ResponseBegan,
    RunCut,
    RunFailed,
    RunStopped,
)
from diptych.core.json_text import parse_json
from diptych.core.run import Run
from diptych.core.text.sanitize import clean, clean_line
from diptych.core.wording.describe import describe, explain
from diptych.tui import figure_text


@dataclasses.dataclass(frozen=True, slots=True)
class Inspection:
    """What is shown of a line. `raw` is the data as text, as it arrived: it is not cleaned."""

    title: str
    offsets: str
    explanation: str
    raw: str
    value: Any
    """The data for the tree: decoded JSON, or text if it is not JSON."""


def inspect(run: Run, index: int) -> Inspection:
    """Return what to show of the line with that index."""
    line = run.lines[index]
    name = clean_line(describe(line).name)
    title = f"{line.seq} {name}" if isinstance(line, Event) else name
    raw, value = _data(line)
    return Inspection(title, _offsets(run, index), clean(explain(line)), raw, value)


def _offsets(run: Run, index: int) -> str:
    line = run.lines[index]
    stamps = run.stamps
    t0 = run.began if stamps.t0 is None else stamps.t0
    parts = [f"at {figure_text.arrival(line, t0) if isinstance(line, Event) else figure_text.offset(line.at - t0)} s"]
    if index:
        parts.append(f"Δ {figure_text.gap(line.at - run.lines[index - 1].at)} s")
    if isinstance(line, RequestSent):
        parts += filter(None, [figure_text.connection(run, line.at)])
    if stamps.first_token is not None:
        parts.append(_from_first_token(line.at - stamps.first_token))
    if isinstance(line, Event):
        parts.append(figure_text.size(len(line.data)))
    return " · ".join(parts)


def _from_first_token(seconds: float) -> str:
    if not seconds:
        return "the first token"
    return f"{figure_text.offset(abs(seconds))} s {'after' if seconds > 0 else 'before'} the first token"


def _data(line: Line) -> tuple[str, Any]:
    match line:
        case Event(data=data):
            text = data.decode("utf-8", "replace")
            return text, _json(text)
        case RequestSent(method=method, url=url, headers=headers, body=body):
            text = body.decode("utf-8", "replace")
            value = {"method": method, "url": url, "headers": _by_name(headers), "body": _json(text)}
            return f"{method} {url}\n{_as_text(headers)}\n{text}", value
        case ResponseBegan(status=status, headers=headers, body=body):
            text = body.decode("utf-8", "replace")
            value = {"status": status, "headers": _by_name(headers)}
            return f"{status}\n{_as_text(headers)}\n{text}", value | {"body": _json(text)} if body else value
        case AttemptFailed(attempt=attempt, status=status, wait=wait, reason=reason):
            return _fields({"attempt": attempt, "status": status, "wait": wait, "reason": reason})
        case RunFailed(failure=failure, body=body):
            fields, value = _fields(dataclasses.asdict(failure))
            if not body:
                return fields, value
            text = body.decode("utf-8", "replace")
            return f"{fields}\n\n{text}", value | {"body": _json(text)}
        case RunStopped() | RunCut():
            return "", {}
        case _:
            assert_never(line)


def _fields(fields: dict[str, Any]) -> tuple[str, Any]:
    return json.dumps(fields, ensure_ascii=False), fields


def _json(text: str) -> Any:
    try:
        return parse_json(text)
    except ValueError:
        return text


def _by_name(headers: Headers) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in headers:
        values[name] = f"{values[name]}, {value}" if name in values else value
    return values


def _as_text(headers: Headers) -> str:
    return "".join(f"{name}: {value}\n" for name, value in headers)
