"""Repeatability, pace, cancellation, and rejected requests."""

import asyncio
import re
from typing import Any

import httpx2
import pytest

from diptych.simulated.script import Voice
from diptych.simulated.transport import SimulatedTransport
from tests.simulated.asking import APIS, VOICES, Api, ask, raw_answer, simulated

each_api = pytest.mark.parametrize("api", APIS)
each_voice = pytest.mark.parametrize("voice", VOICES)


def request(prompt: str, **more: Any) -> dict[str, Any]:
    """Return a body that all three APIs understand."""
    turns = [{"role": "user", "content": prompt}]
    return {"model": "m", "messages": turns, "input": turns, "stream": True, **more}


class Clock:
    """A sleep that takes no time, and records how long it would have been."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


@each_api
async def test_a_seed_repeats_every_byte_and_every_wait(api: Api) -> None:
    def once() -> tuple[Clock, SimulatedTransport]:
        clock = Clock()
        return clock, SimulatedTransport("left", seed=7, sleep=clock.sleep)

    (one, first), (two, second) = once(), once()
    for prompt in ("hi", "think", "tool"):
        answer, again = [await raw_answer(api, request(prompt), each) for each in (first, second)]
        assert answer.content == again.content
        assert answer.headers == again.headers
    assert one.waits == two.waits


@each_api
async def test_another_seed_or_none_gives_other_ids(api: Api) -> None:
    ids = {(await ask(api, "hi", simulated(seed=seed))).response_id for seed in (1, 2, None, None)}

    assert len(ids) == 4


async def test_a_stopped_answer_does_not_change_later_answers() -> None:
    stopped, whole = simulated(), simulated()
    async with (
        httpx2.AsyncClient(transport=stopped) as client,
        client.stream("POST", "https://example.test/v1/messages", json=request("hi")) as response,
    ):
        await anext(response.aiter_bytes())
    await raw_answer("messages", request("hi"), whole)

    later, same = [await raw_answer("messages", request("and now"), each) for each in (stopped, whole)]

    assert later.content == same.content


@each_voice
@each_api
async def test_the_usual_pace_is_that_of_a_real_server(api: Api, voice: Voice) -> None:
    for seed in range(5):
        clock = Clock()
        heard = await ask(api, "hi", SimulatedTransport(voice, seed=seed, sleep=clock.sleep))
        headers, first, *rest = clock.waits
        assert heard.output_tokens is not None
        assert 0.2 <= headers + first <= 0.8
        assert 35 <= heard.output_tokens / sum(rest) <= 130


async def test_left_is_ahead_of_right() -> None:
    waits = {}
    for voice in VOICES:
        clock = Clock()
        await ask("chat", "table", SimulatedTransport(voice, seed=3, sleep=clock.sleep))
        waits[voice] = sum(clock.waits)

    assert waits["left"] < waits["right"]


@each_voice
async def test_slow_waits_three_seconds_and_sends_four_tokens_per_second(voice: Voice) -> None:
    clock = Clock()
    heard = await ask("responses", "slow", SimulatedTransport(voice, seed=1, sleep=clock.sleep))

    headers, first, *rest = clock.waits
    assert heard.output_tokens is not None
    assert headers + first == pytest.approx(3.0)
    assert 2.5 <= heard.output_tokens / sum(rest) <= 6


async def test_long_is_fast() -> None:
    clock = Clock()
    await ask("chat", "long", SimulatedTransport("right", seed=1, sleep=clock.sleep))

    assert sum(clock.waits) < 20


async def test_some_writes_contain_two_events() -> None:
    async with (
        httpx2.AsyncClient(transport=simulated()) as client,
        client.stream("POST", "https://example.test/v1/chat/completions", json=request("table")) as response,
    ):
        writes = [chunk async for chunk in response.aiter_raw()]

    events = [len(re.findall(rb"^data: ", chunk, re.MULTILINE)) for chunk in writes]
    assert 1 < sum(events) / len(events) < 1.3
    assert max(events) >= 2
    assert all(chunk.endswith(b"\n\n") for chunk in writes)


@pytest.mark.parametrize("stage", ["headers", "body"])
async def test_a_wait_can_be_cancelled(stage: str) -> None:
    reached = asyncio.Event()
    waits = 0

    async def sleep(seconds: float) -> None:
        nonlocal waits
        waits += 1
        if waits == {"headers": 1, "body": 10}[stage]:
            reached.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(ask("messages", "hi", SimulatedTransport("left", sleep=sleep)))
    await asyncio.wait_for(reached.wait(), 60)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_response_can_be_closed_half_way() -> None:
    async with httpx2.AsyncClient(transport=simulated()) as client:
        sent = client.build_request("POST", "https://example.test/v1/responses", json=request("hi"))
        response = await client.send(sent, stream=True)
        assert await anext(response.aiter_bytes())
        await response.aclose()

    assert response.is_closed


async def test_the_default_sleep_really_waits() -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()

    with pytest.raises(Exception, match="overload"):
        await ask("chat", "overloaded", SimulatedTransport("left"))

    assert loop.time() - start >= 0.08


@each_api
async def test_headers_are_those_of_the_provider(api: Api) -> None:
    headers = (await ask(api, "hi")).headers

    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    if api == "messages":
        assert re.fullmatch(r"req_01\w{22}", headers["request-id"])
        assert headers["anthropic-ratelimit-requests-remaining"] == "3999"
        assert headers["anthropic-ratelimit-requests-reset"] == "2026-01-01T00:00:01Z"
    else:
        assert re.fullmatch(r"req_[0-9a-f]{32}", headers["x-request-id"])
        assert headers["x-ratelimit-remaining-requests"] == "3999"


@each_api
async def test_a_rejection_is_json_in_the_providers_format(api: Api) -> None:
    answer = await raw_answer(api, request("busy"), simulated())

    error = answer.json()["error"]
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/json"
    if api == "messages":
        assert answer.json()["type"] == "error"
        assert answer.json()["request_id"] == answer.headers["request-id"]
        assert error["type"] == "rate_limit_error"
        assert answer.headers["anthropic-ratelimit-requests-remaining"] == "0"
    else:
        assert error["code"] == "rate_limit_exceeded"
        assert answer.headers["x-ratelimit-remaining-requests"] == "0"


@each_api
async def test_a_request_that_does_not_stream_is_rejected_with_the_reason(api: Api) -> None:
    answer = await raw_answer(api, request("hi", stream=False), simulated())

    assert answer.status_code == 400
    assert "stream" in answer.json()["error"]["message"]


async def test_another_path_is_not_found() -> None:
    async with httpx2.AsyncClient(transport=simulated()) as client:
        answer = await client.get("https://example.test/v1/models")

    assert answer.status_code == 404
    assert "/v1/models" in answer.json()["error"]["message"]


async def test_any_label_has_a_voice_and_each_its_own_seed() -> None:
    async def answer(label: str, transport: SimulatedTransport) -> str:
        async with httpx2.AsyncClient(transport=transport) as client:
            said = await client.post(
                "https://example.test/v1/messages", json=request("hi"), extensions={"label": label}
            )
        return said.text

    labels = ["a", "b", "c", "left", "right"]
    shared = simulated(seed=4)
    together = [await answer(label, shared) for label in labels]

    assert together == [await answer(label, simulated(seed=4)) for label in reversed(labels)][::-1]
    assert len(set(together)) == len(labels)


async def test_what_is_turned_away_for_one_label_is_not_answered_for_another() -> None:
    transport = simulated()
    async with httpx2.AsyncClient(transport=transport) as client:
        statuses = [
            (
                await client.post("https://example.test/v1/messages", json=request("busy"), extensions={"label": label})
            ).status_code
            for label in ("a", "b", "a", "b", "a")
        ]

    assert statuses == [429, 429, 200, 200, 429]
