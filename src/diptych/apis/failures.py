"""Whatever ends an attempt or breaks a stream as one clear sentence: what failed, when, and what to do about it."""

import dataclasses
import errno
import os
import socket
import ssl
from dataclasses import dataclass
from typing import Literal, TypeGuard
from urllib.parse import urlsplit

import httpx2

from diptych.apis.lenient_json import quoted
from diptych.apis.status_errors import StatusError, status_failure
from diptych.core.failure import Failure, FailureKind
from diptych.core.request import Settings
from diptych.core.run import Run
from diptych.core.wording.outcome import how_far

_GATEWAY_STATUSES = frozenset({502, 503, 504})
"""Statuses that a proxy answers with when the server behind it cannot be reached."""

_DISCONNECTED = frozenset({errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE, errno.ENOTCONN})


Stage = Literal["connecting", "handshake", "through"]


class VariableError(Exception):
    """A variable of the environment is needed and cannot be used; the message is a sentence for users."""


@dataclass(frozen=True, slots=True)
class Route:
    """What the environment says of the way to a server, for the sentence about a failure on it.

    `proxy` is the proxy's host and port, "" where there is none, and `proxy_variable` the variable that names it, ""
    for a setting of the system. `certificates` is the variable that says whose certificates are trusted, "" for the
    system's. `stage` is how far the request came: not to the proxy, to its handshake, or at least through that.
    """

    proxy: str = ""
    proxy_variable: str = ""
    certificates: str = ""
    stage: Stage = "connecting"

    @property
    def proxy_name(self) -> str:
        """The proxy as a sentence names it."""
        return f"the proxy {quoted(self.proxy)} that {self.proxy_variable or 'the system'} names"


_DIRECT = Route()


def failure_of(error: Exception, run: Run, route: Route = _DIRECT) -> Failure:
    """What an exception comes to that ends an attempt of the run, without the secrets that it may quote."""
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
    return Failure("internal", f"Diptych failed on this answer ({type(error).__name__}: {error}). Please report it.")


def _status_failure(error: StatusError, settings: Settings, route: Route) -> Failure:
    if error.status == 407 and route.proxy:
        sentence = f"{_capitalized(route.proxy_name)} wants a name and a password (407). {_check(route)}."
        return Failure("http", sentence, error.status)
    failure = status_failure(error, _host(settings), settings)
    if route.proxy and error.status in _GATEWAY_STATUSES:
        via = f" It was asked through {route.proxy_name}, which may be what answered."
        failure = dataclasses.replace(failure, message=failure.message + via)
    return failure


def _transport_failure(error: BaseException, run: Run, route: Route) -> Failure:
    settings = run.request.settings
    host, url_variable = _host(settings), settings.endpoint.url_variable
    if route.proxy and route.stage == "connecting" and isinstance(error, httpx2.TransportError):
        kind: FailureKind = "timeout" if isinstance(error, httpx2.TimeoutException) else "connection"
        sentence = f"{_capitalized(route.proxy_name)} could not be reached: {_why_unreached(error)}."
        return Failure(kind, f"{sentence} {_check(route)}, or name the server in NO_PROXY.")
    via = f", through {route.proxy_name}," if route.proxy else ""
    match error:
        case httpx2.TimeoutException():
            check = _check(route) if route.proxy else f"Check {url_variable}"
            return Failure("timeout", f"No connection to {host}{via} within the time allowed. {check}.")
        case httpx2.ConnectError() if not is_lost_connection(error):
            return Failure("connection", _connect_sentence(error, host, via, url_variable, route))
        case httpx2.ProxyError():
            return _proxy_failure(host, _reason(error), route)
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            url = settings.endpoint.base_url
            return Failure("request", f"{url!r} is no base URL: it must begin with http:// or https://.")
        case httpx2.DecodingError():
            what = f"{host} sent a compressed body that cannot be read, {how_far(run)} ({_reason(error)})"
            return Failure("connection", f"{what}. Send the prompt again.")
        case _:
            what = f"The connection to {host}{via} was lost {how_far(run)} ({_reason(error)})"
            what_to_check = _check(route).replace("Check", "check") if route.proxy else f"check {url_variable}"
            advice = f", or {what_to_check}" if run.stamps.headers is None else ""
            return Failure("connection", f"{what}. Send the prompt again{advice}.")


