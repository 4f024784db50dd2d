"""What arrives encrypted keeps the time at which it arrived."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpcore2
import pytest

from diptych.wire.stamped.kernel_stamps import has_kernel_stamps
from diptych.wire.stamped.network_backend import StampingBackend
from diptych.wire.stamped.tls_stream import TLSStream
from tests.wire.stamped.connected import a_connection, nothing

pytestmark = pytest.mark.skipif(not has_kernel_stamps(), reason="The kernel does not stamp")

CERTIFICATE = Path(__file__).parents[2] / "support" / "loopback.pem"
"""A certificate for 127.0.0.1 with its key."""


def servers_context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


@contextmanager
def answering(server: socket.socket) -> Iterator[list[ssl.SSLSocket]]:
    """Have the server do its part of the handshake in the meantime, and keep its end of the encrypted connection."""
    encrypted: list[ssl.SSLSocket] = []
    context = servers_context()

    def answer() -> None:
        encrypted.append(context.wrap_socket(server, server_side=True, suppress_ragged_eofs=False))

    thread = threading.Thread(target=answer)
    thread.start()
    yield encrypted
    thread.join()


@asynccontextmanager
async def an_encrypted_connection() -> AsyncIterator[tuple[TLSStream, ssl.SSLSocket]]:
    """A stream to a server on this machine, and the server's socket, which blocks."""
    async with a_connection() as (plain, server):
        with answering(server) as encrypted:
            stream = await plain.start_tls(trusting(), "127.0.0.1", timeout=20)
        assert isinstance(stream, TLSStream)
        with encrypted[0] as of_server:
            yield stream, of_server


async def everything(stream: TLSStream) -> bytes:
    read = b""
    while data := await stream.read(65536):
        read += data
    return read


async def test_a_loop_that_reads_late_still_knows_when_bytes_arrived() -> None:
    async with an_encrypted_connection() as (stream, server):
        before = time.perf_counter()
        server.sendall(b"hello")
        after = time.perf_counter()
        time.sleep(0.03)  # noqa: ASYNC251 - the loop cannot read

        (piece,) = await stream.pieces()

    assert (piece.data, piece.is_exact) == (b"hello", True)
    assert before - 1e-5 <= piece.at < after + 0.015
    assert piece.read_at >= after + 0.03


async def test_what_is_sent_arrives_and_what_answers_is_read() -> None:
    data = bytes(range(256)) * 1_000
    async with an_encrypted_connection() as (stream, server):
        await stream.write(b"POST / HTTP/1.1\r\n\r\n")
        await stream.write(b"body")
        assert server.recv(99) == b"POST / HTTP/1.1\r\n\r\nbody"
        sending = asyncio.create_task(asyncio.to_thread(server.sendall, data))
        read = b""
        while len(read) < len(data):
            read += await stream.read(65536)
        await sending

    assert read == data
    assert stream.get_extra_info("ssl_object").version() == "TLSv1.3"
    assert stream.get_extra_info("nothing") is None


@pytest.mark.parametrize("says_farewell", [True, False])
async def test_the_end_of_the_stream(says_farewell: bool) -> None:
    async with an_encrypted_connection() as (stream, server):
        server.sendall(b"last")
        if says_farewell:
            server.settimeout(0)
            with pytest.raises(ssl.SSLWantReadError):  # it does not wait for the client's
                server.unwrap()
        server.shutdown(socket.SHUT_RDWR)

        assert await everything(stream) == b"last"
        assert await stream.pieces() == []


async def test_a_connection_with_something_to_read_is_not_used_for_another_request() -> None:
    async with an_encrypted_connection() as (stream, server):
        server.sendall(b"unasked")
        assert await stream.read(2) == b"un"
        assert stream.get_extra_info("is_readable")
        await stream.read(100)
        assert not stream.get_extra_info("is_readable")

        server.settimeout(0)
        with pytest.raises(ssl.SSLWantReadError):
            server.unwrap()  # which ends the encrypted connection alone
        assert stream.get_extra_info("is_readable")
        assert await stream.read(100) == b""
        assert stream.get_extra_info("is_readable")


async def test_what_came_before_bytes_that_are_not_encrypted_is_read_first() -> None:
    async with an_encrypted_connection() as (stream, server):
        server.sendall(b"good")
        with socket.socket(fileno=server.detach()) as plain:
            plain.sendall(b"not a record of TLS")
            time.sleep(0.001)  # noqa: ASYNC251 - both are read at once

            assert await stream.read(65536) == b"good"
            for _ in range(2):
                with pytest.raises(httpcore2.ReadError, match="WRONG_VERSION_NUMBER") as caught:
                    await stream.read(65536)
                assert isinstance(caught.value.__context__, ssl.SSLError)  # all that httpcore2's pool leaves of it
            with pytest.raises(httpcore2.WriteError):
                await stream.write(b"more")


async def test_a_certificate_that_is_not_trusted_closes_the_connection() -> None:
    async with a_connection() as (plain, server):

        def answer() -> None:
            with pytest.raises(OSError):  # noqa: PT011 - a reset or an end, as it happens
                servers_context().wrap_socket(server, server_side=True, suppress_ragged_eofs=False).recv(1)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(httpcore2.ConnectError) as caught:
            await plain.start_tls(ssl.create_default_context(), "127.0.0.1")
        thread.join()

        assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
        with pytest.raises(httpcore2.ReadError, match="was closed"):
            await plain.read(1)


async def test_a_server_that_leaves_in_the_handshake() -> None:
    async with a_connection() as (plain, server):
        server.close()
        with pytest.raises(httpcore2.ConnectError) as caught:
            await plain.start_tls(trusting(), "127.0.0.1")

    assert isinstance(caught.value.__cause__, ssl.SSLEOFError | httpcore2.ReadError)


async def test_a_server_that_does_not_speak_tls() -> None:
    async with a_connection() as (plain, server):
        server.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        with pytest.raises(httpcore2.ConnectError, match="WRONG_VERSION_NUMBER"):
            await plain.start_tls(trusting(), "127.0.0.1")


async def test_a_handshake_that_takes_too_long() -> None:
    async with a_connection() as (plain, _server):
        with pytest.raises(httpcore2.ConnectTimeout):
            await plain.start_tls(trusting(), "127.0.0.1", timeout=0.001)
        with pytest.raises(httpcore2.ReadError, match="was closed"):
            await plain.read(1)


async def test_tls_in_tls_as_through_an_https_proxy() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"connected")
        await writer.start_tls(servers_context())
        writer.write(await reader.readexactly(4) + b" pong")
        writer.close()

    backend = StampingBackend(time.perf_counter, nothing)
    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=servers_context()) as server:
        plain = await backend.connect_tcp("127.0.0.1", server.sockets[0].getsockname()[1])
        outer = await plain.start_tls(trusting(), "127.0.0.1")
        assert await outer.read(65536) == b"connected"
        inner = await outer.start_tls(trusting(), "127.0.0.1")
        assert isinstance(inner, TLSStream)
        await inner.write(b"ping")
        assert await everything(inner) == b"ping pong"
        assert inner.latest.is_exact
        await inner.aclose()
