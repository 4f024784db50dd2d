"""Finds, among the causes of an exception, what happened to the connection.

The SDKs wrap the errors of httpx2, which wrap those of httpcore2, of TLS and of sockets.
"""

import errno
import os
import socket
import ssl
from typing import TypeGuard, TypeVar

import httpx2

from diptych.apis.status_errors import StatusError
from diptych.core.text.excerpt import in_sentence

Cause = TypeVar("Cause", bound=BaseException)

_DISCONNECTED = frozenset({errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE, errno.ENOTCONN})


def cause_of_type(error: BaseException, kind: type[Cause]) -> Cause | None:
    """Return the error itself or the first of its causes that is of this type, None if there is none."""
    return next((cause for cause in _causes(error) if isinstance(cause, kind)), None)


def status_error(error: Exception) -> StatusError | None:
    """Return the status error that caused an SDK's error, if one did."""
    return cause_of_type(error, StatusError)


def transport_error(error: BaseException) -> BaseException | None:
    """Return the HTTP client's error, which the SDKs wrap."""
    return next((cause for cause in _causes(error) if isinstance(cause, httpx2.HTTPError | httpx2.InvalidURL)), None)


def is_lost_connection(error: BaseException) -> bool:
    """Whether an established connection was lost, including during its TLS handshake.

    False for a connection that was refused, failed or timed out before it was established.
    """
    cause = transport_error(error)
    if isinstance(cause, httpx2.ConnectError):
        return any(_is_disconnect(each) for each in _causes(cause))
    return isinstance(cause, httpx2.ReadError | httpx2.WriteError | httpx2.CloseError | httpx2.RemoteProtocolError)


def root_cause(error: BaseException) -> OSError | None:
    """Return the cause that explains most: names and TLS before sockets, a refusal before any other socket error."""
    causes = _causes(error)
    system = [cause for cause in causes if _is_os_error(cause)]
    refused = [cause for cause in system if cause.errno == errno.ECONNREFUSED]
    named = [
        cause for cause in causes if isinstance(cause, socket.gaierror | ssl.SSLError) and not _wants_more_bytes(cause)
    ]
    return next(iter([*named, *refused, *system]), None)


def reason(error: BaseException) -> str:
    """Return what the cause of an error says, which may quote the server, or the name of its type if it is silent."""
    cause = root_cause(error)
    if isinstance(cause, ssl.SSLEOFError):
        return "closed in the TLS handshake"
    if cause is not None and _is_os_error(cause):
        return os.strerror(cause.errno or 0)  # asyncio's message says only that a call failed
    return in_sentence(str(error)) or type(error).__name__


def tls_reason(error: ssl.SSLError) -> str:
    """Return the most specific description that the error has."""
    words = (getattr(error, name, None) for name in ("verify_message", "reason"))
    return next((str(word) for word in words if word), str(error))


def is_sdk_error(error: Exception) -> bool:
    """Whether an error is of a class of an SDK. The class is known by its module, since the SDK may not be loaded."""
    return any(each.__module__.partition(".")[0] in ("anthropic", "openai") for each in type(error).__mro__)


def _is_disconnect(error: BaseException) -> bool:
    return isinstance(error, ssl.SSLEOFError) or (_is_os_error(error) and error.errno in _DISCONNECTED)


def _is_os_error(error: BaseException) -> TypeGuard[OSError]:
    """Whether an error is a socket's, with an error number of the operating system."""
    return isinstance(error, OSError) and not isinstance(error, socket.gaierror | ssl.SSLError) and bool(error.errno)


def _wants_more_bytes(error: BaseException) -> bool:
    """Whether TLS was only waiting for more bytes. The cause is what came instead of them."""
    return isinstance(error, ssl.SSLWantReadError | ssl.SSLWantWriteError)


def _causes(error: BaseException | None) -> list[BaseException]:
    """Return an exception and everything that caused it, the outermost first."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        if isinstance(error, BaseExceptionGroup):
            chain.extend(error.exceptions)
        error = error.__cause__ or error.__context__
    return chain
