"""How long a server may be silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from diptych.wire.client import Client
from diptych.wire.idle_timeout import IdleLimits
from tests.support.answers import Answer, Gate
from tests.support.asking import Asker, Progress, new_run, notes, play, settings, text
from tests.support.loopback import LoopbackServer
from tests.support.streams import APIS, chat

each_api = pytest.mark.parametrize("api", APIS)


def test_silence_before_the_headers() -> None:
    run = play(Answer(before=[30.0]), limits=IdleLimits(20.0, 5.0))

    assert notes(run) == ["request", "failed: timeout"]
    assert run.failure is not None
    assert run.failure.message.startswith("The server did not answer for 20 s.")
    assert run.stamps.timing().end == pytest.approx(20.0)


def test_silence_before_the_first_content() -> None:
    role, *_ = chat("hi")

    run = play(Answer([10.0, role, 15.0, b": alive\n", 30.0]), limits=IdleLimits(20.0, 5.0))

    assert run.failure is not None
    assert run.failure.message.startswith("The server sent nothing for 20 s, after 1 event.")
    assert run.stamps.timing().end == pytest.approx(45.0)


def test_silence_in_the_middle_of_the_answer() -> None:
    role, hi, *_ = chat("hi")

    run = play(Answer([role, 10.0, hi, 4.0, b": alive\n", 30.0]), limits=IdleLimits(20.0, 5.0))

    assert (run.state, text(run)) == ("failed", "hi")
    assert run.failure is not None
    assert run.failure.message.startswith("The server fell silent for 5 s in the middle of the answer, after 2 events.")
    assert run.stamps.timing().end == pytest.approx(19.0)


def test_by_default_ten_minutes_before_content_and_one_after() -> None:
    assert play(Answer(chat("hi"), before=[590.0])).state == "complete"
    assert play(Answer([*chat("hi")[:2], 59.0, *chat("hi")[2:]])).state == "complete"
    assert play(Answer([*chat("hi")[:2], 62.0])).state == "failed"


async def test_a_time_out_over_a_real_connection_closes_it(server: LoopbackServer) -> None:
    server.plan(Answer([*chat("hi")[:2]], end="hang"))
    async with Asker(settings("openai-chat", server.url), limits=IdleLimits(20.0, 0.05)) as asker:
        run = await asker.ask()
        assert notes(run) == ["request", "response 200", "failed: timeout"]
        assert not (await server.agone()).answered


async def test_a_server_is_not_silent_while_our_own_loop_cannot_listen(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    true_time, blocked = loop.time, 0.0
    monkeypatch.setattr(loop, "time", lambda: true_time() + blocked)
    role, hi, *rest = chat("hi")
    server.plan(Answer([role, hi, Gate("once"), hi, Gate("again"), *rest]))
    async with Asker(settings("openai-chat", server.url), limits=IdleLimits(300, 300)) as asker:
        progress = Progress()
        run = new_run(asker.settings, observer=progress)
        task = asyncio.create_task(asker.ask(run))
        await progress.until(lambda run: run.text)
        for gate in ("once", "again"):
            heard = len(run.lines)
            server.open(gate)
            blocked += 500  # by its clock, the loop could not run for so long
            await progress.until(lambda run, heard=heard: len(run.lines) > heard)  # type: ignore[misc]
        assert (await task).state == "complete"


async def test_what_comes_before_the_request_is_sent_is_not_silence(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Client.stream

    @asynccontextmanager
    async def after_a_while(*arguments: Any) -> AsyncIterator[Any]:
        await asyncio.sleep(0.1)  # as the SDK takes for its first request
        async with stream(*arguments) as response:
            yield response

    monkeypatch.setattr(Client, "stream", after_a_while)
    server.plan(Answer(before=[Gate("never")]))
    async with Asker(settings("openai-chat", server.url), limits=IdleLimits(1.0, 1.0)) as asker:
        run = await asker.ask()

    assert run.failure is not None
    assert run.failure.kind == "timeout"
    assert (run.stamps.timing().end or 0) > 0.99
