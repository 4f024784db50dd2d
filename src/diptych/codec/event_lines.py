"""A line of an event list as a JSON object and back. docs/reference/output.md describes the format to users.

`run --events` prints these lines and recordings hold them; the history keeps the fields of a note as JSON. What is read
is not trusted: the functions that read raise `ValueError` with words that follow "it ".
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, assert_never, get_args

from diptych.codec.body_members import body_members, read_body_members
from diptych.codec.checked_fields import date, rounded, seconds, text, whole
from diptych.codec.settings_object import settings_members
from diptych.core.event import (
    ArrivalClock,
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
from diptych.core.failure import Failure, FailureKind
from diptych.core.json_text import JsonObject, parse_finite_json, parse_object, to_json
from diptych.core.recording import RecordedEvent
from diptych.core.run import Run
from diptych.core.unknown_times import UNKNOWN_TIMES, UnknownTime

# Lines


def line_object(run: Run, line: Line) -> JsonObject:
    """Return a line as an object: an event with the seconds since t0, or a note with those since the round began."""
    if not isinstance(line, Event):
        fields = run_key(run) | {"note": note_name(line), **_note_fields(line)}
        if isinstance(line, RequestSent):
            fields["settings"] = settings_members(run.request.settings)
        return fields | {"clock": seconds_into_round(run, line.at)}
    fields = run_key(run)
    fields |= {"seq": line.seq, "at": rounded(run.stamps.since_t0(line.at)), "event": line.name}
    fields["data"] = line.data.decode("utf-8", "replace")
    if fields["data"].encode() != line.data:
        fields["data_base64"] = base64.b64encode(line.data).decode("ascii")
    if line.dropped:
        fields["dropped"] = line.dropped
    if line.late:
        fields["late"] = rounded(line.late)
    return fields | body_members(run, line)


def run_key(run: Run) -> JsonObject:
    """Return what tells which run a line belongs to: its label, and its take unless that is the first."""
    return {"side": run.label} if run.take == 1 else {"side": run.label, "take": run.take}


def seconds_into_round(run: Run, at: float) -> float:
    """Return a stamp as seconds since the round began, to the microsecond."""
    return round(at - run.began, 6)


def read_event(line: Mapping[str, Any], t0: float) -> RecordedEvent:
    """Return the event of a line whose time counts from `t0`."""
    data = text(line, "data").encode("utf-8", "surrogatepass")
    if "data_base64" in line:
        data = read_base64(line, "data_base64")
    late = 0.0 if "late" not in line else seconds(line, "late")
    at, name, dropped = t0 + seconds(line, "at"), text(line, "event"), whole(line, "dropped")
    return RecordedEvent(at, name, data, dropped, late, *read_body_members(line, t0))


def read_base64(fields: Mapping[str, Any], key: str) -> bytes:
    """Return the bytes that a text in Base64 stands for."""
    encoded = text(fields, key)
    try:
        return base64.b64decode(encoded, validate=True)
    except ValueError:
        raise ValueError(f"has {key} that is not Base64") from None


def read_note(line: Mapping[str, Any], at: float) -> Note:
    """Return the note of a line, which was made at `at`."""
    kind = line.get("note")
    read = _NOTES.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise ValueError("is neither an event nor a note of this version")
    return read(line, at)


# Notes as the history keeps them


def note_name(note: Note) -> str:
    """Return the name by which a note's kind is written."""
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


def note_data(note: Note) -> bytes:
    """Return the fields of a note as JSON, without its name and its time."""
    return to_json(_note_fields(note)).encode()


def read_note_data(name: str, data: bytes, at: float) -> Note:
    """Return the note with that name and these fields, which was made at `at`."""
    return read_note(parse_object(data) | {"note": name}, at)


# The fields of each note, and how they are read


