"""The lines of an event list: what the server sent, and what we note ourselves.

Every `at` is an absolute stamp of the run's monotonic clock, in seconds; `Run` knows the t0 to count from.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from diptych.core.content import Content
from diptych.core.failure import Failure

Headers = tuple[tuple[str, str], ...]
"""Header names and values in wire order, secrets already removed."""


def request_id(headers: Iterable[tuple[str, str]]) -> str | None:
    """The id that the provider asks for in a bug report, by whichever header it is given."""
    return next((value for name, value in headers if name.lower() in ("request-id", "x-request-id")), None)


class Event(NamedTuple):
    """One server-sent event: its number from 1, when it was read, its wire name, its data byte for byte, its meaning.

    `dropped` counts bytes that were over the size limit and are missing from `data`. `late` is the seconds by which
    `at` may be too late because our own loop could not read sooner; 0 where it could.
    """

    at: float
    seq: int
    name: str
    data: bytes
    contents: tuple[Content, ...]
    dropped: int = 0
    late: float = 0.0


@dataclass(frozen=True, slots=True)
class RequestSent:
    """The request as it goes out, without secrets; a retry sends it anew.

    `connect` is what it took to get the connection, in seconds: 0 when one was reused, None where that is not known.
    """

    at: float
    method: str
    url: str
    headers: Headers
    body: bytes
    connect: float | None = None


@dataclass(frozen=True, slots=True)
class ResponseBegan:
    """The status and headers of a response; `body` is there for an error, whose body is no stream."""

    at: float
    status: int
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class AttemptFailed:
    """An attempt that is followed by another after `wait` seconds; `status` is None where no response came."""

    at: float
    attempt: int
    status: int | None
    wait: float
    reason: str


@dataclass(frozen=True, slots=True)
class RunFailed:
    """The error that ended the run; `body` is what came instead of an event stream, if that was the error."""

    at: float
    failure: Failure
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class RunStopped:
    """The user stopped the run."""

    at: float


@dataclass(frozen=True, slots=True)
class RunCut:
    """The stream ended cleanly, but without the provider's terminal marker."""

    at: float


Note = RequestSent | ResponseBegan | AttemptFailed | RunFailed | RunStopped | RunCut
"""A line that the server did not send."""

Line = Event | Note
