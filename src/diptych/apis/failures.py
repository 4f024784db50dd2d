"""Turn an exception that ends an attempt into one sentence: what failed, when, and what to do about it."""

import dataclasses
import errno
import os
import socket
import ssl
from dataclasses import dataclass
from typing import Literal, TypeGuard
from urllib.parse import urlsplit

import httpx2

from diptych.apis.status_errors import StatusError, status_failure
from diptych.core.failure import Failure, FailureKind
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.core.text.excerpt import in_sentence
from diptych.core.wording.outcome import how_far

_GATEWAY_STATUSES = frozenset({502, 503, 504})
"""Statuses that a proxy answers with if it cannot reach the server."""

_DISCONNECTED = frozenset({errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE, errno.ENOTCONN})


Stage = Literal["connecting", "handshake", "through"]


class VariableError(Exception):
    """An environment variable is needed and cannot be used. The message is a sentence for users."""


@dataclass(frozen=True, slots=True)
class Route:
    """The proxy and the certificates on the way to a server, for the sentence about a failure there.

    `proxy` is the proxy's host and port, "" if there is none. `proxy_variable` is the environment variable that sets
    it, "" for a system setting. `certificates` is the variable that says which certificates are trusted, "" for the
    system's. `stage` is how far the request came: it did not reach the proxy, reached the handshake with it, or passed
    that handshake.
    """

    proxy: str = ""
    proxy_variable: str = ""
    certificates: str = ""
    stage: Stage = "connecting"

    @property
    def proxy_name(self) -> str:
        """The proxy as a sentence names it, with where it is set."""
        return f"the proxy {in_sentence(self.proxy)} set in {self.proxy_variable or 'the system settings'}"


_DIRECT = Route()


def failure_of(error: Exception, run: Run, route: Route = _DIRECT) -> Failure:
    """Return the failure of an attempt that an exception ended, without the secrets that the exception may quote."""
    failure = _failure_of(error, run, route)
    scrub = run.request.settings.endpoint.secrets.scrub
    known_id = failure.request_id and scrub(failure.request_id)
    return dataclasses.replace(failure, message=scrub(failure.message), request_id=known_id)


def _failure_of(error: Exception, run: Run, route: Route) -> Failure:
    settings = run.request.settings
    if answered := status_error(error):
        return _status_failure(answered, settings, route)
    cause = _transport_error(error)
    if route.proxy and route.stage == "handshake" and not isinstance(cause, httpx2.TimeoutException):
        return _proxy_failure(_host(settings), _reason(cause) if cause else "it does not speak SOCKS5", route)
    if cause is not None:
        return _transport_failure(cause, run, route)
    if isinstance(error, VariableError):
        return Failure("request", str(error))
    if isinstance(error, ValueError | TypeError) or _is_sdk_error(error):
        return Failure("request", f"The request could not be made: {error}")
    what = f"{type(error).__name__}: {error}"
    return Failure("internal", f"An error in Diptych ended this answer ({what}). Please report it.")


def _status_failure(error: StatusError, settings: Settings, route: Route) -> Failure:
    if error.status == 407 and route.proxy:
        sentence = f"{_capitalized(route.proxy_name)} requires a user name and a password (407). {_check(route)}."
        return Failure("http", sentence, error.status)
    failure = status_failure(error, _host(settings), settings)
    if route.proxy and error.status in _GATEWAY_STATUSES:
        via = f" This answer may come from {route.proxy_name}."
        failure = dataclasses.replace(failure, message=failure.message + via)
    return failure


def _transport_failure(error: BaseException, run: Run, route: Route) -> Failure:
    settings = run.request.settings
    host, url_variable = _host(settings), settings.endpoint.url_variable
    if route.proxy and route.stage == "connecting" and isinstance(error, httpx2.TransportError):
        kind: FailureKind = "timeout" if isinstance(error, httpx2.TimeoutException) else "connection"
        sentence = f"{_capitalized(route.proxy_name)} could not be reached: {_why_unreached(error)}."
        return Failure(kind, f"{sentence} {_check(route)}, or add the server to NO_PROXY.")
    via = f" through {route.proxy_name}" if route.proxy else ""
    match error:
        case httpx2.TimeoutException():
            check = _check(route) if route.proxy else f"Check {url_variable}"
            return Failure("timeout", f"Connecting to {host}{via} timed out. {check}.")
        case httpx2.ConnectError() if not is_lost_connection(error):
            return Failure("connection", _connect_sentence(error, host, via, url_variable, route))
        case httpx2.ProxyError():
            return _proxy_failure(host, _reason(error), route)
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            url = settings.endpoint.base_url
            return Failure("request", f"{url!r} is not a base URL: it must begin with http:// or https://.")
        case httpx2.DecodingError():
            what = f"{host} sent a compressed body that cannot be decompressed, {how_far(run)} ({_reason(error)})"
            return Failure("connection", f"{what}. Send the prompt again.")
        case _:
            what = f"The connection to {host}{via} was lost {how_far(run)} ({_reason(error)})"
            what_to_check = _check(route).replace("Check", "check") if route.proxy else f"check {url_variable}"
            advice = f", or {what_to_check}" if run.stamps.headers is None else ""
            return Failure("connection", f"{what}. Send the prompt again{advice}.")


