"""Errors of the SDKs and of HTTP as one clear sentence each: what failed, and what to do about it."""

import dataclasses
import errno
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

import httpx2

from diptych.apis.data import JsonObject, array, decode, mappings, quoted, string
from diptych.apis.retry_after import asked_wait
from diptych.core.event import request_id
from diptych.core.failure import Failure
from diptych.core.request import SideSettings


def failure_of(error: Exception, settings: SideSettings) -> Failure:
    """What an exception of an attempt or of a broken stream comes to, without the secrets that it may quote."""
    failure = _failure_of(error, settings)
    scrub = settings.endpoint.secrets.scrub
    known_id = failure.request_id and scrub(failure.request_id)
    return dataclasses.replace(failure, message=scrub(failure.message), request_id=known_id)


def _failure_of(error: Exception, settings: SideSettings) -> Failure:
    import anthropic  # loaded long before anything can fail
    import openai

    response = getattr(error, "response", None)
    if isinstance(response, httpx2.Response):
        return _of_response(response, settings)
    cause = _transport_error(error)
    if isinstance(cause, httpx2.TimeoutException):
        return Failure(
            "timeout", f"No connection to {_host(settings)} within the time allowed. Check {_url_variable(settings)}."
        )
    if isinstance(cause, httpx2.ConnectError):
        return Failure("connection", _connect_sentence(cause, settings))
    if isinstance(cause, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
        url = settings.endpoint.base_url
        return Failure("request", f"{url!r} is no base URL: it must begin with http:// or https://.")
    if isinstance(cause, httpx2.TransportError | httpx2.DecodingError):
        reason = str(cause).rstrip(".") or type(cause).__name__
        return Failure("connection", f"The connection to {_host(settings)} was lost ({reason}). Send the prompt again.")
    if isinstance(error, openai.OpenAIError | anthropic.AnthropicError | ValueError | TypeError):
        return Failure("request", f"The request could not be made: {error}")
    return Failure("internal", f"Diptych failed on this answer ({type(error).__name__}: {error}). Please report it.")


def is_lost_connection(error: Exception) -> bool:
    """Whether a connection that stood was lost, rather than never made or never answered."""
    cause = _transport_error(error)
    return isinstance(cause, httpx2.ReadError | httpx2.WriteError | httpx2.CloseError | httpx2.RemoteProtocolError)


def server_message(body: bytes) -> str:
    """What an error body says, in its own words; "" where it says nothing. JSON in any provider's form, or text."""
    text = body.decode("utf-8-sig", "replace").strip()
    try:
        data = decode(text)
    except ValueError:
        return "" if text.startswith("<") else quoted(text)
    return quoted(_message_in(data))


def _message_in(data: Any) -> str:
    if isinstance(data, list):
        return _message_in(data[0]) if data else ""
    if isinstance(data, str):
        return data
    if not isinstance(data, dict):
        return ""
    nested = data.get("error") or data.get("detail")
    return string(data, "message") or _validation_message(data) or (_message_in(nested) if nested else "")


def _validation_message(data: JsonObject) -> str:
    """FastAPI's form: `detail` lists the fields that are wrong."""
    return "; ".join(
        f"{'.'.join(str(part) for part in array(item, 'loc'))}: {string(item, 'msg')}"
        for item in mappings(data, "detail")
        if "msg" in item
    )


def _of_response(response: httpx2.Response, settings: SideSettings) -> Failure:
    status = response.status_code
    host = _host(settings)
    said = server_message(response.content)
    because = f": {said}." if said else "."
    match status:
        case 401 | 403:
            what = f"{host} refused the key ({status}){because} Check {settings.endpoint.key_variable}."
        case 404:
            model = settings.model
            what = (
                f"{host} knows no model {model!r} (404){because} Check the model's name and {_url_variable(settings)}."
            )
        case 408 | 409:
            what = f"{host} could not take the request ({status}){because} Send the prompt again."
        case 413:
            what = f"The request is too large for {host} (413){because} Begin a new session or shorten the prompt."
        case 429:
            what = f"{host} limits the rate of requests (429){because} {_wait(response)}"
        case _ if 300 <= status < 400:
            to = response.headers.get("location", "elsewhere")
            what = f"{host} redirects to {to} ({status}), which is not followed. Check {_url_variable(settings)}."
        case _ if status >= 500:
            what = f"{host} is overloaded or broken ({status}){because} {_wait(response)}"
        case _:
            what = f"{host} refused the request ({status}){because} Check the model and the extra request fields."
    return Failure("http", what, status, request_id(response.headers.multi_items()))


def _wait(response: httpx2.Response) -> str:
    asked = asked_wait(response.headers)
    return f"It asks to wait {asked:.0f} s." if asked else "Send the prompt again later."


def _connect_sentence(error: httpx2.ConnectError, settings: SideSettings) -> str:
    host = _host(settings)
    for cause in _causes(error):
        match cause:
            case socket.gaierror():
                return f"The name {host} cannot be resolved. Check the network and {_url_variable(settings)}."
            case ssl.SSLError():
                return f"No safe connection to {host}: {_tls_reason(cause)}. Check {_url_variable(settings)}."
            case OSError(errno=errno.ECONNREFUSED):
                return f"{host} refused the connection. Is the server running? Check {_url_variable(settings)}."
    return f"No connection to {host}: {str(error).rstrip('.') or 'unknown reason'}. Check {_url_variable(settings)}."


def _tls_reason(error: ssl.SSLError) -> str:
    """The most telling words; not every such error has each of them."""
    words = (getattr(error, name, None) for name in ("verify_message", "reason"))
    return next((str(word) for word in words if word), str(error))


def _transport_error(error: BaseException) -> BaseException | None:
    """The HTTP client's own error, which the SDKs wrap."""
    return next((cause for cause in _causes(error) if isinstance(cause, httpx2.HTTPError | httpx2.InvalidURL)), None)


def _causes(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        if isinstance(error, BaseExceptionGroup):
            chain.extend(error.exceptions)
        error = error.__cause__ or error.__context__
    return chain


def _host(settings: SideSettings) -> str:
    return urlsplit(settings.endpoint.base_url).netloc.rpartition("@")[2] or settings.endpoint.base_url


def _url_variable(settings: SideSettings) -> str:
    """The variable that sets the side's base URL, which is named like that of its key."""
    return settings.endpoint.key_variable.partition("_")[0] + "_BASE_URL"