def _proxy_failure(host: str, why: str, route: Route) -> Failure:
    sentence = f"{_capitalized(route.proxy_name)} gives no connection to {host} ({why}). {_check(route)}."
    return Failure("connection", sentence)


def _is_sdk_error(error: Exception) -> bool:
    """Whether an SDK raised an error of its own, told by name: only one of the two may be loaded."""
    return any(each.__module__.partition(".")[0] in ("anthropic", "openai") for each in type(error).__mro__)


def status_error(error: Exception) -> StatusError | None:
    """The status that an SDK's error comes from, if it comes from one."""
    return next((cause for cause in _causes(error) if isinstance(cause, StatusError)), None)


def is_lost_connection(error: Exception) -> bool:
    """Whether a connection that stood was lost, be it in its TLS handshake; not whether none was made, or in time."""
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
            return f"The name {host} cannot be resolved. Check the network and {url_variable}."
        case ssl.SSLError() as cause:
            sentence = f"No safe connection to {host}{via}: {why}. Check {url_variable}"
            if not isinstance(cause, ssl.SSLCertVerificationError):
                return f"{sentence}."
            if route.certificates:
                return f"{sentence} and {route.certificates}."
            return f"{sentence}. SSL_CERT_FILE can name certificates to trust."
        case OSError(errno=errno.ECONNREFUSED):
            return f"{host} refused the connection. Is the server running? Check {url_variable}."
        case _:
            return f"No connection to {host}: {why}. Check {url_variable}."


def _why_unreached(error: BaseException) -> str:
    """Why a connection could not be made, in a few words."""
    if isinstance(error, httpx2.TimeoutException):
        return "no connection within the time allowed"
    match _root_cause(error):
        case socket.gaierror():
            return "its name cannot be resolved"
        case ssl.SSLError() as cause:
            return _tls_reason(cause)
        case None:
            return quoted(str(error)) or "unknown reason"
        case _:
            return _reason(error)


def _root_cause(error: BaseException) -> OSError | None:
    """The cause that says most: names and TLS before sockets, a refusal before what other addresses answered."""
    causes = _causes(error)
    system = [cause for cause in causes if _is_os_error(cause)]
    refused = [cause for cause in system if cause.errno == errno.ECONNREFUSED]
    named = [
        cause for cause in causes if isinstance(cause, socket.gaierror | ssl.SSLError) and not _wants_more_bytes(cause)
    ]
    return next(iter([*named, *refused, *system]), None)


def _is_os_error(error: BaseException) -> TypeGuard[OSError]:
    """Whether an error tells of a socket, with a number of the system's."""
    return isinstance(error, OSError) and not isinstance(error, socket.gaierror | ssl.SSLError) and bool(error.errno)


def _wants_more_bytes(error: BaseException) -> bool:
    """Whether TLS only wanted more bytes: what came instead of them is the cause."""
    return isinstance(error, ssl.SSLWantReadError | ssl.SSLWantWriteError)


def _tls_reason(error: ssl.SSLError) -> str:
    """The most telling words; not every such error has each of them."""
    words = (getattr(error, name, None) for name in ("verify_message", "reason"))
    return next((str(word) for word in words if word), str(error))


def _reason(error: BaseException) -> str:
    """The words of what lies behind an error, which may quote the server, or else the name of its kind."""
    telling = _root_cause(error)
    if isinstance(telling, ssl.SSLEOFError):
        return "closed in the TLS handshake"
    if telling is not None and _is_os_error(telling):
        return os.strerror(telling.errno or 0)  # asyncio's own words say only that a call failed
    return quoted(str(error)) or type(error).__name__


def _check(route: Route) -> str:
    return f"Check {route.proxy_variable or 'the proxy settings of the system'}"


def _capitalized(text: str) -> str:
    return text[0].upper() + text[1:]


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


def _host(settings: Settings) -> str:
    return urlsplit(settings.endpoint.base_url).netloc.rpartition("@")[2] or settings.endpoint.base_url