def _note_fields(note: Note) -> JsonObject:
    match note:
        case RequestSent(_, method, url, headers, body, connect, sent, unknown):
            fields: JsonObject = {"method": method, "url": url, "headers": _headers(headers), "body": _body(body)}
            fields |= {} if connect is None else {"connect": rounded(connect)}
            fields |= {} if sent is None else {"date": rounded(sent)}
            return fields | {"unknown_times": list(unknown)} if unknown else fields
        case ResponseBegan(_, status, headers, body, clock):
            fields = {"status": status, "headers": _headers(headers)}
            if clock is not None:
                fields["stamped_by"] = clock
            return fields | {"body": _body(body)} if body else fields
        case AttemptFailed(_, attempt, status, wait, reason):
            return {"attempt": attempt, "status": status, "wait": rounded(wait), "reason": reason}
        case RunFailed(_, failure, body):
            fields = {"error": failure_object(failure)}
            return fields | {"body": _body(body)} if body else fields
        case RunStopped() | RunCut():
            return {}
        case _:
            assert_never(note)


def failure_object(failure: Failure, request_id: str | None = None) -> JsonObject:
    """Return a failure as an object; `request_id` is that of its run, for a failure that has none."""
    return {
        "kind": failure.kind,
        "status": failure.status,
        "message": failure.message,
        "request_id": failure.request_id or request_id,
    }


def _read_request(line: Mapping[str, Any], at: float) -> Note:
    connect = None if line.get("connect") is None else seconds(line, "connect")
    asked = (text(line, "method"), text(line, "url"), _read_headers(line), _read_body(line))
    sent = None if line.get("date") is None else date(line, "date")
    return RequestSent(at, *asked, connect, sent, read_unknown_times(line))


def read_unknown_times(fields: Mapping[str, Any]) -> tuple[UnknownTime, ...]:
    """Return the times that are not known by the member `unknown_times`; none without it."""
    names = fields.get("unknown_times", [])
    if not isinstance(names, list) or not all(name in UNKNOWN_TIMES for name in names):
        raise ValueError("names unknown times that this version does not know")
    return tuple(name for name in UNKNOWN_TIMES if name in names)


def _read_response(line: Mapping[str, Any], at: float) -> Note:
    stamped_by = line.get("stamped_by")
    if stamped_by not in (None, *get_args(ArrivalClock)):
        raise ValueError("was stamped by no known clock")
    return ResponseBegan(at, whole(line, "status"), _read_headers(line), _read_body(line), stamped_by)


def _read_attempt(line: Mapping[str, Any], at: float) -> Note:
    wait = None if line.get("wait", 0) is None else max(seconds(line, "wait"), 0.0)
    return AttemptFailed(at, whole(line, "attempt", 1), _read_status(line), wait, text(line, "reason"))


def _read_error(line: Mapping[str, Any], at: float) -> Note:
    error = line.get("error")
    if not isinstance(error, dict) or error.get("kind") not in get_args(FailureKind):
        raise ValueError("has an error of no known kind")
    request_id = text(error, "request_id") if error.get("request_id") is not None else None
    return RunFailed(
        at, Failure(error["kind"], text(error, "message"), _read_status(error), request_id), _read_body(line)
    )


_NOTES: Mapping[str, Callable[[Mapping[str, Any], float], Note]] = {
    "request": _read_request,
    "response": _read_response,
    "attempt": _read_attempt,
    "error": _read_error,
    "stopped": lambda line, at: RunStopped(at),
    "cut": lambda line, at: RunCut(at),
}


def _read_status(line: Mapping[str, Any]) -> int | None:
    return None if line.get("status") is None else whole(line, "status")


def _headers(headers: Headers) -> list[list[str]]:
    return [list(header) for header in headers]


def _read_headers(line: Mapping[str, Any]) -> Headers:
    headers = line.get("headers", [])
    if not isinstance(headers, list):
        raise ValueError("has headers that are not a list")
    for header in headers:
        if not (isinstance(header, list) and len(header) == 2 and all(isinstance(part, str) for part in header)):
            raise ValueError("has a header that is not a name and a value")
    return tuple((name, value) for name, value in headers)


def _body(body: bytes) -> Any:
    """Return a body as the JSON value that it is, else as text."""
    try:
        return parse_finite_json(body.decode("utf-8", "surrogatepass"))  # JSON can escape half a character
    except ValueError:
        return body.decode("utf-8", "replace")


def _read_body(line: Mapping[str, Any]) -> bytes:
    """Return a body that was written as a text, or as the JSON that it was."""
    if "body" not in line:
        return b""
    body = line["body"]
    try:
        written = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        raise ValueError("has a body that is nested too deeply") from None
    return written.encode("utf-8", "surrogatepass")
