"""HTTP as clients speak it: connections that are kept, bodies that come slowly, and requests that are not HTTP."""

import asyncio
import json
import re
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from diptych.core.event import RunFailed
from diptych.core.failure import Failure
from diptych.core.recording import Recording
from diptych.serving import client_connection, request_router
from diptych.serving.client_connection import ClientConnection
from tests.replay.recordings import begun, chat, chunk, round_of, side
from tests.serving.serving import serving

_SAID = {"model": "some-model", "stream": True, "messages": [{}]}
_BODY = json.dumps(_SAID).encode()


def _request(body: bytes = _BODY, *headers: str, version: str = "1.1", target: str = "/v1/chat/completions") -> bytes:
    lines = [f"POST {target} HTTP/{version}", "host: here", f"content-length: {len(body)}", *headers]
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode() + body


def _recording(gap: float = 0.0) -> Recording:
    return round_of(chat(chunk(0.2, "one"), chunk(0.2 + gap, "two")))


def _silent_recording() -> Recording:
    silence = RunFailed(600.0, Failure("timeout", "The server sent nothing more."))
    return round_of(side("openai-chat", [*begun(), chunk(0.2, "one"), silence]))


class _Log(list[str]):
    """A log for whose first line a test can wait."""

    def __init__(self) -> None:
        super().__init__()
        self.has_line = asyncio.Event()

    def append(self, line: str) -> None:
        super().append(line)
        self.has_line.set()


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    try:
        async with asyncio.timeout(60):
            yield reader, writer
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Return the head and the body of an answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    if length := re.search(rb"content-length: (\d+)", head):
        return head, await reader.readexactly(int(length[1]))
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return head, body


async def test_requests_follow_each_other_on_a_connection() -> None:
    log: list[str] = []
    async with serving(_recording(), speed=0, log=log) as url, _connected(url) as (reader, writer):
        writer.write(_request() + _request())  # the second does not wait for the first answer
        first, second = await _answer(reader), await _answer(reader)
        writer.write(_request()[:40])
        await asyncio.sleep(0)
        writer.write(_request()[40:])
        third = await _answer(reader)

    assert first == second == third
    assert first[0].startswith(b"HTTP/1.1 200 OK\r\nrequest-id: req_1\r\n")
    assert first[1].count(b"data: ") == 2
    assert len(log) == 3


async def test_a_client_of_http_1_0_reads_until_the_connection_is_closed() -> None:
    async with serving(_recording(), speed=0) as url, _connected(url) as (reader, writer):
        writer.write(_request(version="1.0"))
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head
    assert body.count(b"data: ") == 2


async def test_a_client_may_ask_to_close_the_connection() -> None:
    async with serving(_recording(), speed=0) as url, _connected(url) as (reader, writer):
        writer.write(_request(_BODY, "connection: close"))
        assert b"connection: close" in await reader.readuntil(b"\r\n\r\n")
        assert (await reader.read()).endswith(b"0\r\n\r\n")


async def test_a_client_that_waits_for_100_is_told_to_go_on() -> None:
    async with serving(_recording(), speed=0) as url, _connected(url) as (reader, writer):
        request = _request(_BODY, "expect: 100-continue")
        writer.write(request[: -len(_BODY)])
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(_BODY[:5])
        await asyncio.sleep(0.01)
        writer.write(_BODY[5:])
        assert (await _answer(reader))[0].startswith(b"HTTP/1.1 200 OK")


async def test_a_body_that_is_too_large_is_refused_after_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (client_connection, request_router):
        monkeypatch.setattr(module, "LARGEST_BODY", 2**20)
    async with serving(_recording(), speed=0) as url, _connected(url) as (reader, writer):
        writer.write(_request(b"x" * (3 * 2**20)))
        head, body = await _answer(reader)
        assert head.startswith(b"HTTP/1.1 413 ")
        assert json.loads(body)["error"]["message"] == "The body of the request is larger than 1 MiB."
        writer.write(_request())
        assert (await _answer(reader))[0].startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"SSH-2.0-x\r\n\r\n", "illegal request line"),
        (b"\x16\x03\x01\x02\x00\x01", "it begins with TLS, so use http:// instead of https://"),
    ],
)
async def test_what_is_not_http_is_refused(sent: bytes, why: str) -> None:
    log: list[str] = []
    async with serving(_recording(), log=log) as url, _connected(url) as (reader, writer):
        writer.write(sent)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request")
    assert json.loads(body)["error"]["message"] == f"This is not an HTTP request: {why}."
    assert log[0].endswith(f"not an HTTP request: 400. {why}")


