"""A TCP connection that is read as soon as anything arrives, in small pieces with the kernel's stamps."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from typing import Any

import httpcore2

from diptych.wire.stamped.kernel_stamps import ANCILLARY_SIZE, PairedClocks, request_stamps, stamp_in
from diptych.wire.stamped.piece import Piece
from diptych.wire.stamped.stamped_stream import StampedStream
from diptych.wire.stamped.wakeups import Wakeups

_PIECE = 1_024
"""Bytes that one read takes. The less, the more segments that have waited together keep their own stamps."""

_MOST_READS = 64
"""Reads of one socket before the event loop looks at the others."""

_MOST_WOKEN = 8
"""Tasks that begin to work on what was read in one iteration of the event loop, each for about 100 microseconds."""

_PATIENCE = 0.004
_LONGEST_PATIENCE = 0.04
"""Seconds that what was read may wait for more, with few streams and with very many. Nobody sees it, since its stamp
was taken when it arrived.
"""

_MOST_WAITING = 1024 * 1024
"""Bytes that may wait until the task takes them. If there are more, the server has to wait."""


class ReaderWakeups:
    """Wakes the tasks that work on what was read, those that are patient a little later, together with more data."""

    def __init__(self) -> None:
        self._prompt = Wakeups(_MOST_WOKEN)
        self._patient = Wakeups(_MOST_WOKEN, _PATIENCE, _LONGEST_PATIENCE)

    def wake(self, waiter: asyncio.Future[None], *, patiently: bool) -> None:
        """Resolve a future that a task awaits, after those that were passed before."""
        (self._patient if patiently else self._prompt).wake(waiter)


class SocketStream(StampedStream):
    """Reads a connected socket, which it owns, whenever the event loop finds it readable.

    Reading takes a few microseconds and does not wait for the task that works on what was read. `on_send` is called
    right before bytes are sent. Raises `OSError` if the kernel cannot stamp.
    """

    def __init__(
        self, sock: socket.socket, clocks: PairedClocks, wakeups: ReaderWakeups, on_send: Callable[[], None]
    ) -> None:
        super().__init__()
        request_stamps(sock)
        self._socket = sock
        self._loop = asyncio.get_running_loop()
        self._clocks = clocks
        self._wakeups = wakeups
        self._on_send = on_send
        self._arrived: list[Piece] = []
        self._size = 0
        self._unstamped: list[bytes] = []
        self._last_stamp = float("-inf")
        self._has_ended = False
        self._error: OSError | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._is_reading = False
        self._paused_at: float | None = None
        self._resume()

    async def receive(self) -> Sequence[Piece]:
        """Wait for pieces and return them, none at the end of the stream. Raises httpcore2's `ReadError`."""
        if not self._arrived and not self._has_ended:
            self._waiter = self._loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        pieces, self._arrived, self._size = self._arrived, [], 0
        if not pieces and self._error is not None:
            try:
                raise self._error
            except OSError as error:  # as its context: httpcore2 takes the cause off
                raise httpcore2.ReadError(error) from error
        if self._paused_at is not None:
            self._resume()
        return pieces

    async def send(self, data: bytes) -> None:
        """Send bytes now. Raises httpcore2's `WriteError`."""
        self._on_send()
        self._last_stamp = max(self._last_stamp, self._clocks.now())  # no response is older than its request
        try:
            try:
                sent = self._socket.send(data)
            except (BlockingIOError, InterruptedError):
                sent = 0
            if sent < len(data):
                await self._loop.sock_sendall(self._socket, memoryview(data)[sent:])
        except OSError as error:
            raise httpcore2.WriteError(error) from error

    async def aclose(self) -> None:
        """Close the connection. Closing it twice does no harm."""
        self._stop_reading()
        self._error = self._error or OSError("the connection was closed")
        self._end()
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore2 asks for by name, None for what is not known."""
        match info:
            case "socket":
                return self._socket
            case "is_readable":  # httpcore2 does not send another request on a connection with something to read
                if self._is_reading:
                    self._on_readable()  # the event loop may not have seen the latest
                return self._has_ended or self._size > 0 or bool(self._unread)
            case "client_addr":
                return self._socket.getsockname()
            case "server_addr":
                return self._socket.getpeername()
            case _:
                return None

    def _on_readable(self) -> None:
        received: list[tuple[bytes, int | None]] = []
        is_drained = False
        receive = self._socket.recvmsg
        try:
            for _ in range(_MOST_READS):
                data, ancillary, _, _ = receive(_PIECE, ANCILLARY_SIZE)
                if not data:
                    self._has_ended = True
                    break
                received.append((data, stamp_in(ancillary)))
                if len(data) < _PIECE:  # nothing else is waiting
                    is_drained = True
                    break
        except (BlockingIOError, InterruptedError):
            is_drained = True
        except OSError as error:
            self._error = error
            self._has_ended = True
        self._keep(received, is_drained=is_drained or self._has_ended)
        if self._has_ended:
            self._stop_reading()
            self._end()
            return
        if self._arrived and self._waiter is not None:
            self._wakeups.wake(self._waiter, patiently=self.is_patient)
            self._waiter = None  # it is woken once, however much comes before that
        if self._size > _MOST_WAITING:
            self._stop_reading()
            self._paused_at = self._clocks.now()

    def _keep(self, received: Sequence[tuple[bytes, int | None]], *, is_drained: bool) -> None:
        """Make pieces of what was read. What has no stamp waits for the bytes that finish its segment."""
        reading = self._clocks.read()
        now, paused = reading.now, 0.0
        if self._paused_at is not None:
            paused, self._paused_at = now - self._paused_at, None
        unstamped = self._unstamped
        for data, stamp in received:
            self._size += len(data)
            unstamped.append(data)
            if stamp is not None:
                at = reading.arrival(stamp)
                is_exact = at is not None
                at = self._last_stamp = min(max(now if at is None else at, self._last_stamp), now)
                self._arrived.append(Piece(b"".join(unstamped), at, now, is_exact, paused))
                unstamped.clear()
        if is_drained and unstamped:  # the kernel has no stamp for it
            self._last_stamp = now
            self._arrived.append(Piece(b"".join(unstamped), now, now, False, paused))
            unstamped.clear()

    def _resume(self) -> None:
        self._is_reading = True
        self._loop.add_reader(self._socket, self._on_readable)

    def _stop_reading(self) -> None:
        if self._is_reading:
            self._is_reading = False
            self._loop.remove_reader(self._socket)

    def _end(self) -> None:
        self._has_ended = True
        self._paused_at = None
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
