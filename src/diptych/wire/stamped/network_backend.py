"""Makes connections that stamp what arrives, in place of those that httpx2 would make."""

import asyncio
import os
import re
import socket
from collections.abc import Callable, Iterable, Sequence

import httpcore2
import httpx2
from aiohappyeyeballs import AddrInfoType, start_connection

from diptych.wire.clock import Clock
from diptych.wire.stamped.kernel_stamps import PairedClocks, StampingKeeper, has_kernel_stamps
from diptych.wire.stamped.socket_stream import ReaderWakeups, SocketStream
from diptych.wire.stamped.stamped_stream import within
from diptych.wire.stamped.wakeups import Wakeups

_ERROR_NUMBER = re.compile(r"\[Errno (\d+)\]")
"""As in the text of an `OSError`."""

_HAPPY_EYEBALLS_DELAY = 0.25
"""Seconds until the next address is tried as well, as RFC 8305 recommends."""


def stamping_backend(clock: Clock, on_send: Callable[[], None]) -> "StampingBackend | None":
    """Return a backend for any number of HTTP clients; None if this system does not stamp what arrives."""
    return StampingBackend(clock, on_send) if has_kernel_stamps() else None


def stamp_arrivals(client: httpx2.AsyncClient, backend: "StampingBackend") -> None:
    """Have the connections of an HTTP client stamp what arrives, if this httpx2 can.

    httpx2 has no argument for a network backend, so it is put into the connection pools that it has made: the one for
    direct connections and those for proxies. If they are not where they are expected, the client stays as it is.
    """
    for transport in (getattr(client, "_transport", None), *getattr(client, "_mounts", {}).values()):
        pool = getattr(transport, "_pool", None)
        if isinstance(pool, httpcore2.AsyncConnectionPool) and hasattr(pool, "_network_backend"):
            pool._network_backend = backend


class StampingBackend(httpcore2.AsyncNetworkBackend):
    """Connects to servers. Where connections cannot be stamped, they are those that httpx2 would make.

    `on_send` is called right before bytes are sent.
    """

    def __init__(self, clock: Clock, on_send: Callable[[], None]) -> None:
        self._keeper = StampingKeeper()
        self._clocks = PairedClocks(clock)
        self._on_send = on_send
        self._plain = httpcore2.AnyIOBackend()
        self._connection_wakeups = Wakeups(1)  # the SDK's work on a request follows at once
        self._reader_wakeups = ReaderWakeups()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to a server. Raises httpcore2's `ConnectError` and `ConnectTimeout`."""
        loop = asyncio.get_running_loop()
        if not isinstance(loop, asyncio.SelectorEventLoop):
            return await self._plain.connect_tcp(host, port, timeout, local_address, socket_options)
        try:
            sock = await within(timeout, httpcore2.ConnectTimeout, _connect(loop, host, port, local_address))
            try:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for option in socket_options or ():
                    sock.setsockopt(*option)
                await self._connection_wakeups.wait()
                return SocketStream(sock, self._clocks, self._reader_wakeups, self._on_send)
            except BaseException:
                sock.close()
                raise
        except OSError as error:
            raise httpcore2.ConnectError(error) from error

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to a Unix socket, for which the kernel has no stamps."""
        return await self._plain.connect_unix_socket(path, timeout, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Wait between two attempts to connect."""
        await asyncio.sleep(seconds)


async def _connect(loop: asyncio.AbstractEventLoop, host: str, port: int, local_address: str | None) -> socket.socket:
    """Return a connected socket that does not block."""
    addresses = await _addresses(loop, host, port)
    local = None if local_address is None else await _addresses(loop, local_address, 0)
    try:
        return await start_connection(
            addresses, local_addr_infos=local, happy_eyeballs_delay=_HAPPY_EYEBALLS_DELAY, loop=loop
        )
    except OSError as error:
        numbers = _ERROR_NUMBER.findall(str(error)) if error.errno is None else ()
        if not numbers:
            raise
        # The addresses failed for different reasons, of which aiohappyeyeballs keeps only the text.
        errors = [OSError(int(number), os.strerror(int(number))) for number in numbers]
        raise OSError(str(error)) from ExceptionGroup(str(error), errors)


async def _addresses(loop: asyncio.AbstractEventLoop, host: str, port: int) -> Sequence[AddrInfoType]:
    """Return the addresses of a host. An address that is written in numbers is not looked up."""
    name = host.encode()  # as bytes, so that Python does not take it for an internationalized name
    try:
        return socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        return await loop.getaddrinfo(name, port, type=socket.SOCK_STREAM)