async def test_head_has_no_body() -> None:
    async with serving(_recording()) as url, _connected(url) as (reader, writer):
        writer.write(b"HEAD /v1/models HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n")
        assert (await reader.read()).endswith(b"connection: close\r\n\r\n")


async def test_a_client_that_resets_the_connection_is_noticed_at_once() -> None:
    log = _Log()
    async with serving(_recording(gap=30.0), log=log) as url:
        async with _connected(url) as (reader, writer):
            writer.write(_request())
            await reader.readuntil(b"one")
            connection = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await asyncio.wait_for(log.has_line.wait(), 60)
    assert "1:left (200), the client left after 2 of 4 pieces after " in log[0]


async def test_a_client_that_closes_the_connection_is_noticed_when_more_is_sent() -> None:
    log = _Log()
    events = [chunk(0.2 + number / 20, "word ") for number in range(300)]
    async with serving(round_of(chat(*events)), log=log) as url:
        async with _connected(url) as (reader, writer):
            writer.write(_request())
            await reader.readuntil(b"word")
        await asyncio.wait_for(log.has_line.wait(), 60)
    assert re.search(r"1:left \(200\), the client left after \d+ of 302 pieces after ", log[0])


async def test_a_client_that_closes_the_connection_ends_a_silence() -> None:
    log = _Log()
    async with serving(_silent_recording(), log=log) as url:
        async with _connected(url) as (reader, writer):
            writer.write(_request())
            await reader.readuntil(b"one")
        await asyncio.wait_for(log.has_line.wait(), 60)
    assert "1:left (200), kept open in silence until the client left after " in log[0]


async def test_a_client_that_sends_nothing_more_gets_all_answers() -> None:
    async with serving(_recording(gap=0.1)) as url, _connected(url) as (reader, writer):
        writer.write(_request() + _request())
        writer.write_eof()
        first, second = await _answer(reader), await _answer(reader)
        assert await reader.read() == b""
    assert first == second
    assert first[1].count(b"data: ") == 2


async def test_a_client_that_sends_nothing_more_is_not_kept_waiting_in_a_silence() -> None:
    async with serving(_silent_recording()) as url, _connected(url) as (reader, writer):
        writer.write(_request())
        writer.write_eof()
        assert (await reader.read()).count(b"data: ") == 1


async def test_a_request_that_is_cut_off_is_refused() -> None:
    log: list[str] = []
    async with serving(_recording(), log=log) as url, _connected(url) as (reader, writer):
        writer.write(_request()[:-5])
        writer.write_eof()
        said = await reader.read()
    assert said.startswith(b"HTTP/1.1 400 Bad Request")
    assert b"This is not a complete HTTP request: peer closed connection without sending complete" in said


async def test_a_request_that_was_sent_ahead_is_answered_from_when_the_answer_before_it_ended() -> None:
    async with serving(_recording(gap=0.2)) as url, _connected(url) as (reader, writer):
        began = time.perf_counter()
        writer.write(_request() * 2)
        await _answer(reader)
        await _answer(reader)
    assert time.perf_counter() - began > 1.5 * 0.39  # the first answer takes 0.39 s


async def test_a_client_that_sends_without_reading_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_connection, "_MOST_AHEAD", 1000)
    async with serving(_recording(gap=30.0)) as url, _connected(url) as (reader, writer):
        writer.write(_request())
        await reader.readuntil(b"one")
        writer.write(_request(b"x" * 2000))
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readuntil(b"two")


async def test_a_slow_client_gets_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    paused = asyncio.Event()
    pause = ClientConnection.pause_writing

    def noted(connection: ClientConnection) -> None:
        paused.set()
        pause(connection)

    monkeypatch.setattr(ClientConnection, "pause_writing", noted)
    events = [chunk(0.2 + number / 1000, "x" * 40_000) for number in range(300)]
    async with serving(round_of(chat(*events)), speed=0) as url, _connected(url) as (reader, writer):
        writer.write(_request() * 2)
        await asyncio.wait_for(paused.wait(), 60)
        first, second = await _answer(reader), await _answer(reader)
    assert first[1].count(b"data: ") == 300
    assert first == second