def _proxy_failure(host: str, why: str, route: Route) -> Failure:
    sentence = f"{_capitalized(route.proxy_name)} did not connect to {host} ({why}). {_check(route)}."
    return Failure("connection", sentence)


def _is_sdk_error(error: Exception) -> bool:
    """Whether an error is one of an SDK's own. They are told by name, since an SDK may not be loaded."""
    return any(each.__module__.partition(".")[0] in ("anthropic", "openai") for each in type(error).__mro__)


def status_error(error: Exception) -> StatusError | None:
    """Return the status error that caused an SDK's error, if one did."""
    return next((cause for cause in _causes(error) if isinstance(cause, StatusError)), None)


def is_lost_connection(error: Exception) -> bool:
    """Whether an established connection was lost, including during its TLS handshake.

    False for a connection that was refused, failed or timed out before it was established.
    """
    cause = _transport_error(error)
    if isinstance(cause, httpx2.ConnectError):
        return any(_is_disconnect(each) for each in _causes(cause))
    return isinstance(cause, httpx2.ReadError | httpx2.WriteError | httpx2.CloseError | httpx2.RemoteProtocolError)


def _is_disconnect(error: BaseException) -> bool:
    return isinstance(error, ssl.SSLEOFError) or (_is_os_error(error) and error.errno in _DISCONNECTED)


def _connect_sentence(error: httpx2.ConnectError, host: str, via: str, url_variable: str, route: Route) -> str:
    why = _why_unreached(error)
    match _root_cause(error):
        case socket.gaierror():
            return f"The host name {host} cannot be resolved. Check the network and {url_variable}."
        case ssl.SSLError() as cause:
            sentence = f"No secure connection to {host}{via}: {why}. Check {url_variable}"
            if not isinstance(cause, ssl.SSLCertVerificationError):
                return f"{sentence}."
            if route.certificates:
                return f"{sentence} and {route.certificates}."
            return f"{sentence}. To trust other certificates, set SSL_CERT_FILE."
        case OSError(errno=errno.ECONNREFUSED):
            return f"{host} refused the connection. Is the server running? Check {url_variable}."
        case _:
            return f"Could not connect to {host}: {why}. Check {url_variable}."


def _why_unreached(error: BaseException) -> str:
    """Return why a connection could not be made, in a few words."""
    if isinstance(error, httpx2.TimeoutException):
        return "the connection timed out"
    match _root_cause(error):
        case socket.gaierror():
            return "its host name cannot be resolved"
        case ssl.SSLError() as cause:
            return _tls_reason(cause)
        case None:
            return in_sentence(str(error)) or "unknown reason"
        case _:
            return _reason(error)


def _root_cause(error: BaseException) -> OSError | None:
    """Return the cause that explains most: names and TLS before sockets, a refusal before any other socket error."""
    causes = _causes(error)
    system = [cause for cause in causes if _is_os_error(cause)]
    refused = [cause for cause in system if cause.errno == errno.ECONNREFUSED]
    named = [
        cause for cause in causes if isinstance(cause, socket.gaierror | ssl.SSLError) and not _wants_more_bytes(cause)
    ]
    return next(iter([*named, *refused, *system]), None)


def _is_os_error(error: BaseException) -> TypeGuard[OSError]:
    """Whether an error is a socket's, with an error number of the operating system."""
    return isinstance(error, OSError) and not isinstance(error, socket.gaierror | ssl.SSLError) and bool(error.errno)


def _wants_more_bytes(error: BaseException) -> bool:
    """Whether TLS was only waiting for more bytes. The cause is what came instead of them."""
    return isinstance(error, ssl.SSLWantReadError | ssl.SSLWantWriteError)


def _tls_reason(error: ssl.SSLError) -> str:
    """Return the most specific description that the error has."""
    words = (getattr(error, name, None) for name in ("verify_message", "reason"))
    return next((str(word) for word in words if word), str(error))


def _reason(error: BaseException) -> str:
    """Return what the cause of an error says, which may quote the server, or the name of its type if it is silent."""
    cause = _root_cause(error)
    if isinstance(cause, ssl.SSLEOFError):
        return "closed in the TLS handshake"
    if cause is not None and _is_os_error(cause):
        return os.strerror(cause.errno or 0)  # asyncio's message says only that a call failed
    return in_sentence(str(error)) or type(error).__name__


def _check(route: Route) -> str:
    return f"Check {route.proxy_variable or 'the proxy settings of the system'}"


def _capitalized(text: str) -> str:
    return text[0].upper() + text[1:]


def _transport_error(error: BaseException) -> BaseException | None:
    """Return the HTTP client's error, which the SDKs wrap."""
    return next((cause for cause in _causes(error) if isinstance(cause, httpx2.HTTPError | httpx2.InvalidURL)), None)


def _causes(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        if isinstance(error, BaseExceptionGroup):
            chain.extend(error.exceptions)
        error = error.__cause__ or error.__context__
    return chain


def _host(settings: Settings) -> str:
    return urlsplit(settings.endpoint.base_url).netloc.rpartition("@")[2] or settings.endpoint.base_url
