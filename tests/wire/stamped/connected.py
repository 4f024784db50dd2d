"""A stamped connection and the other end of it."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from diptych.wire.stamped.kernel_stamps import (
    ANCILLARY_SIZE,
    PairedClocks,
    StampingKeeper,
    has_kernel_stamps,
    request_stamps,
    stamp_in,
)
from diptych.wire.stamped.socket_stream import ReaderWakeups, SocketStream


def nothing() -> None:
    """Do nothing when bytes are about to be sent."""


@asynccontextmanager
async def a_connection(
    clock: Callable[[], float] = time.perf_counter, on_send: Callable[[], None] = nothing
) -> AsyncIterator[tuple[SocketStream, socket.socket]]:
    """A stream to a server on this machine, and the server's socket, which blocks."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sock = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setblocking(False)
    stream = SocketStream(sock, PairedClocks(clock), ReaderWakeups(), on_send)
    with server:
        try:
            yield stream, server
        finally:
            await stream.aclose()


async def everything(stream: SocketStream) -> bytes:
    """What arrives until the end."""
    read = b""
    while pieces := await stream.pieces():
        read += b"".join(piece.data for piece in pieces)
    return read


async def a_beat() -> None:
    """Let the event loop look at its sockets."""
    await asyncio.sleep(0.001)


def stamping() -> StampingKeeper | None:
    """Return what keeps the kernel stamping, once it does."""
    if not has_kernel_stamps():
        return None
    keeper = StampingKeeper()
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as sender:
        receiver, _ = listener.accept()
        with receiver:
            request_stamps(receiver)
            is_stamped = False
            while not is_stamped:
                sender.sendall(b"?")
                is_stamped = stamp_in(receiver.recvmsg(1, ANCILLARY_SIZE)[1]) is not None
    return keeper
