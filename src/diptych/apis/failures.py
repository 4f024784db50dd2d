"""Whatever ends an attempt or breaks a stream as one clear sentence: what failed, when, and what to do about it."""

import dataclasses
import errno
import socket
import ssl
from urllib.parse import urlsplit

import httpx2

from diptych.apis.data import quoted
from diptych.apis.status import StatusError, status_failure
from diptych.core.ending import how_far
from diptych.core.failure import Failure
from diptych.core.request import SideSettings
from diptych.core.run import Run


def failure_of(error: Exception, run: Run) -> Failure:
    """What an exception comes to that ends an attempt of the run, without the secrets that it may quote."""
    failure = _failure_of(error, run)
    scrub = run.request.settings.endpoint.secrets.scrub
    known_id = failure.request_id and scrub(failure.request_id)
    return dataclasses.replace(failure, message=scrub(failure.message), request_id=known_id)


def _failure_of(error: Exception, run: Run) -> Failure:
    import anthropic  # loaded long before anything can fail
    import openai

    settings = run.request.settings
    host, url_variable = _host(settings), settings.endpoint.url_variable
    if answered := status_error(error):
        return status_failure(answered, host, settings)
    match cause := _transport_error(error):
        case httpx2.TimeoutException():
            return Failure("timeout", f"No connection to {host} within the time allowed. Check {url_variable}.")
        case httpx2.ConnectError():
            return Failure("connection", _connect_sentence(cause, host, url_variable))
        case httpx2.ProxyError():
            what = f"The proxy gives no connection to {host} ({_reason(cause)})"
            return Failure("connection", f"{what}. Check HTTPS_PROXY and HTTP_PROXY.")
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            url = settings.endpoint.base_url
            return Failure("request", f"{url!r} is no base URL: it must begin with http:// or https://.")
        case httpx2.DecodingError():
            what = f"{host} sent a compressed body that cannot be read, {how_far(run)} ({_reason(cause)})"
            return Failure("connection", f"{what}. Send the prompt again.")
        case httpx2.TransportError():
            what = f"The connection to {host} was lost {how_far(run)} ({_reason(cause)})"
            advice = f", or check {url_variable}" if run.stamps.headers is None else ""
            return Failure("connection", f"{what}. Send the prompt again{advice}.")
    if isinstance(error, openai.OpenAIError | anthropic.AnthropicError | ValueError | TypeError):
        return Failure("request", f"The request could not be made: {error}")
    return Failure("internal", f"Diptych failed on this answer ({type(error).__name__}: {error}). Please report it.")


def status_error(error: Exception) -> StatusError | None:
    """The status that an SDK's error comes from, if it comes from one."""
    return next((cause for cause in _causes(error) if isinstance(cause, StatusError)), None)


def is_lost_connection(error: Exception) -> bool:
    """Whether a connection that stood was lost, rather than never made or never answered."""
    cause = _transport_error(error)
    return isinstance(cause, httpx2.ReadError | httpx2.WriteError | httpx2.CloseError | httpx2.RemoteProtocolError)


def _connect_sentence(error: httpx2.ConnectError, host: str, url_variable: str) -> str:
    for cause in _causes(error):
        match cause:
            case socket.gaierror():
                return f"The name {host} cannot be resolved. Check the network and {url_variable}."
            case ssl.SSLError():
                return f"No safe connection to {host}: {_tls_reason(cause)}. Check {url_variable}."
            case OSError(errno=errno.ECONNREFUSED):
                return f"{host} refused the connection. Is the server running? Check {url_variable}."
    return f"No connection to {host}: {quoted(str(error)) or 'unknown reason'}. Check {url_variable}."


def _tls_reason(error: ssl.SSLError) -> str:
    """The most telling words; not every such error has each of them."""
    words = (getattr(error, name, None) for name in ("verify_message", "reason"))
    return next((str(word) for word in words if word), str(error))


def _reason(error: BaseException) -> str:
    """An error's own words, which may quote the server, or else those of the system."""
    words = (str(error), *(cause.strerror or "" for cause in _causes(error) if isinstance(cause, OSError)))
    return next(filter(None, map(quoted, words)), type(error).__name__)


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
