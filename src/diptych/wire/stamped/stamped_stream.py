"""A network stream for httpcore2 that remembers when its bytes arrived."""

import asyncio
import re
import ssl
from abc import abstractmethod
from collections import deque
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import httpcore2

from diptych.wire.stamped.piece import Piece

_T = TypeVar("_T")

_END_OF_HEAD = b"\r\n\r\n"
_BLANK_LINE = re.compile(rb"\n\r?\n")
_LONGEST_BLANK_LINE = 3


class StampedStream(httpcore2.AsyncNetworkStream):
    """Reads pieces with stamps. httpcore2 reads them through `read`; `pieces` hands out the stamps as well.

    `latest` is the piece from which `read` returned bytes last. `is_at_body` says whether these bytes ended with the
    blank line after the head of a response, so that the next ones begin its body: `read` does not go beyond it.
    `is_patient` says that what arrives may wait some milliseconds for more, so that both are worked on at once.
    """

    def __init__(self) -> None:
        self.latest = Piece(b"", 0.0, 0.0)
        self.is_at_body = False
        self.is_patient = False
        self._unread: deque[Piece] = deque()
        self._is_in_head = False
        self._tail = b""
        self._held = b""

    @abstractmethod
    async def receive(self) -> Sequence[Piece]:
        """Wait for pieces and return them, none at the end of the stream. Raises httpcore2's `ReadError`."""

    @abstractmethod
    async def send(self, data: bytes) -> None:
        """Send bytes now. Raises httpcore2's `WriteError`."""

    async def pieces(self) -> Sequence[Piece]:
        """Return the pieces that have come, waiting for them if necessary; none at the end of the stream.

        Raises httpcore2's `ReadError`.
        """
        if self._unread:
            pieces = tuple(self._unread)
            self._unread.clear()
            return pieces
        return await self.receive()

    def put_back(self, pieces: Sequence[Piece]) -> None:
        """Have the next reads return these pieces first."""
        self._unread.extendleft(reversed(pieces))

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return bytes that have come, waiting for them if necessary; none at the end of the stream."""
        if self._held:
            await self.write(b"")
        if not self._unread:
            self._unread.extend(await within(timeout, httpcore2.ReadTimeout, self.receive()))
        if not self._unread:
            return b""
        piece = self.latest = self._unread.popleft()
        self.is_at_body = False
        size = min(len(piece.data), max_bytes)
        if self._is_in_head:
            size = self._size_in_head(piece.data[:size])
        if size < len(piece.data):
            self._unread.appendleft(piece._replace(data=piece.data[size:]))
        return piece.data[:size]

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes. The head of a request waits for what follows it, so that both go out as one."""
        self._is_in_head, self._tail = True, b""
        if buffer.endswith(_END_OF_HEAD) and not self._held:
            self._held = buffer
            return
        data, self._held = self._held + buffer, b""
        if data:
            await within(timeout, httpcore2.WriteTimeout, self.send(data))

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.AsyncNetworkStream:
        """Return a stream that is encrypted over this one."""
        from diptych.wire.stamped.tls_stream import TLSStream

        stream = TLSStream(self, ssl_context, server_hostname)
        try:
            await within(timeout, httpcore2.ConnectTimeout, stream.handshake())
        except BaseException:
            await self.aclose()
            raise
        return stream

    def _size_in_head(self, data: bytes) -> int:
        """Return how many of these bytes belong to the head of a response, and note whether it ends there."""
        text = self._tail + data
        end = _BLANK_LINE.search(text)
        if end is None:
            self._tail = text[-_LONGEST_BLANK_LINE:]
            return len(data)
        self._is_in_head, self.is_at_body = False, True
        return end.end() - len(self._tail)


async def within(seconds: float | None, error: type[Exception], work: Coroutine[Any, Any, _T]) -> _T:
    """Return what the work returns. Raises `error` if it takes longer than `seconds`; None sets no limit."""
    if seconds is None:
        return await work
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError as timed_out:
        raise error(timed_out) from timed_out
