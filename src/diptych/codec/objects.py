"""Rounds, runs and the lines of event lists as JSON objects. docs/output.md describes the format to users."""

import base64
import dataclasses
import json
from typing import Any, assert_never

from diptych.codec.answer_json import answer_members, error_object
from diptych.core.event import (
    AttemptFailed,
    Event,
    Headers,
    Line,
    Note,
    RequestSent,
    ResponseBegan,
    RunCut,
    RunFailed,
    RunStopped,
)
from diptych.core.metrics.usage import Usage
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.strict_json import parse_json

JsonObject = dict[str, Any]

_USAGE_FIELDS = ("input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens")


def round_object(round_: Round) -> JsonObject:
    """The prompt, and an object for each side that was asked."""
    return {"prompt": round_.prompt} | {side: run_object(run) for side, run in round_.runs.items()}


def run_object(run: Run) -> JsonObject:
    """Everything that a run folded to."""
    settings = run.request.settings
    tokens_per_second = run.tokens_per_second
    answer = answer_members(run)
    return {
        "endpoint": settings.endpoint.name,
        "api": settings.endpoint.api,
        "model": settings.model,
        "reported_model": run.reported_model,
        "simulated": settings.simulated,
        "response_id": run.response_id,
        "request_id": run.request_id,
        "state": run.state,
        "text": answer["text"],
        "thinking": answer["thinking"],
        "redacted_thinking": answer["redacted_thinking"],
        "refusal": answer["refusal"],
        "tools": answer["tools"],
        "stop_reason": run.stop_reason,
        "stop_detail": run.stop_detail,
        "usage": _usage(run.usage or Usage()),
        "usage_raw": run.usage_raw,
        "cost_usd": run.cost_usd,
        "events": run.events,
        "attempts": [
            {"status": attempt.status, "wait": _seconds(attempt.wait), "reason": attempt.reason}
            for attempt in run.attempts
        ],
        "timing": {name: _seconds(value) for name, value in dataclasses.asdict(run.stamps.timing()).items()},
        "tokens_per_second": None if tokens_per_second is None else round(tokens_per_second, 2),
        "unread": run.unread,
        "warnings": answer["warnings"],
        "error": answer["error"],
    }


def line_object(run: Run, line: Line) -> JsonObject:
    """One line of an event list: an event with the seconds since t0, or a note with those since the round began."""
    if not isinstance(line, Event):
        return {"side": run.label, "note": _note_name(line), **_note_fields(line), "clock": side_offset(run, line.at)}
    at = _seconds(run.stamps.since_t0(line.at))
    fields: JsonObject = {"side": run.label, "seq": line.seq, "at": at, "event": line.name}
    fields["data"] = line.data.decode("utf-8", "replace")
    if fields["data"].encode() != line.data:
        fields["data_base64"] = base64.b64encode(line.data).decode("ascii")
    if line.dropped:
        fields["dropped"] = line.dropped
    if line.late:
        fields["late"] = _seconds(line.late)
    return fields


def end_object(run: Run) -> JsonObject:
    """The last line of a side: the run as a whole."""
    return {"side": run.label, "note": "end", "run": run_object(run)}


def to_json(value: JsonObject) -> str:
    """One line of ASCII, so that any text survives any terminal, pipe or file."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def _note_name(note: Note) -> str:
    match note:
        case RequestSent():
            return "request"
        case ResponseBegan():
            return "response"
        case AttemptFailed():
            return "attempt"
        case RunFailed():
            return "error"
        case RunStopped():
            return "stopped"
        case RunCut():
            return "cut"
        case _:
            assert_never(note)


def _note_fields(note: Note) -> JsonObject:
    match note:
        case RequestSent(_, method, url, headers, body, connect):
            fields: JsonObject = {"method": method, "url": url, "headers": _headers(headers), "body": _body(body)}
            return fields if connect is None else fields | {"connect": _seconds(connect)}
        case ResponseBegan(_, status, headers, body):
            fields = {"status": status, "headers": _headers(headers)}
            return fields | {"body": _body(body)} if body else fields
        case AttemptFailed(_, attempt, status, wait, reason):
            return {"attempt": attempt, "status": status, "wait": _seconds(wait), "reason": reason}
        case RunFailed(_, failure, body):
            fields = {"error": error_object(failure, None)}
            return fields | {"body": _body(body)} if body else fields
        case RunStopped() | RunCut():
            return {}
        case _:
            assert_never(note)


def _headers(headers: Headers) -> list[list[str]]:
    return [list(header) for header in headers]


def _body(body: bytes) -> Any:
    """A body as the JSON value that it is, or else as text."""
    try:
        value = parse_json(body.decode("utf-8", "surrogatepass"))  # half a character, which JSON can escape
        json.dumps(value, allow_nan=False)  # Python reads NaN and Infinity, which JSON does not have
    except ValueError:
        return body.decode("utf-8", "replace")
    return value


def _usage(usage: Usage) -> JsonObject:
    return {name: getattr(usage, name) for name in _USAGE_FIELDS}


def side_offset(run: Run, at: float) -> float:
    """A stamp as seconds since the round began, to the microsecond."""
    return round(at - run.began, 6)


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
