"""An answer to a request, ready to be sent: its head, the pieces of its body, and when each of them is due."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple

from diptych.core.event import Headers
from diptych.core.exchange import Ending
from diptych.core.headers import is_header

_LEFT_OUT = frozenset(
    {
        *("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
        *("content-length", "alt-svc"),
    }
)
"""Headers of the recorded connection, which are not true for this one."""

_LAST_CHUNK = b"0\r\n\r\n"


class HowAnswered(NamedTuple):
    """How the client can be answered: whether it knows chunks, whether it wants a body, and more on the connection."""

    knows_chunks: bool
    wants_body: bool
    keeps_alive: bool


@dataclass(frozen=True, slots=True)
class TimedAnswer:
    """An answer with its timing: `begins`, `delays` and `ends` are seconds since the request was received.

    `status` is None where no answer begins. Each of the `writes` belongs to the delay at the same place; in an answer
    that `is_chunked`, each is a chunk. `was_reset` says how a connection was lost. An answer that `is_stream` consists
    of events.
    """

    status: int | None
    headers: bytes
    begins: float
    writes: Sequence[bytes]
    delays: Sequence[float]
    ending: Ending
    ends: float
    is_chunked: bool = False
    is_stream: bool = False
    was_reset: bool = False

    @property
    def body(self) -> bytes:
        """The bytes of the body, without chunks around them."""
        return b"".join(map(_unwrapped, self.writes) if self.is_chunked else self.writes)

    def schedule(self, how: HowAnswered) -> tuple[Sequence[bytes], Sequence[float]]:
        """Return everything to be written to a client that can be answered like this, and the delay of each write."""
        if self.status is None:
            return (), ()
        if not how.wants_body:
            return [self._head(how)], [self.begins]
        writes: Iterable[bytes] = self.writes
        last: tuple[bytes, ...] = ()
        if self.is_chunked and not how.knows_chunks:
            writes = map(_unwrapped, writes)
        elif self.is_chunked and self.ending == "clean":
            last = (_LAST_CHUNK,)
        return [self._head(how), *writes, *last], [self.begins, *self.delays, *(self.ends for _ in last)]

    def _head(self, how: HowAnswered) -> bytes:
        status = self.status or 0
        phrase = HTTPStatus(status).phrase if status in _STATUSES else ""
        framing = b""
        if self.is_chunked:
            framing = b"transfer-encoding: chunked\r\n" if how.knows_chunks else b""
        elif status not in _WITHOUT_BODY:
            framing = b"content-length: %d\r\n" % sum(map(len, self.writes))
        end = b"\r\n" if how.keeps_alive else b"connection: close\r\n\r\n"
        return b"".join((f"HTTP/1.1 {status} {phrase}\r\n".encode("ascii"), self.headers, framing, end))


def header_lines(headers: Headers, *, redacted: str) -> bytes:
    """Return the lines of recorded headers, without those of the connection and those that hold what was `redacted`.

    Bodies are recorded as they were after they had been decompressed, if they could be.
    """
    kept = [(name, value) for name, value in headers if name.lower() not in _LEFT_OUT and redacted not in value]
    return b"".join(
        f"{name}: {value}\r\n".encode("utf-8", "replace")
        for name, value in kept
        if is_header(name, value.encode("ascii", "ignore").decode()) and not _is_undone(name, value)
    )


def chunks(pieces: Iterable[tuple[float, bytes]]) -> tuple[Sequence[bytes], Sequence[float]]:
    """Return pieces of a body as chunks, and when each is due: never before the one that it follows."""
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
    """Whether a header names a compression that the recorded body does not have any more."""
    if name.lower() != "content-encoding":
        return False
    return all(encoding.strip().lower() in _DECOMPRESSED for encoding in value.split(","))


def _unwrapped(chunk: bytes) -> bytes:
    """Return the data of a chunk."""
    return chunk[chunk.index(b"\n") + 1 : -2]
