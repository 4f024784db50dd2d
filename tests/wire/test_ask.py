"""One run over the wire: whole answers, an argument that a server does not know, and stopping in every state."""

import asyncio
from collections.abc import Awaitable

import pytest

from diptych.core.endpoint import ApiName
from diptych.core.event import AttemptFailed, Event
from diptych.core.metrics.usage import Usage
from diptych.core.run import Run
from diptych.wire.idle_timeout import IdleLimits
from tests.support.answers import Answer, Gate, json_answer
from tests.support.asking import Asker, Progress, new_run, notes, play, settings, text, transcript
from tests.support.loopback import LoopbackServer
from tests.support.streams import APIS, STOP_REASONS, STREAMS, chat, data_of, messages
from tests.support.transport import PlannedTransport
from tests.support.virtual_loop import run as in_virtual_time
from tests.wire.conftest import Answered

each_api = pytest.mark.parametrize("api", APIS)


def is_whole(run: Run, api: ApiName, events: list[bytes]) -> None:
    assert (run.state, run.stop_reason) == ("complete", STOP_REASONS[api])
    assert text(run) == "Grüße, Welt! 🌍"
    assert run.usage == Usage(input_tokens=8, output_tokens=3)
    assert [line.data for line in run.lines if isinstance(line, Event)] == [data_of(event) for event in events]
    assert [line.seq for line in run.lines if isinstance(line, Event)] == list(range(1, len(events) + 1))
    assert notes(run) == ["request", "response 200"]
    assert run.reported_model in ("claude-reported", "gpt-reported")


PIECES = ("Grüße, ", "Welt! ", "🌍")


@each_api
async def test_a_whole_answer(api: ApiName, answered: Answered) -> None:
    events = STREAMS[api](*PIECES)

    is_whole(await answered(api, Answer(events)), api, events)


@each_api
async def test_a_whole_answer_split_at_every_byte(api: ApiName, answered: Answered) -> None:
    events = STREAMS[api](*PIECES)

    is_whole(await answered(api, Answer(events).bytewise), api, events)


@each_api
async def test_a_whole_answer_in_one_write(api: ApiName, answered: Answered) -> None:
    events = STREAMS[api](*PIECES)

    is_whole(await answered(api, Answer([b"".join(events)])), api, events)


@each_api
@pytest.mark.parametrize("framing", ["close", "length"])
async def test_a_whole_answer_that_is_not_chunked(api: ApiName, framing: str, server: LoopbackServer) -> None:
    events = STREAMS[api](*PIECES)
    server.plan(Answer(events, framing="close" if framing == "close" else "length"))
    async with Asker(settings(api, server.url)) as asker:
        is_whole(await asker.ask(), api, events)


@each_api
async def test_a_whole_answer_that_comes_slowly(api: ApiName, server: LoopbackServer) -> None:
    events = STREAMS[api](*PIECES)
    server.plan(Answer([step for event in events for step in (event, 0.01)]))
    async with Asker(settings(api, server.url)) as asker:
        run = await asker.ask()

    is_whole(run, api, events)
    stamps = [line.at for line in run.lines if isinstance(line, Event)]
    assert stamps == sorted(stamps)


async def test_lines_are_folded_while_the_stream_is_open(server: LoopbackServer) -> None:
    server.plan(Answer([*messages("Hel")[:4], Gate("rest"), *messages("Hel")[4:]]))
    async with Asker(settings("anthropic-messages", server.url)) as asker:
        progress = Progress()
        run = new_run(asker.settings, observer=progress)
        task = asyncio.create_task(asker.ask(run))
        await progress.until(lambda run: run.text)
        assert transcript(run)[:3] == ["request", "response 200", "message_start"]
        assert run.state == "streaming"
        server.open("rest")
        assert (await task).state == "complete"


async def test_the_request_is_listed_while_the_server_is_silent(server: LoopbackServer) -> None:
    server.plan(Answer(messages("hi"), before=[Gate("head")]))
    async with Asker(settings("anthropic-messages", server.url)) as asker:
        run = new_run(asker.settings)
        task = asyncio.create_task(asker.ask(run))
        await server.aarrived(1)
        assert (transcript(run), run.state) == (["request"], "waiting")
        server.open("head")
        await task


def test_a_bare_done_or_silence_in_the_middle_of_a_line_loses_nothing() -> None:
    unterminated = b"".join(chat("hi")).removesuffix(b"\n\n")

    run = play(Answer([unterminated]))

    assert (run.state, text(run), transcript(run)[-1]) == ("complete", "hi", "[DONE]")


# An argument that a server does not know


def test_a_server_that_does_not_know_stream_options_is_asked_without_it_from_then_on() -> None:
    transport = PlannedTransport(
        json_answer(400, '{"detail": "Unrecognized field: stream_options"}'),
        Answer(chat("first")),
        Answer(chat("second")),
    )

    async def asked() -> tuple[Run, Run]:
        async with Asker(settings("openai-chat"), transport, asyncio.get_running_loop().time) as asker:
            return await asker.ask(), await asker.ask()

    first, second = in_virtual_time(asked())

    assert notes(first) == ["request", "response 400", "again in 0", "request", "response 200"]
    assert "stream_options" in next(line.reason for line in first.lines if isinstance(line, AttemptFailed))
    assert notes(second) == ["request", "response 200"]
    assert ["stream_options" in request.content.decode() for request in transport.requests] == [True, False, False]
    assert (text(first), text(second)) == ("first", "second")


