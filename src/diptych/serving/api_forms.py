"""Errors and lists of models in the forms of the APIs, as their SDKs read them."""

from collections.abc import Sequence
from typing import Literal

from diptych.core.json_text import JsonObject, to_json
from diptych.serving.timed_answer import TimedAnswer

Form = Literal["anthropic", "openai"]
"""Whose form an answer has: Chat Completions and Responses share one."""

_CREATED = 1_767_225_600
_CREATED_AT = "2026-01-01T00:00:00Z"
"""The date of creation that every model gets, in seconds and as a text. It is not known, but the SDKs demand one."""

_TYPES = {400: "invalid_request_error", 404: "not_found_error", 413: "request_too_large"}


def error_answer(form: Form, status: int, sentence: str) -> TimedAnswer:
    """Return an answer that says what is wrong with a request."""
    kind = _TYPES[status]
    if form == "anthropic":
        error: JsonObject = {"type": "error", "error": {"type": kind, "message": sentence}}
    else:
        error = {"error": {"message": sentence, "type": "invalid_request_error", "param": None, "code": kind}}
    return json_answer(status, error)


def model_list(form: Form, models: Sequence[str]) -> JsonObject:
    """Return the answer to `GET /v1/models`."""
    entries = [model_object(form, model) for model in models]
    if form == "openai":
        return {"object": "list", "data": entries}
    ends = {"first_id": models[0], "last_id": models[-1]} if models else {"first_id": None, "last_id": None}
    return {"data": entries, "has_more": False, **ends}


def model_object(form: Form, model: str) -> JsonObject:
    """Return the answer to `GET /v1/models/MODEL`."""
    if form == "openai":
        return {"id": model, "object": "model", "created": _CREATED, "owned_by": "diptych"}
    return {"type": "model", "id": model, "display_name": model, "created_at": _CREATED_AT}


def json_answer(status: int, value: JsonObject, delay: float = 0.0, headers: bytes = b"") -> TimedAnswer:
    """Return an answer that is one JSON object, sent `delay` seconds after the request.

    `headers` are further lines of its head, each with its line end.
    """
    body = to_json(value).encode("ascii")
    return TimedAnswer(
        status,
        b"content-type: application/json\r\n" + headers,
        begins=delay,
        writes=(body,),
        delays=(delay,),
        ending="clean",
        ends=delay,
    )
