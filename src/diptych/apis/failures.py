"""Turns an exception that ends an attempt into one sentence: what failed, when, and what to do about it."""

import dataclasses
import errno
import socket
import ssl
from urllib.parse import urlsplit

import httpx2

from diptych.apis.error_causes import (
    cause_of_type,
    is_lost_connection,
    is_sdk_error,
    reason,
    root_cause,
    status_error,
    tls_reason,
    transport_error,
)
from diptych.apis.route import Route
from diptych.apis.status_errors import StatusError, status_failure
from diptych.core.endpoint import Endpoint
from diptych.core.failure import Failure, FailureKind
from diptych.core.run import Run
from diptych.core.secrets.guard import MustNotBeSentError
from diptych.core.settings import Settings
from diptych.core.text.excerpt import in_sentence
from diptych.core.wording.open_files import why_none_opens
from diptych.core.wording.outcome import how_far

_GATEWAY_STATUSES = frozenset({502, 503, 504})
"""Statuses that a proxy answers with if it cannot reach the server."""


class ConfigurationError(Exception):
    """A variable or a member of the config file is needed and cannot be used. The message is a sentence for users."""


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
    if configured := cause_of_type(error, ConfigurationError):
        return Failure("request", str(configured))
    if why := why_none_opens(root_cause(error)):
        return Failure("connection", f"No connection to {_host(settings)} could be opened: {why}.")
    cause = transport_error(error)
    if route.proxy and route.stage == "handshake" and not isinstance(cause, httpx2.TimeoutException):
        return _proxy_failure(_host(settings), reason(cause) if cause else "it does not speak SOCKS5", route)
    if cause is not None:
        return _transport_failure(cause, run, route)
    if isinstance(error, MustNotBeSentError):
        return Failure("request", str(error))
    if isinstance(error, ValueError | TypeError) or is_sdk_error(error):
        return Failure("request", f"The request could not be made: {error}")
    what = f"{type(error).__name__}: {error}"
    return Failure("internal", f"An error in Diptych ended this answer ({what}). Please report it.")


def _status_failure(error: StatusError, settings: Settings, route: Route) -> Failure:
    if error.status == 407 and route.proxy:
        sentence = (
            f"{_capitalized(route.proxy_name)} requires a user name and a password (407). Check {route.proxy_setting}."
        )
        return Failure("http", sentence, error.status)
    failure = status_failure(error, _host(settings), settings)
    if route.proxy and error.status in _GATEWAY_STATUSES:
        via = f" This answer may come from {route.proxy_name}."
        failure = dataclasses.replace(failure, message=failure.message + via)
    return failure


def _transport_failure(error: BaseException, run: Run, route: Route) -> Failure:
    settings = run.request.settings
    host, url_source = _host(settings), settings.endpoint.url_source
    if route.proxy and route.stage == "connecting" and isinstance(error, httpx2.TransportError):
        kind: FailureKind = "timeout" if isinstance(error, httpx2.TimeoutException) else "connection"
        sentence = f"{_capitalized(route.proxy_name)} could not be reached: {_why_unreached(error)}."
        bypass = ", or add the server to NO_PROXY" if route.obeys_no_proxy else ""
        return Failure(kind, f"{sentence} Check {route.proxy_setting}{bypass}.")
    via = f" through {route.proxy_name}" if route.proxy else ""
    suspect = route.proxy_setting if route.proxy else url_source
    match error:
        case httpx2.TimeoutException():
            return Failure("timeout", f"Connecting to {host}{via} timed out. Check {suspect}.")
        case httpx2.ConnectError() if not is_lost_connection(error):
            return Failure("connection", _connect_sentence(error, host, via, settings.endpoint, route))
        case httpx2.ProxyError():
            return _proxy_failure(host, reason(error), route)
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            url = settings.endpoint.base_url
            return Failure("request", f"{url!r} is not a base URL: it must begin with http:// or https://.")
        case httpx2.DecodingError():
            what = f"{host} sent a compressed body that cannot be decompressed, {how_far(run)} ({reason(error)})"
            return Failure("connection", f"{what}. Send the prompt again.")
        case _:
            what = f"The connection to {host}{via} was lost {how_far(run)} ({reason(error)})"
            advice = f", or check {suspect}" if run.stamps.headers is None else ""
            return Failure("connection", f"{what}. Send the prompt again{advice}.")


def _proxy_failure(host: str, why: str, route: Route) -> Failure:
    sentence = f"{_capitalized(route.proxy_name)} did not connect to {host} ({why}). Check {route.proxy_setting}."
    return Failure("connection", sentence)


def _connect_sentence(error: httpx2.ConnectError, host: str, via: str, endpoint: Endpoint, route: Route) -> str:
    why, url_source = _why_unreached(error), endpoint.url_source
    match root_cause(error):
        case socket.gaierror():
            return f"The host name {host} cannot be resolved. Check the network and {url_source}."
        case ssl.SSLError() as cause:
            sentence = f"No secure connection to {host}{via}: {why}. Check {url_source}"
            if not isinstance(cause, ssl.SSLCertVerificationError):
                return f"{sentence}."
            if route.certificates:
                return f"{sentence} and {route.certificates}."
            member = "SSL_CERT_FILE" if endpoint.is_built_in else f"ca_file in [endpoints.{endpoint.name}]"
            return f"{sentence}. To trust other certificates, set {member}."
        case OSError(errno=errno.ECONNREFUSED):
            return f"{host} refused the connection. Is the server running? Check {url_source}."
        case _:
            return f"Could not connect to {host}: {why}. Check {url_source}."


def _why_unreached(error: BaseException) -> str:
    """Return why a connection could not be made, in a few words."""
    if isinstance(error, httpx2.TimeoutException):
        return "the connection timed out"
    match root_cause(error):
        case socket.gaierror():
            return "its host name cannot be resolved"
        case ssl.SSLError() as cause:
            return tls_reason(cause)
        case None:
            return in_sentence(str(error)) or "unknown reason"
        case _:
            return reason(error)


def _capitalized(text: str) -> str:
    return text[0].upper() + text[1:]


def _host(settings: Settings) -> str:
    return urlsplit(settings.endpoint.base_url).netloc.rpartition("@")[2] or settings.endpoint.base_url