@pytest.mark.parametrize("api", APIS)
def test_a_request_tells_the_server_how_often_it_was_sent_before(api: ApiName) -> None:
    busy = json_answer(529, "", retry_after="0")
    transport = PlannedTransport(busy, busy, json_answer(400, ""), Answer([]))

    async def asked() -> None:
        async with Asker(settings(api), transport, asyncio.get_running_loop().time) as asker:
            await asker.ask()
            await asker.ask()

    in_virtual_time(asked())

    counts = [request.headers["x-stainless-retry-count"] for request in transport.requests]
    assert counts == ["0", "1", "2", "0"]


def test_asking_without_an_argument_costs_no_retry() -> None:
    busy = json_answer(429, "", retry_after="0")
    unknown = json_answer(422, "stream_options: extra inputs are not permitted")

    run = play(busy, unknown, busy, Answer(chat("hi")))

    assert [attempt.status for attempt in run.attempts] == [429, 422, 429, 200]
    assert run.state == "complete"


def test_other_complaints_are_no_reason_to_leave_it_out() -> None:
    assert notes(play(json_answer(400, "bad model"))) == ["request", "response 400", "failed: http"]
    complaint = json_answer(400, "stream_options")
    assert notes(play(complaint, complaint))[-3:] == ["request", "response 400", "failed: http"]


# Stopping


async def stopped(asker: Asker, run: Run, when: Awaitable[object]) -> Run:
    task = asyncio.create_task(asker.ask(run))
    async with asyncio.timeout(60):
        await when
        task.cancel()
        return await task


async def test_stop_while_the_client_is_being_made() -> None:
    asked_for = asyncio.Event()

    class Slow(Asker):
        async def _client(self):  # type: ignore[no-untyped-def]  # noqa: ANN202
            asked_for.set()
            await asyncio.Event().wait()

    asker = Slow(settings("openai-chat"))
    run = await stopped(asker, new_run(asker.settings), asked_for.wait())

    assert (run.state, transcript(run), run.attempts) == ("stopped", ["stopped"], [])


async def test_stop_while_connecting() -> None:
    accepted, left = asyncio.Event(), asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.set()
        await reader.read()
        left.set()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as listener:
        url = f"https://127.0.0.1:{listener.sockets[0].getsockname()[1]}"  # a handshake that is never answered
        async with Asker(settings("openai-chat", url)) as asker:
            run = await stopped(asker, new_run(asker.settings), accepted.wait())
            assert (run.state, transcript(run)) == ("stopped", ["request", "stopped"])
            await asyncio.wait_for(left.wait(), 60)


async def test_stop_while_waiting_for_the_headers(server: LoopbackServer) -> None:
    server.plan(Answer(before=[Gate("never")]))
    async with Asker(settings("openai-chat", server.url)) as asker:
        run = await stopped(asker, new_run(asker.settings), server.aarrived(1))
        assert (run.state, transcript(run)) == ("stopped", ["request", "stopped"])
        assert [(attempt.status, attempt.wait) for attempt in run.attempts] == [(None, None)]
        assert not (await server.agone()).answered


@each_api
async def test_stop_while_streaming(api: ApiName, server: LoopbackServer) -> None:
    server.plan(Answer(STREAMS[api]("Hel", "lo")[:-3], end="hang"))
    async with Asker(settings(api, server.url)) as asker:
        progress = Progress()
        run = new_run(asker.settings, observer=progress)
        await stopped(asker, run, progress.until(lambda run: run.text))
        assert (run.state, text(run)[:3], transcript(run)[-1]) == ("stopped", "Hel", "stopped")
        assert not (await server.agone()).answered


async def test_stop_in_the_wait_before_another_attempt() -> None:
    waiting = asyncio.Event()

    async def sleep(seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    async with Asker(settings("openai-chat"), PlannedTransport(json_answer(503, ""))) as asker:
        run = new_run(asker.settings)
        task = asyncio.create_task(asker.ask(run, sleep=sleep))
        await asyncio.wait_for(waiting.wait(), 60)
        task.cancel()
        await task

    assert run.state == "stopped"
    assert [attempt.status for attempt in run.attempts] == [503]
    assert transcript(run)[-1] == "stopped"


@each_api
async def test_stop_after_the_terminal_event_leaves_it_complete(api: ApiName, server: LoopbackServer) -> None:
    server.plan(Answer(STREAMS[api]("hi"), end="hang"))
    async with Asker(settings(api, server.url)) as asker:
        progress = Progress()
        run = new_run(asker.settings, observer=progress)
        await stopped(asker, run, progress.until(lambda run: run.end.saw_terminal_event))
        assert (run.state, run.stop_reason) == ("complete", STOP_REASONS[api])
        assert not (await server.agone()).answered


def test_a_silence_names_what_limits_it() -> None:
    limits = IdleLimits(5.0, 5.0, "timeout of [endpoints.local]")
    run = play(Answer(before=[Gate("never")]), limits=limits)

    assert run.failure is not None
    assert run.failure.message == (
        "The server did not answer for 5 s. Send the prompt again, or allow more with timeout of [endpoints.local]."
    )
