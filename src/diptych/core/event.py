"""The lines of an event list: the events that the server sent, and the notes that Diptych adds.

Every `at` is an absolute time stamp of the run's monotonic clock, in seconds. `Run.stamps.t0` is the zero of its times.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, assert_never

from diptych.core.body_pieces import PieceEnds
from diptych.core.content import Content
from diptych.core.failure import Failure
from diptych.core.frame import UNKNOWN_FRAME, Frame
from diptych.core.unknown_times import UnknownTime

Headers = tuple[tuple[str, str], ...]
"""Header names and values in wire order, secrets already removed."""


ArrivalClock = Literal["kernel", "loop"]
"""What stamps the arrival of bytes: the kernel when it receives them, or Diptych's event loop when it reads them."""


def request_id(headers: Iterable[tuple[str, str]]) -> str | None:
    """Return the id that the provider asks for in bug reports, from whichever header carries it; None without one."""
    return next((value for name, value in headers if name.lower() in ("request-id", "x-request-id")), None)


def header_value(headers: Iterable[tuple[str, str]], name: str) -> str:
    """Return the value of the first header of a name in lower case, "" if there is none."""
    return next((value for each, value in headers if each.lower() == name), "")


class Event(NamedTuple):
    """One server-sent event: when it arrived, its number from 1, its name, its data byte for byte, and its contents.

    `dropped` counts the bytes over the size limit, which are missing from `data`. `late` is the number of seconds by
    which `at` may be too late because Diptych was busy and could not read sooner; usually 0.

    `frame` is how it was framed, and `pieces` which pieces of the body end in its bytes. Both are known if its run
    `keeps_bytes`: an empty frame is then the usual one of its API, and None for the pieces stands for one that ends
    with the event, at its time.
    """

    at: float
    seq: int
    name: str
    data: bytes
    contents: tuple[Content, ...]
    dropped: int = 0
    late: float = 0.0
    frame: Frame = UNKNOWN_FRAME
    pieces: PieceEnds | None = None


@dataclass(frozen=True, slots=True)
class RequestSent:
    """A request that was sent, without its secrets. Each retry is another one.

    `connect` is the time it took to get a connection, in seconds: 0 for a reused one, None if it is not known. `date`
    is when it was sent by the clock of the day, in seconds since 1970 (UTC), None if it is not known.

    `unknown_times` names the times of its exchange that are not known. Only captures of other programs have any.
    """

    at: float
    method: str
    url: str
    headers: Headers
    body: bytes
    connect: float | None = None
    date: float | None = None
    unknown_times: tuple[UnknownTime, ...] = ()


@dataclass(frozen=True, slots=True)
class ResponseBegan:
    """The status and headers of a response. `body` is the body of an error response, which is not a stream.

    `clock` stamped its arrival and that of the events that follow; None if that is not known.
    """

    at: float
    status: int
    headers: Headers
    body: bytes = b""
    clock: ArrivalClock | None = None


@dataclass(frozen=True, slots=True)
class AttemptFailed:
    """An attempt that failed and is repeated after `wait` seconds. `status` is None where no response came.

    `wait` is None if it is not known, as in some captures of other programs.
    """

    at: float
    attempt: int
    status: int | None
    wait: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class RunFailed:
    """The error that ended the run. `body` is what the server sent if that was not an event stream, else empty."""

    at: float
    failure: Failure
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class RunStopped:
    """The user stopped the run."""

    at: float


@dataclass(frozen=True, slots=True)
class RunCut:
    """The stream ended without the provider's terminal event."""

    at: float


Note = RequestSent | ResponseBegan | AttemptFailed | RunFailed | RunStopped | RunCut
"""A line that Diptych added; the server did not send it."""

Line = Event | Note


def time_is_known(line: Line, unknown: Container[UnknownTime]) -> bool:
    """Whether it is known when a line happened, given the times of its exchange that are not known."""
    match line:
        case RequestSent():
            return True
        case ResponseBegan():
            return "headers" not in unknown
        case Event():
            return "events" not in unknown
        case AttemptFailed() | RunFailed() | RunStopped() | RunCut():
            return "end" not in unknown
        case _:
            assert_never(line)
