"""The times of an answer count from when its request arrived, however late it is read."""

import asyncio
import re
import select
import socket
import struct
import time
from collections.abc import Iterator

import pytest

from diptych.serving import arrival_times
from diptych.serving.arrival_times import ArrivalTimes
from diptych.wire.stamped.kernel_stamps import has_kernel_stamps
from tests.replay.recordings import chat, chunk, round_of
from tests.serving.serving import serving

_PATIENCE = 20.0
_LATE = 0.02
"""Seconds by which bytes are read after they were sent."""

stamped = pytest.mark.skipif(not has_kernel_stamps(), reason="The kernel does not stamp")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def _pair(listener: socket.socket) -> tuple[socket.socket, socket.socket]:
    """Return the client's and the server's socket of a new connection."""
    client = socket.create_connection(listener.getsockname())
    connection, _ = listener.accept()
    connection.setblocking(False)
    return client, connection


@stamped
def test_bytes_arrived_when_the_kernel_received_them(listener: socket.socket) -> None:
    arrivals = ArrivalTimes(time.monotonic, listener)
    client, connection = _pair(listener)
    with client, connection:
        deadline = time.monotonic() + _PATIENCE
        while True:  # the kernel begins to stamp some milliseconds after it was asked for it
            before = time.monotonic()
            client.sendall(b"hello")
            sent = time.monotonic()
            time.sleep(_LATE)
            arrived = arrivals.of_unread(connection)
            assert connection.recv(100) == b"hello"
            if arrived < sent + _LATE:
                break
            assert time.monotonic() < deadline
        assert before - 0.001 <= arrived


def test_without_stamps_bytes_arrive_when_they_are_read(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrival_times, "has_kernel_stamps", lambda: False)
    arrivals = ArrivalTimes(lambda: 17.5, listener)
    client, connection = _pair(listener)
    with client, connection:
        client.sendall(b"hello")
        assert arrivals.of_unread(connection) == 17.5


@stamped
def test_nothing_to_read_arrives_now(listener: socket.socket) -> None:
    arrivals = ArrivalTimes(lambda: 17.5, listener)
    client, connection = _pair(listener)
    with client, connection:
        assert arrivals.of_unread(connection) == 17.5


@stamped
def test_a_connection_that_was_reset_is_said(listener: socket.socket) -> None:
    arrivals = ArrivalTimes(time.monotonic, listener)
    client, connection = _pair(listener)
    with connection:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        select.select([connection], [], [], _PATIENCE)
        with pytest.raises(ConnectionResetError):
            arrivals.of_unread(connection)


@stamped
async def test_a_request_that_is_read_late_is_answered_from_when_it_arrived() -> None:
    log: list[str] = []
    async with serving(round_of(chat(chunk(0.2, "one"))), speed=0, log=log) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        deadline = time.monotonic() + _PATIENCE
        while True:  # see above
            body = b'{"model": "some-model", "stream": true, "messages": [{}]}'
            writer.write(b"POST /chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
            time.sleep(_LATE)  # noqa: ASYNC251 - the loop is busy with something else
            await reader.readuntil(b"0\r\n\r\n")
            took = re.search(r"sent whole after ([\d.]+) s", log[-1])
            assert took
            if float(took[1]) >= _LATE:
                break
            assert time.monotonic() < deadline
        writer.close()
