"""Bodies are read as httpx2 reads them, with the time at which each part arrived."""

import asyncio
import gzip
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass

import httpx2
import pytest

from diptych.wire.stamped.kernel_stamps import has_kernel_stamps
from diptych.wire.stamped.network_backend import StampingBackend, stamp_arrivals
from diptych.wire.stamped.piece import Piece
from diptych.wire.stamped.stamped_body import stamped_body
from tests.wire.stamped.connected import nothing

pytestmark = pytest.mark.skipif(not has_kernel_stamps(), reason="The kernel does not stamp")

CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
ONE = b"9\r\ndata: 1\n\n\r\n"
TWO = b"9\r\ndata: 2\n\n\r\n"
LAST = b"0\r\n\r\n"
RESET = b""
"""In place of a write: the connection is lost."""


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[str]:
    """The URL of a server that does this for each connection, and closes it."""

    async def serve_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await serve(reader, writer)
        finally:
            writer.close()

    async with await asyncio.start_server(serve_and_close, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def writing(*writes: bytes) -> AbstractAsyncContextManager[str]:
    """The URL of a server that answers the request of each connection with these writes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for write in writes:
            if write == RESET:
                sock = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.write(write)
            await writer.drain()
            await asyncio.sleep(0.001)

    return serving(serve)


@dataclass
class Read:
    """What was read of a body, and the error that ended it."""

    pieces: list[Piece]
    error: str

    @property
    def body(self) -> bytes:
        return b"".join(piece.data for piece in self.pieces)


async def read(url: str, *, stamped: bool = True) -> Read:
    """Read the body of one response."""
    result = Read([], "")
    async with httpx2.AsyncClient(trust_env=False, timeout=20) as client:
        if stamped:
            stamp_arrivals(client, StampingBackend(time.perf_counter, nothing))
        async with client.stream("GET", url) as response:
            try:
                async with aclosing(stamped_body(response, time.perf_counter)) as arriving:
                    async for pieces in arriving:
                        result.pieces += pieces
            except httpx2.HTTPError as error:
                result.error = f"{type(error).__name__}: {error}"
    return result


@pytest.mark.parametrize(
    "writes",
    [
        [CHUNKED, ONE, TWO, LAST],
        [CHUNKED + ONE + TWO + LAST],
        [CHUNKED, ONE[:1], ONE[1:5], ONE[5:] + TWO[:-1], TWO[-1:], LAST[:2], LAST[2:]],
        [CHUNKED, LAST],
        [CHUNKED, ONE, b"0\r\nx-trailer: 1\r\n\r\n"],
        [CHUNKED, ONE, b"9;name=value\r\n" + TWO[3:], TWO, LAST],
        [CHUNKED.replace(b"OK\r\n", b"OK\r\ncontent-encoding: identity\r\n"), ONE, LAST],
        [b"HTTP/1.1 100 Continue\r\n\r\n", CHUNKED, ONE, TWO, LAST],
        [b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + CHUNKED + ONE, TWO, LAST],
        [CHUNKED.replace(b"\r\n", b"\n"), ONE, TWO, LAST],
        [CHUNKED.replace(b"200 OK", b"204 No Content")],
        [CHUNKED.replace(b"200 OK", b"500 Oops"), ONE, LAST],
        [b"HTTP/1.1 200 OK\r\ncontent-length: 18\r\n\r\ndata: 1\n\n", b"data: 2\n\n"],
        [b"HTTP/1.1 200 OK\r\n\r\ndata: 1\n\n", b"data: 2\n\n"],
        [b"HTTP/1.0 200 OK\r\n\r\ndata: 1\n\n", b"data: 2\n\n"],
        # Errors
        [CHUNKED, ONE],
        [CHUNKED, ONE, TWO[:4]],
        [CHUNKED, ONE, b"9\r"],
        [CHUNKED],
        [CHUNKED, ONE, b"zz\r\n", LAST],
        [CHUNKED + ONE + b"2\r\nhi!\n"],
        [CHUNKED, b"2\r\nhi!\n"],
        [CHUNKED, ONE, b"0\r\nbad trailer\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\ndata: 1\n\n"],
        [b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n", ONE, LAST],
    ],
)
async def test_the_body_and_what_is_wrong_with_it_are_those_that_httpx2_finds(writes: list[bytes]) -> None:
    async with writing(*writes) as url:
        own, plain = await read(url), await read(url, stamped=False)

    assert (own.body, own.error) == (plain.body, plain.error)
    assert all(piece.is_exact for piece in own.pieces)
    assert not any(piece.is_exact for piece in plain.pieces)


@pytest.mark.parametrize("head", [CHUNKED, b"HTTP/1.1 200 OK\r\n\r\n"])
async def test_a_connection_that_is_lost(head: bytes) -> None:
    async with writing(head, ONE, RESET) as url:
        own = await read(url)

    assert own.body
    assert own.error.startswith("ReadError: [Errno 104]")


async def test_a_compressed_body_is_decompressed_and_stamped() -> None:
    packed = gzip.compress(b"data: 1\n\ndata: 2\n\n")
    chunk = b"%x\r\n%b\r\n" % (len(packed), packed)
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n"
    async with writing(head, chunk, LAST) as url:
        own = await read(url)

    assert own.body == b"data: 1\n\ndata: 2\n\n"
    assert all(piece.is_exact for piece in own.pieces)


async def test_each_chunk_bears_the_time_at_which_it_arrived() -> None:
    sent: list[tuple[float, float]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(CHUNKED)
        for write in (ONE, TWO, LAST):
            await asyncio.sleep(0.01)
            before = time.perf_counter()
            writer.write(write)
            sent.append((before, time.perf_counter()))

    async with serving(serve) as url:
        own = await read(url)

    assert [piece.data for piece in own.pieces] == [b"data: 1\n\n", b"data: 2\n\n"]
    for piece, (before, after) in zip(own.pieces, sent, strict=False):
        assert before - 1e-5 <= piece.at < after + 0.01


async def test_a_connection_whose_body_was_read_to_its_end_is_used_again() -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(CHUNKED + ONE)
            await asyncio.sleep(0.001)
            writer.write(TWO + LAST)

    lasting = httpx2.Limits(keepalive_expiry=None)  # a busy machine may need the usual five seconds
    async with serving(serve) as url, httpx2.AsyncClient(trust_env=False, limits=lasting) as client:
        stamp_arrivals(client, StampingBackend(time.perf_counter, nothing))
        for _ in range(3):
            async with client.stream("GET", url) as response:
                read = [piece async for pieces in stamped_body(response, time.perf_counter) for piece in pieces]
            assert b"".join(piece.data for piece in read) == b"data: 1\n\ndata: 2\n\n"

    assert connections == 1
