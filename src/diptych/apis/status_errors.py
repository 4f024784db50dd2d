"""Answers with an HTTP status other than success, and the sentence that each of them becomes."""

from collections.abc import Mapping

import httpx2

from diptych.apis.error_messages import body_message
from diptych.apis.refused_fields import named_field
from diptych.apis.request_path import PATH_ENDS
from diptych.apis.retry_after import requested_wait
from diptych.core.event import request_id
from diptych.core.failure import Failure
from diptych.core.settings import Settings
from diptych.core.text.excerpt import in_sentence
from diptych.core.wording.durations import waiting_time

_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
"""What the APIs call the limit on an answer's tokens."""


class StatusError(Exception):
    """Raised instead of the SDKs' errors, for which they read the whole body, however long it is.

    `body` is the beginning of the decompressed body, empty if it could not be decompressed.
    """

    def __init__(self, status: int, headers: httpx2.Headers, body: bytes) -> None:
        super().__init__(f"HTTP status {status}")
        self.status = status
        self.headers = headers
        self.body = body


def status_failure(error: StatusError, host: str, settings: Settings) -> Failure:
    """Return the failure that a status means for the user: what the server said, and what to do."""
    sentence = _sentence(error, host, settings)
    return Failure("http", sentence, error.status, request_id(error.headers.multi_items()))


def server_message(body: bytes) -> str:
    """Return the message of an error's body, which is text, JSON or markup of any server; "" if it has none."""
    return in_sentence(body_message(body.decode("utf-8-sig", "replace").strip()))


def _sentence(error: StatusError, host: str, settings: Settings) -> str:
    status, url_source = error.status, settings.endpoint.url_source
    said = server_message(error.body)
    because = f": {said}." if said else "."
    match status:
        case 401 | 403 if not settings.endpoint.sends_key:
            member = settings.endpoint.key_source
            return f"{host} refused the request, which has no key ({status}){because} If it needs one, set {member}."
        case 401 | 403:
            return f"{host} refused the key ({status}){because} Check {settings.endpoint.key_source}."
        case 404:
            unknown = _unknown(said, settings)
            return f"{host} does not know {unknown} (404){because} Check the model's name and {url_source}."
        case 408 | 409:
            return f"{host} did not process the request ({status}){because} Send the prompt again."
        case 413:
            return f"The request is too large for {host} (413){because} Shorten it or start a new conversation."
        case 429:
            return f"{host} limits the rate of requests (429){because} {_wait(error.headers)}"
        case _ if status < 400:
            to = in_sentence(error.headers.get("location", "")) or "elsewhere"
            return f"{host} redirects to {to} ({status}). Redirects are not followed. Check {url_source}."
        case _ if status >= 500:
            return f"{host} is overloaded or has failed ({status}){because} {_wait(error.headers)}"
        case _:
            return f"{host} refused the request ({status}){because} {_what_to_change(error.body, settings)}"


def _unknown(said: str, settings: Settings) -> str:
    """Return what a server that answers 404 does not know.

    A server that does not offer an API answers 404 as well, often with nothing but "Not Found". Only an answer that
    speaks of a model says that it is the model.
    """
    model = in_sentence(settings.model)
    if "model" in said.lower() or model in said:
        return f"the model {model!r}"
    path = next(end for end, api in PATH_ENDS.items() if api == settings.endpoint.api)
    return f"the model {model!r}, or does not offer the API at {path}"


def _what_to_change(body: bytes, settings: Settings) -> str:
    """Return the advice for a refused request: the setting that the server names, if it names one."""
    params = settings.params
    members = [f"{name}.{member}" for name, value in params.items() if isinstance(value, Mapping) for member in value]
    field = named_field(body, (*members, *params, *_LIMITS))
    if field is None:
        return "Check the model and the extra request fields."
    if field in _LIMITS and field not in params:
        return "Change max tokens in the settings."
    return f"Change or remove {field} in the settings."


def _wait(headers: httpx2.Headers) -> str:
    asked = requested_wait(headers)
    return f"It asks you to wait {waiting_time(asked)}." if asked else "Send the prompt again later."
