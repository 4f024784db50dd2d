"""What is tried again, how often and when."""

import asyncio
import random

import httpx2
import pytest

from diptych.core.endpoint import ApiName
from diptych.core.event import RequestSent
from diptych.core.run import Run
from tests.support.answers import Answer, json_answer, lost
from tests.support.asking import Asker, notes, play, settings
from tests.support.loopback import LoopbackServer
from tests.support.streams import APIS, chat
from tests.support.transport import PlannedTransport
from tests.support.virtual_loop import run as in_virtual_time
from tests.wire.conftest import Answered

each_api = pytest.mark.parametrize("api", APIS)


@pytest.fixture
def _no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.0)


def test_a_busy_server_is_asked_again_after_the_time_it_names() -> None:
    run = play(json_answer(429, "{}", retry_after="2"), Answer(chat("hi")))

    assert notes(run) == ["request", "response 429", "again in 2", "request", "response 200"]
    assert [(attempt.status, attempt.wait) for attempt in run.attempts] == [(429, 2.0), (200, None)]
    first, second = [line for line in run.lines if isinstance(line, RequestSent)]
    assert second.at - first.at == pytest.approx(2.0)
    assert run.stamps.t0 == second.at
    assert run.state == "complete"


def test_the_times_a_server_may_name() -> None:
    assert notes(play(json_answer(429, "", retry_after_ms="1500"), Answer(chat("hi"))))[2] == "again in 1.5"
    assert notes(play(json_answer(429, "", retry_after="60"), Answer(chat("hi"))))[2] == "again in 60"
    assert notes(play(json_answer(429, "", retry_after="0"), Answer(chat("hi"))))[2] == "again in 0"
    past = "Wed, 21 Oct 2015 07:28:00 GMT"
    assert notes(play(json_answer(429, "", retry_after=past), Answer(chat("hi"))))[2] == "again in 0"


@pytest.mark.usefixtures("_no_jitter")
@pytest.mark.parametrize("value", ["soon", "-5", "nan", "inf", ""])
def test_a_time_that_makes_no_sense_counts_as_none(value: str) -> None:
    assert notes(play(json_answer(429, "", retry_after=value), Answer(chat("hi"))))[2] == "again in 0.5"


@pytest.mark.parametrize("header", [{"retry_after": "61"}, {"retry_after_ms": "999999999"}, {"retry_after": "999999"}])
def test_a_server_that_asks_for_more_than_a_minute_is_given_up_at_once(header: dict[str, str]) -> None:
    run = play(json_answer(429, '{"error": {"message": "Slow down."}}', **header))

    assert notes(run) == ["request", "response 429", "failed: http"]
    assert run.failure is not None
    assert "(429): Slow down. It asks you to wait" in run.failure.message
    assert [(attempt.status, attempt.wait) for attempt in run.attempts] == [(429, None)]


@pytest.mark.usefixtures("_no_jitter")
@each_api
@pytest.mark.parametrize("status", [408, 409, 429, 500, 503, 529])
def test_after_three_attempts_it_is_over(api: ApiName, status: int) -> None:
    overloaded = json_answer(status, '{"error": {"message": "Overloaded"}}', request_id="req_9")

    run = play(overloaded, overloaded, overloaded, api=api)

    attempt = ["request", f"response {status}"]
    assert notes(run) == [*attempt, "again in 0.5", *attempt, "again in 1", *attempt, "failed: http"]
    assert (run.state, run.request_id) == ("failed", "req_9")
    assert run.failure is not None
    assert (run.failure.status, run.failure.request_id) == (status, "req_9")


@pytest.mark.usefixtures("_no_jitter")
async def test_a_connection_lost_before_the_headers_is_tried_again(answered: Answered) -> None:
    run = await answered("openai-chat", lost(), Answer(chat("hi")))

    assert notes(run) == ["request", "again in 0.5", "request", "response 200"]
    assert [(attempt.status, attempt.wait) for attempt in run.attempts] == [(None, 0.5), (200, None)]
    assert run.state == "complete"


def test_a_request_id_is_that_of_the_last_attempt() -> None:
    busy = json_answer(503, "", request_id="req_1", retry_after="0")

    run = play(busy, httpx2.ConnectError("refused"))

    assert run.request_id is None


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 413, 422])
async def test_what_will_not_come_out_differently_is_not_tried_again(status: int, answered: Answered) -> None:
    run = await answered("openai-responses", json_answer(status, '{"error": {"message": "No."}}', x_request_id="req_7"))

    assert notes(run) == ["request", f"response {status}", "failed: http"]
    assert run.failure is not None
    assert (run.failure.status, run.failure.request_id) == (status, "req_7")
    assert "No." in run.failure.message


async def test_a_refused_connection_is_not_tried_again() -> None:
    listener = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    listener.close()
    await listener.wait_closed()
    async with Asker(settings("openai-chat", f"http://127.0.0.1:{port}")) as asker:
        run = await asker.ask()

    assert notes(run) == ["request", "failed: connection"]
    assert run.failure is not None
    assert "refused the connection" in run.failure.message
    assert [(attempt.status, attempt.wait) for attempt in run.attempts] == [(None, None)]


async def test_a_redirect_is_not_followed(server: LoopbackServer) -> None:
    server.plan(json_answer(307, "", location=f"{server.url}/elsewhere"))
    async with Asker(settings("anthropic-messages", server.url)) as asker:
        run = await asker.ask()

    assert notes(run) == ["request", "response 307", "failed: http"]
    assert run.failure is not None
    assert "redirects to" in run.failure.message
    assert len(server.received) == 1


def test_a_request_that_cannot_be_made_says_so() -> None:
    run = play(httpx2.UnsupportedProtocol("Request URL is missing an 'http://' or 'https://' protocol."))

    assert notes(run) == ["request", "failed: request"]


def test_a_fault_of_our_own_ends_the_side_with_a_sentence() -> None:
    class Broken(PlannedTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            self.requests.append(request)
            return httpx2.Response(200, stream=_Faulty())

    class _Faulty(httpx2.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
            yield b"data: {}\n\n"
            raise ZeroDivisionError("oops")

    async def asked() -> Run:
        async with Asker(settings("openai-chat"), Broken()) as asker:
            return await asker.ask()

    run = in_virtual_time(asked())
    assert run.failure is not None
    assert run.failure.kind == "internal"
    assert "ZeroDivisionError: oops" in run.failure.message
