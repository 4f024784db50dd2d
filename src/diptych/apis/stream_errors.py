"""Finds errors that servers report inside a stream, under the many names that they use for them."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from diptych.apis.error_messages import MESSAGES, with_upstream
from diptych.apis.lenient_json import mapping, mappings, string
from diptych.core.json_text import JsonObject

_MESSAGES = (*MESSAGES, "detail")
_MESSAGES_OF_ERRORS = ("error_message", "errorMessage", "error_msg", "err_msg", "errmsg")
"""Names of messages that only errors have."""

_CODES = (
    "code",
    "type",
    "error_type",
    "errorType",
    "error_code",
    "errorCode",
    "err_code",
    "errcode",
    "status_code",
    "status",
)
_LONGEST_STATUS = 9
"""Digits of the longest number that is taken for a status."""

_IDS = frozenset({"id", "request_id", "requestId", "trace_id", "traceId"})

_SUCCESS = frozenset({"", "0", "200", "ok", "success", "succeeded", "successful", "none", "null", "false", "completed"})
"""Values by which servers say, in every event, that nothing is wrong."""

_PROGRESS = frozenset(
    {
        "status",
        "queue",
        "queued",
        "pending",
        "waiting",
        "started",
        "starting",
        "processing",
        "in_progress",
        "loading",
        "progress",
    }
)
"""States by which servers say that they are working on the answer."""

_API_FIELDS = frozenset({"error", "choices", "usage", "response", "message", "delta", "content_block", "item", "part"})
"""Members that belong to the APIs. The dialects read what is in them."""

_ERROR_WORD = re.compile(
    r"error|exception|malformed|fail(ed|ure)?\b|unexpected_tool_call|insufficient_system_resource", re.IGNORECASE
)
_ABORTED = frozenset({"abort", "aborted", "cancelled", "canceled"})
_EXCEPTION_NAME = re.compile(r"\w(Exception|Error)$")


class ReportedError(NamedTuple):
    """An error in the server's own words: its code or type, and its message. Both are "" if it gives none.

    `certain` is false if nothing calls it an error, so that it may be only a notice.
    """

    code: str
    message: str
    certain: bool = True


def reported_error(data: JsonObject, *, is_foreign: bool) -> ReportedError | None:
    """Return the error that an event's data reports, or None.

    `is_foreign` says that the data has none of the members of its API, so that a message alone may be an error.
    """
    for holder in (data, *_extensions(data)):
        if (error := _named_error(holder)) is not None:
            return error
    message = _first(data, _MESSAGES)
    if _first(data, ("status", "state", "type")).lower() in _PROGRESS:
        return None
    if "code" in data and message and not _is_success(code := _first(data, ("code",))) and not _is_success(message):
        return ReportedError(code, message, certain=False)
    return _foreign_error(data, message) if is_foreign else None


def described_error(error: Any, holder: JsonObject) -> ReportedError:
    """Return what an error says, whether it is an object, a text or a number.

    `holder` is the object that contains it. What the error does not say is taken from there.
    """
    if isinstance(error, dict):
        inner = error.get("error")
        if isinstance(inner, dict) and not _first(error, _MESSAGES):
            error = inner
        return ReportedError(_code(error), with_upstream(_first(error, _MESSAGES), error))
    if isinstance(error, int) and not isinstance(error, bool):
        return ReportedError(str(error), _first(holder, _MESSAGES))
    code = _first(holder, ("code", "type"))
    if isinstance(error, str) and error:
        return ReportedError("" if code in ("error", error) or _is_success(code) else code, error)
    return ReportedError(code, _first(holder, _MESSAGES))


def names_error(reason: str) -> bool:
    """Whether a stop reason names an error and not the reason why a whole answer ends.

    >>> names_error("engine_error"), names_error("length")
    (True, False)
    """
    return _ERROR_WORD.search(reason) is not None


def names_abort(reason: str) -> bool:
    """Whether a stop reason says that the answer was aborted at the server."""
    return reason.lower() in _ABORTED


def _named_error(holder: JsonObject) -> ReportedError | None:
    """Return an error whose name leaves no doubt that it is one."""
    error = holder.get("error") or holder.get("errors")
    if isinstance(error, list):
        error = next((each for each in error if each), None)
    if error and not (isinstance(error, str) and _is_success(error)):
        described = described_error(error, holder)
        says_success = isinstance(error, dict) and (
            _is_quiet(error) or (described.code and _is_success(described.code))
        )
        return None if says_success else described
    if (message := _first(holder, _MESSAGES_OF_ERRORS)) and not _is_success(message):
        return ReportedError(_first(holder, _CODES), message)
    if exception := string(holder, "__type"):
        return ReportedError(exception, _first(holder, _MESSAGES))
    for name, value in holder.items():
        if isinstance(value, dict) and _EXCEPTION_NAME.search(name):
            return ReportedError(name, _first(value, _MESSAGES))
    if holder.get("success") is False:
        return ReportedError(_first(holder, _CODES), _first(holder, _MESSAGES))
    status = mapping(holder, "base_resp")
    if status and not _is_success(code := _first(status, _CODES)):
        return ReportedError(code, _first(status, _MESSAGES))
    return None


def _foreign_error(data: JsonObject, message: str) -> ReportedError | None:
    """Return an error that only its form shows: a status that names one, a `detail`, or nothing but a message."""
    state = _first(data, ("type", "status", "status_code"))
    if names_error(state) or _is_error_status(state):
        return ReportedError(state, message)
    if data.get("detail"):
        said = "; ".join(string(item, "msg") for item in mappings(data, "detail")) or message
        return ReportedError("", said, certain=False)
    is_lone = message and not _is_success(message) and set(data) - _IDS <= set(_MESSAGES)
    return ReportedError("", message, certain=False) if is_lone else None


def _is_error_status(state: str) -> bool:
    """Whether a text is the number of a status that means an error. Python refuses to parse thousands of digits."""
    return state.isdecimal() and len(state) <= _LONGEST_STATUS and int(state) >= 400


def _extensions(data: JsonObject) -> Iterator[JsonObject]:
    """Return the objects that a server adds to those of the API."""
    return (value for name, value in data.items() if isinstance(value, dict) and name not in _API_FIELDS)


def _is_quiet(error: JsonObject) -> bool:
    """Whether nothing in an error object says that something is wrong."""
    return not any(value and not (isinstance(value, str) and _is_success(value)) for value in error.values())


def _code(error: JsonObject) -> str:
    """Return an error's code or type. Some servers write Python's None as a text where they have none."""
    return _first({name: value for name, value in error.items() if value not in ("None", "null")}, _CODES)


def _is_success(word: str) -> bool:
    return word.strip().lower() in _SUCCESS


def _first(holder: JsonObject, names: tuple[str, ...]) -> str:
    """Return the first of the members that is a text, or a whole number as text."""
    for name in names:
        value = holder.get(name)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return ""
