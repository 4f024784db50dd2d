"""When the server has played everything, and what it keeps count of."""

import asyncio

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


async def test_closing_the_server_closes_its_connections() -> None:
    async with serving(round_of(chat(chunk(0.2, "one"), chunk(60.0, "two")))) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(b"POST /responses HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}")
        assert (await reader.readline()).startswith(b"HTTP/1.1 404")
    await reader.read()
    writer.close()
