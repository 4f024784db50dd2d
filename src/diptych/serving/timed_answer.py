"""An answer to a request, ready to be sent: its head, the pieces of its body, and when each of them is due."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import NamedTuple

from diptych.core.event import Headers
from diptych.core.exchange import ExchangeEnding
from diptych.core.headers import is_header

_LEFT_OUT = frozenset(
    {
        *("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
        *("content-length", "alt-svc"),
    }
)
"""Headers about the recorded connection, which would be wrong on this one."""

_LAST_CHUNK = b"0\r\n\r\n"


class ResponseOptions(NamedTuple):
    """What a request says about the form of its answer.

    `knows_chunks`: the client reads chunked bodies, which HTTP/1.0 does not have. `wants_body` is False for HEAD.
    `keeps_alive`: further requests may follow on the connection.
    """

    knows_chunks: bool
    wants_body: bool
    keeps_alive: bool


Schedule = tuple[Sequence[bytes], Sequence[float]]
"""Everything that is to be written, the head first, and the delay of each write."""


@dataclass(frozen=True, slots=True)
class TimedAnswer:
    """An answer with its timing. All times are in seconds since the request was received.

    The head is due at `begins`, each of the `writes` at the delay in the same place of `delays`, and the end at `ends`.
    `status` is None if the server sent no answer. If `is_chunked`, each of the writes is a chunk of HTTP/1.1. If
    `is_stream`, the body consists of events. `was_reset` tells whether a connection that was lost was reset.
    """

    status: int | None
    headers: bytes
    begins: float
    writes: Sequence[bytes]
    delays: Sequence[float]
    ending: ExchangeEnding
    ends: float
    is_chunked: bool = False
    is_stream: bool = False
    was_reset: bool = False
    _schedules: dict[ResponseOptions, Schedule] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was made for requests before, since an answer may have hundreds of thousands of pieces."""

    @property
    def body(self) -> bytes:
        """The bytes of the body, without chunks around them."""
        return b"".join(map(_unwrapped, self.writes) if self.is_chunked else self.writes)

    def schedule(self, options: ResponseOptions) -> Schedule:
        """Return what is to be written for a request with these options, and when."""
        if (made := self._schedules.get(options)) is None:
            made = self._schedules[options] = self._schedule(options)
        return made

    def _schedule(self, options: ResponseOptions) -> Schedule:
        if self.status is None:
            return (), ()
        if not options.wants_body:
            return [self._head(options)], [self.begins]
        writes: Iterable[bytes] = self.writes
        last: tuple[bytes, ...] = ()
        if self.is_chunked and not options.knows_chunks:
            writes = map(_unwrapped, writes)
        elif self.is_chunked and self.ending == "clean":
            last = (_LAST_CHUNK,)
        delays = array("d", (self.begins,))
        delays.extend(self.delays)
        delays.extend(self.ends for _ in last)
        return [self._head(options), *writes, *last], delays

    def _head(self, options: ResponseOptions) -> bytes:
        status = self.status or 0
        phrase = HTTPStatus(status).phrase if status in _STATUSES else ""
        framing = b""
        if self.is_chunked:
            framing = b"transfer-encoding: chunked\r\n" if options.knows_chunks else b""
        elif status not in _WITHOUT_BODY:
            framing = b"content-length: %d\r\n" % sum(map(len, self.writes))
        end = b"\r\n" if options.keeps_alive else b"connection: close\r\n\r\n"
        return b"".join((f"HTTP/1.1 {status} {phrase}\r\n".encode("ascii"), self.headers, framing, end))


def header_lines(headers: Headers, *, redacted: str) -> bytes:
    """Return the lines of recorded headers, without those of the connection and those whose value was `redacted`.

    A content encoding is left out if Diptych undid it, since recordings hold the decompressed body.
    """
    kept = [(name, value) for name, value in headers if name.lower() not in _LEFT_OUT and redacted not in value]
    return b"".join(
        f"{name}: {value}\r\n".encode("utf-8", "replace")
        for name, value in kept
        if is_header(name, value.encode("ascii", "ignore").decode()) and not _is_undone(name, value)
    )


def chunks(pieces: Iterable[tuple[float, bytes]]) -> tuple[Sequence[bytes], Sequence[float]]:
    """Return pieces of a body as chunks, and the delay of each, which is never smaller than the one before."""
    writes: list[bytes] = []
    delays = array("d")
    latest = 0.0
    for delay, data in pieces:
        if data:  # a chunk without data would be the last one
            latest = max(latest, delay)
            writes.append(b"%x\r\n%b\r\n" % (len(data), data))
            delays.append(latest)
    return writes, delays


_STATUSES = frozenset(map(int, HTTPStatus))
_WITHOUT_BODY = (204, 304)
_DECOMPRESSED = frozenset({"", "identity", "gzip", "deflate"})
"""Content encodings that Diptych undoes while it records."""


def _is_undone(name: str, value: str) -> bool:
    """Whether a header names a compression that was undone before the body was recorded."""
    if name.lower() != "content-encoding":
        return False
    return all(encoding.strip().lower() in _DECOMPRESSED for encoding in value.split(","))


def _unwrapped(chunk: bytes) -> bytes:
    """Return the data of a chunk."""
    return chunk[chunk.index(b"\n") + 1 : -2]
