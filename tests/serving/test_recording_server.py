"""When the server has played everything, and what it keeps count of."""

import asyncio
import socket

import pytest

from diptych.core.recording import Recording
from diptych.serving.matching import RecordedAnswers
from diptych.serving.recording_server import RecordingServer
from tests.replay.recordings import chat, chunk, round_of
from tests.serving.serving import answers_of, asked, serving


async def test_once_ends_when_every_answer_was_sent() -> None:
    recordings = [round_of(chat(chunk(0.2, "one"))), round_of(chat(chunk(0.2, "two")))]
    answers = RecordedAnswers(list(answers_of(*recordings)), is_lenient=True)
    log: list[str] = []
    server = RecordingServer(answers, 0, log.append, is_once=True)
    url = f"http://127.0.0.1:{await server.listen(0)}"
    waiting = asyncio.create_task(server.wait())

    first = await asked("openai-chat", url)
    assert (first.state, "".join(first.text), waiting.done()) == ("cut", "one", False)
    refused = await asked("openai-responses", url)
    assert (refused.state, server.unmatched, waiting.done()) == ("failed", 1, False)
    second = await asked("openai-chat", url)

    assert "".join(second.text) == "two"
    await asyncio.wait_for(waiting, 60)
    assert [answer.name for answer in answers.unused] == []
    await server.close()
    assert [line.partition(" ")[2].partition(",")[0] for line in log] == [
        "openai-chat m: 1:left (200)",
        "openai-responses m: 404. No recording matches this request: it is of openai-responses",
        "openai-chat m: 2:left (200)",
    ]


async def _once(*recordings: Recording) -> tuple[RecordingServer, asyncio.Task[None], int]:
    """Return a server that plays recordings once and at once, its end, and its port."""
    answers = RecordedAnswers(list(answers_of(*recordings)), is_lenient=True)
    server = RecordingServer(answers, 0, lambda line: None, is_once=True)
    port = await server.listen(0)
    return server, asyncio.create_task(server.wait()), port


async def test_what_is_not_http_does_not_keep_once_from_ending() -> None:
    server, waiting, port = await _once(round_of(chat(chunk(0.2, "one"))))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"SSH-2.0-x\r\n\r\n")
    await reader.read()
    await asked("openai-chat", f"http://127.0.0.1:{port}")

    await asyncio.wait_for(waiting, 20)
    await server.close()
    writer.close()


async def test_once_does_not_end_before_a_slow_client_has_read_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    create_server = socket.create_server

    def with_little_room(address: tuple[str, int]) -> socket.socket:
        listener = create_server(address)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        return listener

    monkeypatch.setattr(socket, "create_server", with_little_room)
    server, waiting, port = await _once(round_of(chat(chunk(0.2, "x" * 50_000))))
    closing: list[asyncio.Task[None]] = []
    waiting.add_done_callback(lambda _: closing.append(asyncio.create_task(server.close())))
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.connect(("127.0.0.1", port))
        connection.setblocking(False)
        body = b'{"model": "some-model", "stream": true, "messages": [{}]}'
        head = b"POST /chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n" % len(body)
        connection.sendall(head + body)
        read = b""
        while piece := await asyncio.get_running_loop().sock_recv(connection, 4_096):
            read += piece

    assert read.endswith(b"0\r\n\r\n")
    await closing[0]


async def test_closing_the_server_closes_its_connections() -> None:
    async with serving(round_of(chat(chunk(0.2, "one"), chunk(60.0, "two")))) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(b"POST /responses HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}")
        assert (await reader.readline()).startswith(b"HTTP/1.1 404")
    await reader.read()
    writer.close()
