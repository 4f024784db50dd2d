"""Many requests at once on one client: each run is told of its own request, connection and response, and no other."""

import asyncio
import gc
import json
import time
import weakref
from dataclasses import replace

import pytest

from diptych.core.endpoint import ApiName
from diptych.core.event import RequestSent, ResponseBegan
from diptych.core.run import Run
from tests.support.answers import Answer, Gate, json_answer
from tests.support.asking import Asker, Progress, new_run, notes, settings, text
from tests.support.loopback import LoopbackServer
from tests.support.streams import APIS, STREAMS, chat
from tests.support.transport import PlannedTransport
from tests.wire.conftest import Variables

each_api = pytest.mark.parametrize("api", APIS)

MANY = [f"model-{number}" for number in range(12)]


async def ask_all(asker: Asker, models: list[str]) -> list[Run]:
    """Ask every model at once; each is asked for its own name."""
    asked = asker.settings
    runs = [new_run(replace(asked, model=model), model, began=asker.clock()) for model in models]
    await asyncio.gather(*map(asker.ask, runs))
    return runs


@each_api
async def test_every_run_has_its_own_request_and_response(api: ApiName, server: LoopbackServer) -> None:
    for model in MANY:
        stream = STREAMS[api](f"I am {model}")
        answer = Answer([stream[0], Gate(model), *stream[1:]], headers={"request-id": model})
        server.plan(answer, answer, key=model)
    began = time.time()
    async with Asker(settings(api, server.url)) as asker:
        asking = asyncio.create_task(ask_all(asker, MANY))
        await server.aarrived(len(MANY))
        for model in reversed(MANY):  # the answers end in another order than they began
            await asyncio.to_thread(server.open, model)
        cold, warm = await asking, await ask_all(asker, MANY)

    for run, model in zip((*cold, *warm), MANY * 2, strict=True):
        request, response, *_ = run.lines
        assert isinstance(request, RequestSent)
        assert isinstance(response, ResponseBegan)
        assert (json.loads(request.body)["model"], dict(response.headers)["request-id"]) == (model, model)
        assert (run.state, text(run), run.request_id) == ("complete", f"I am {model}", model)
        assert (run.stamps.t0, run.stamps.headers) == (request.at, response.at)
        assert began - 0.1 <= (request.date or 0.0) <= time.time() + 0.1, "the clock of the day may be set in between"
    assert all((run.stamps.connect or 0) > 0 for run in cold)
    assert [run.stamps.connect for run in warm] == [0] * len(MANY)
    assert len({request.connection for request in server.received}) == len(MANY)


async def test_every_run_has_its_own_status(server: LoopbackServer) -> None:
    statuses = dict(zip(MANY, (200, 400, 401, 404) * 3, strict=True))
    for model, status in statuses.items():
        error = json.dumps({"error": {"message": f"{model}!"}})
        answer = Answer(chat(model)) if status == 200 else json_answer(status, error)
        server.plan(replace(answer, before=[Gate("go")]), key=model)
    async with Asker(settings("openai-chat", server.url)) as asker:
        asking = asyncio.create_task(ask_all(asker, MANY))
        await server.aarrived(len(MANY))
        await asyncio.to_thread(server.open, "go")
        runs = await asking

    for run, (model, status) in zip(runs, statuses.items(), strict=True):
        assert notes(run)[:2] == ["request", f"response {status}"]
        assert (f"{model}!" in run.failure.message) if run.failure else text(run) == model


async def test_one_of_many_is_stopped(server: LoopbackServer) -> None:
    for model in MANY:
        server.plan(Answer([*chat(model)[:2], Gate("go"), *chat()]), key=model)
    async with Asker(settings("openai-chat", server.url)) as asker:
        runs = [new_run(replace(asker.settings, model=model)) for model in MANY]
        tasks = [asyncio.create_task(asker.ask(run)) for run in runs]
        await server.aarrived(len(MANY))
        tasks[5].cancel()
        await tasks[5]
        await asyncio.to_thread(server.open, "go")
        await asyncio.gather(*tasks)

    assert [run.state for run in runs] == ["stopped" if run is runs[5] else "complete" for run in runs]


async def test_how_far_a_request_came_does_not_change_with_another_request(variables: Variables) -> None:
    is_lost = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 99999\r\n\r\n")
        await is_lost.wait()
        writer.close()

    async def at_once(seconds: float) -> None:
        """Wait no time before another attempt."""

    proxy = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = proxy.sockets[0].getsockname()[1]
    variables({"HTTP_PROXY": f"http://127.0.0.1:{port}"})
    async with Asker(settings("openai-chat", "http://models.example")) as asker:
        progress = Progress()
        lost = new_run(asker.settings, observer=progress)
        asking = asyncio.create_task(asker.ask(lost))
        await progress.until(lambda run: run.stamps.headers is not None)
        proxy.close()
        refused = await asker.ask(sleep=at_once)
        is_lost.set()
        await asking

    assert refused.failure is not None
    assert refused.failure.message.startswith(f"The proxy 127.0.0.1:{port} set in HTTP_PROXY could not be reached")
    assert lost.failure is not None
    assert lost.failure.message.startswith(
        f"The connection to models.example through the proxy 127.0.0.1:{port} set in"
    )


@pytest.mark.usefixtures("lasting_connections")
async def test_a_run_is_freed_although_its_connection_stays_open(server: LoopbackServer) -> None:
    server.plan(Answer(chat("hi")), Answer(chat("hi")))
    async with Asker(settings("openai-chat", server.url)) as asker:
        run = weakref.ref(await asker.ask())
        gc.collect()
        assert run() is None
        await asker.ask()

    first, second = server.received
    assert first.connection == second.connection


async def test_a_transport_is_told_which_run_asks() -> None:
    transport = PlannedTransport(*[Answer(chat("hi"))] * 3)
    async with Asker(settings("openai-chat", simulated=True), transport) as asker:
        await asyncio.gather(*(asker.ask(new_run(asker.settings, side=label)) for label in ("a", "left", "z")))

    assert [request.extensions["label"] for request in transport.requests] == ["a", "left", "z"]
