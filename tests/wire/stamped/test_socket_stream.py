"""What a connection receives bears the time of its arrival, however late it is read."""

import asyncio
import socket
import struct
import time

import httpcore2
import pytest

from diptych.wire.stamped import socket_stream
from diptych.wire.stamped.kernel_stamps import has_kernel_stamps
from tests.wire.stamped.connected import a_beat, a_connection, everything

pytestmark = pytest.mark.skipif(not has_kernel_stamps(), reason="The kernel does not stamp")

LATE = 0.03
"""Seconds for which the loop cannot read."""


def block() -> None:
    """Keep the event loop from reading, as a busy process does."""
    time.sleep(LATE)


async def test_a_loop_that_reads_late_still_knows_when_bytes_arrived() -> None:
    async with a_connection() as (stream, server):
        before = time.perf_counter()
        server.sendall(b"hello")
        after = time.perf_counter()
        block()

        (piece,) = await stream.pieces()

    assert piece.data == b"hello"
    assert piece.is_exact
    assert before - 1e-5 <= piece.at < after + LATE / 2
    assert piece.read_at - piece.at > LATE / 2


async def test_stamps_are_in_order_and_never_before_what_was_sent_first() -> None:
    ticks = iter(range(1, 1000))
    async with a_connection(lambda: float(next(ticks))) as (stream, server):
        await stream.send(b"ask")
        sent_at = next(ticks)
        assert server.recv(9) == b"ask"
        stamps = []
        for _ in range(3):
            server.sendall(b"answer")
            stamps += [piece.at for piece in await stream.pieces()]

    assert stamps == sorted(stamps)
    assert stamps[0] >= sent_at - 1


async def test_a_large_segment_is_read_in_small_pieces_and_handed_out_whole() -> None:
    data = bytes(range(256)) * 40
    async with a_connection() as (stream, server):
        server.sendall(data)
        server.close()
        block()

        first, *others = await stream.pieces()
        read = first.data + b"".join(piece.data for piece in others) + await everything(stream)

    assert first.is_exact
    assert read == data


async def test_the_end_of_the_stream_stays_the_end() -> None:
    async with a_connection() as (stream, server):
        server.sendall(b"last")
        server.close()

        assert await everything(stream) == b"last"
        assert await stream.pieces() == []
        assert await stream.read(100) == b""
        assert stream.get_extra_info("is_readable")


async def test_a_reader_that_waits_gets_the_end() -> None:
    async with a_connection() as (stream, server):
        reading = asyncio.create_task(stream.read(100))
        await a_beat()
        server.close()

        assert await reading == b""


async def test_what_came_before_the_connection_was_lost_is_read_first() -> None:
    async with a_connection() as (stream, server):
        server.sendall(b"half")
        await a_beat()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        server.close()  # with a reset
        await a_beat()

        assert [piece.data for piece in await stream.pieces()] == [b"half"]
        for _ in range(2):
            with pytest.raises(httpcore2.ReadError, match="reset by peer") as caught:
                await stream.pieces()
            assert isinstance(caught.value.__context__, ConnectionResetError)  # all that httpcore2's pool leaves of it
        with pytest.raises(httpcore2.WriteError):
            await stream.send(b"more")


async def test_closing_wakes_who_reads_and_may_be_repeated() -> None:
    async with a_connection() as (stream, server):
        reading = asyncio.create_task(stream.read(100))
        await a_beat()
        await stream.aclose()
        await stream.aclose()

        with pytest.raises(httpcore2.ReadError, match="was closed"):
            await reading
        assert server.recv(9) == b""


async def test_a_reader_that_stops_waiting_loses_nothing() -> None:
    async with a_connection() as (stream, server):
        reading = asyncio.create_task(stream.read(100))
        await a_beat()
        reading.cancel()
        await asyncio.wait([reading])
        server.sendall(b"hello")
        await a_beat()

        assert await stream.read(100) == b"hello"


async def test_a_read_that_takes_too_long() -> None:
    async with a_connection() as (stream, server):
        with pytest.raises(httpcore2.ReadTimeout):
            await stream.read(100, timeout=0.001)
        server.sendall(b"late")

        assert await stream.read(100, timeout=20) == b"late"


