"""The lines of a recording, read from the JSON objects they were written as; nothing in them is trusted.

The reverse of `diptych.codec.objects` and `diptych.codec.recording_lines`. Every function raises `ValueError` that says
what is wrong with the object, in words that follow "it ".
"""

import base64
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, get_args

from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.event import AttemptFailed, Headers, Note, RequestSent, ResponseBegan, RunCut, RunFailed, RunStopped
from diptych.core.failure import Failure, FailureKind
from diptych.core.recording import RecordedEvent
from diptych.core.settings import Settings
from diptych.core.strict_json import is_too_deep

_LONGEST = 10 * 365 * 86_400.0
"""Seconds that no round takes: a time beyond is damage."""

_MOST = 2**53

_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,25})?")


def read_event(line: Mapping[str, Any], t0: float) -> RecordedEvent:
    """An event, whose time counts from `t0`."""
    data = _text(line, "data").encode("utf-8", "surrogatepass")
    if "data_base64" in line:
        encoded = _text(line, "data_base64")
        try:
            data = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise ValueError("has data_base64 that is no Base64") from None
    late = 0.0 if "late" not in line else seconds(line, "late")
    return RecordedEvent(t0 + seconds(line, "at"), _text(line, "event"), data, _whole(line, "dropped", 0), late)


def read_note(line: Mapping[str, Any], at: float) -> Note:
    """A note, which was made at `at`."""
    kind = line.get("note")
    read = _NOTES.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise ValueError("is neither an event nor a note of this version")
    return read(line, at)


def read_cost(run: Any) -> str | None:
    """What a run cost, from the object of its end line; None where it says nothing that is an amount."""
    cost = run.get("cost_usd") if isinstance(run, dict) else None
    return cost if isinstance(cost, str) and _AMOUNT.fullmatch(cost) else None


def read_settings(value: Any) -> Settings:
    """How a side was asked; its endpoint has no address and no key."""
    if not isinstance(value, dict):
        raise ValueError("has a side that is no object")
    api = _text(value, "api")
    if api not in get_args(ApiName):
        raise ValueError(f"names an API that this version does not know, {api[:40]!r}")
    endpoint = Endpoint(_text(value, "endpoint"), api, "", "")  # type: ignore[arg-type]  # checked above
    params = value.get("params", {})
    if not isinstance(params, dict):
        raise ValueError("has params that are no object")
    if is_too_deep(params):
        raise ValueError("has params that are nested too deeply")
    max_tokens = _whole(value, "max_tokens", 1) or 1
    system = _text(value, "system") if "system" in value else ""
    return Settings(endpoint, _text(value, "model"), value.get("simulated") is True, system, max_tokens, params)


def seconds(line: Mapping[str, Any], key: str) -> float:
    """A time in seconds."""
    value = line.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"has no time as {key}")
    if not -_LONGEST <= value <= _LONGEST:
        raise ValueError(f"has a time as {key} that cannot be")
    return float(value)


def load_object(text: str | bytes) -> dict[str, Any]:
    """A JSON object."""
    try:
        value = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    except ValueError:
        raise ValueError("is no JSON") from None
    if not isinstance(value, dict):
        raise ValueError("is no JSON object")
    return value


def _finite(number: str) -> float:
    value = float(number)
    return value if math.isfinite(value) else _refuse(number)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _request(line: Mapping[str, Any], at: float) -> Note:
    connect = None if line.get("connect") is None else seconds(line, "connect")
    return RequestSent(at, _text(line, "method"), _text(line, "url"), _headers(line), _body(line), connect)


def _response(line: Mapping[str, Any], at: float) -> Note:
    return ResponseBegan(at, _whole(line, "status", 0), _headers(line), _body(line))


def _attempt(line: Mapping[str, Any], at: float) -> Note:
    wait = seconds(line, "wait")
    return AttemptFailed(at, _whole(line, "attempt", 1), _status(line), max(wait, 0.0), _text(line, "reason"))


def _error(line: Mapping[str, Any], at: float) -> Note:
    error = line.get("error")
    if not isinstance(error, dict) or error.get("kind") not in get_args(FailureKind):
        raise ValueError("has an error of no known kind")
    request_id = _text(error, "request_id") if error.get("request_id") is not None else None
    return RunFailed(at, Failure(error["kind"], _text(error, "message"), _status(error), request_id), _body(line))


_NOTES: Mapping[str, Callable[[Mapping[str, Any], float], Note]] = {
    "request": _request,
    "response": _response,
    "attempt": _attempt,
    "error": _error,
    "stopped": lambda line, at: RunStopped(at),
    "cut": lambda line, at: RunCut(at),
}


def _text(line: Mapping[str, Any], key: str) -> str:
    value = line.get(key)
    if not isinstance(value, str):
        raise ValueError(f"has no text as {key}")
    return value


def _whole(line: Mapping[str, Any], key: str, default: int) -> int:
    value = line.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
        raise ValueError(f"has no whole number as {key}")
    return value


def _status(line: Mapping[str, Any]) -> int | None:
    return None if line.get("status") is None else _whole(line, "status", 0)


def _headers(line: Mapping[str, Any]) -> Headers:
    headers = line.get("headers", [])
    if not isinstance(headers, list):
        raise ValueError("has headers that are no list")
    for header in headers:
        if not (isinstance(header, list) and len(header) == 2 and all(isinstance(part, str) for part in header)):
            raise ValueError("has a header that is no name and value")
    return tuple((name, value) for name, value in headers)


def _body(line: Mapping[str, Any]) -> bytes:
    """A body, which was written as a text, or as the JSON that it was."""
    if "body" not in line:
        return b""
    body = line["body"]
    try:
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        raise ValueError("has a body that is nested too deeply") from None
    return text.encode("utf-8", "surrogatepass")