async def test_a_server_that_does_not_read_makes_the_sender_wait() -> None:
    data = b"x" * 8_000_000
    async with a_connection() as (stream, server):
        with pytest.raises(httpcore2.WriteTimeout):
            await stream.write(data, timeout=0.001)
        sending = asyncio.create_task(stream.write(data))
        await a_beat()
        received = 0
        server.settimeout(20)
        while received < len(data):
            received += len(await asyncio.to_thread(server.recv, 1_000_000))
        sending.cancel()


async def test_the_moment_of_sending_is_told_right_before_it() -> None:
    told = []
    async with a_connection(on_send=lambda: told.append(received())) as (stream, server):
        server.setblocking(False)

        def received() -> bytes:
            try:
                return server.recv(99)
            except BlockingIOError:
                return b""

        await stream.write(b"POST / HTTP/1.1\r\n\r\n")
        assert (told, received()) == ([], b"")
        await stream.write(b"body")
        await stream.write(b"")
        assert told == [b""]
        assert received() == b"POST / HTTP/1.1\r\n\r\nbody"


async def test_a_request_without_a_body_goes_out_when_nothing_follows() -> None:
    async with a_connection() as (stream, server):
        await stream.write(b"GET / HTTP/1.1\r\n\r\n")
        await stream.write(b"")
        assert server.recv(99) == b"GET / HTTP/1.1\r\n\r\n"

        await stream.write(b"GET /next HTTP/1.1\r\n\r\n")
        reading = asyncio.create_task(stream.read(99))
        await a_beat()
        assert server.recv(99) == b"GET /next HTTP/1.1\r\n\r\n"
        server.sendall(b"yes")
        assert await reading == b"yes"


async def test_a_server_that_sends_faster_than_its_answer_is_worked_on_has_to_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket_stream, "_MOST_WAITING", 100_000)
    data = b"x" * 20_000_000
    async with a_connection() as (stream, server):
        sending = asyncio.create_task(asyncio.to_thread(server.sendall, data))
        await a_beat()
        while stream._is_reading:
            await a_beat()
        block()
        waiting = await stream.pieces()
        assert sum(len(piece.data) for piece in waiting) < 10_000_000
        assert {piece.paused for piece in waiting} == {0.0}

        following = await stream.pieces()
        assert following[0].paused > LATE / 2

        read = sum(len(piece.data) for piece in (*waiting, *following))
        while read < len(data):
            read += sum(len(piece.data) for piece in await stream.pieces())
        await sending


async def test_what_the_kernel_does_not_stamp_is_stamped_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_stream, "stamp_in", lambda ancillary: None)
    async with a_connection() as (stream, server):
        server.sendall(b"x" * 2_048)
        block()
        before = time.perf_counter()
        (piece,) = await stream.pieces()

    assert (len(piece.data), piece.is_exact, piece.at) == (2_048, False, piece.read_at)
    assert piece.at >= before


async def test_what_arrived_around_a_change_of_the_clock_is_stamped_when_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with a_connection() as (stream, server):
        monkeypatch.setattr(stream._clocks, "_offset", stream._clocks._offset + 3_600_000_000_000)
        monkeypatch.setattr(stream._clocks, "_read_at", time.monotonic_ns())
        server.sendall(b"around")
        (around,) = await stream.pieces()
        server.sendall(b"after")
        (after,) = await stream.pieces()

    assert (around.is_exact, around.at) == (False, around.read_at)
    assert after.is_exact


async def test_an_idle_connection_that_the_server_has_closed_is_not_used_again() -> None:
    async with a_connection() as (stream, server):
        assert not stream.get_extra_info("is_readable")
        server.close()
        assert stream.get_extra_info("is_readable")  # at once: the event loop has not looked yet


async def test_what_came_without_a_request_is_not_the_answer_to_the_next() -> None:
    async with a_connection() as (stream, server):
        server.sendall(b"HTTP/1.1 408 Request Timeout\r\n\r\n")
        assert stream.get_extra_info("is_readable")

        assert await stream.read(5) == b"HTTP/"
        assert stream.get_extra_info("is_readable")
        await stream.read(1000)
        assert not stream.get_extra_info("is_readable")


async def test_what_is_known_of_a_connection() -> None:
    async with a_connection() as (stream, server):
        assert stream.get_extra_info("server_addr") == server.getsockname()
        assert stream.get_extra_info("client_addr") == server.getpeername()
        assert stream.get_extra_info("socket").getpeername() == server.getsockname()
        assert stream.get_extra_info("ssl_object") is None
