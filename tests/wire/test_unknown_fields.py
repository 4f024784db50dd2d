"""A field that a server does not know is left out or renamed, once, visibly, and from then on."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from diptych.core.endpoint import ApiName
from diptych.core.event import AttemptFailed
from diptych.core.run import Run
from diptych.core.secrets.values import Secret
from tests.support.answers import Answer, json_answer
from tests.support.asking import Asker, new_run, notes, settings
from tests.support.streams import STREAMS
from tests.support.transport import PlannedTransport
from tests.support.virtual_loop import run as in_virtual_time


def unknown(name: str, status: int = 400) -> Answer:
    return json_answer(status, json.dumps({"error": {"message": f"Unknown parameter: '{name}'.", "param": name}}))


def asked(
    api: ApiName, *answers: Answer, models: tuple[str, ...] = ("m",), params: dict[str, Any] | None = None
) -> tuple[list[Run], list[dict[str, Any]]]:
    """Ask once for each model, with these fields of the user's; the runs, and the bodies of all requests."""
    transport = PlannedTransport(*answers)
    sides = [settings(api, params=params or {}, model=model) for model in models]

    async def ask_all() -> list[Run]:
        async with Asker(sides[0], transport, asyncio.get_running_loop().time) as asker:
            return [await asker.ask(new_run(side)) for side in sides]

    runs = in_virtual_time(ask_all())
    return runs, [json.loads(request.content) for request in transport.requests]


def reasons(run: Run) -> list[str]:
    return [line.reason for line in run.lines if isinstance(line, AttemptFailed)]


def hi(api: ApiName) -> Answer:
    return Answer(STREAMS[api]("hi"))


@pytest.mark.parametrize(
    ("api", "name", "other"),
    [
        ("openai-chat", "stream_options", None),
        ("openai-chat", "max_tokens", "max_completion_tokens"),
        ("openai-responses", "store", None),
        ("openai-responses", "max_output_tokens", None),
    ],
)
def test_a_field_is_left_out_or_renamed_from_then_on(api: ApiName, name: str, other: str | None) -> None:
    (first, second), bodies = asked(api, unknown(name), hi(api), hi(api), models=("m", "m"))

    assert notes(first) == ["request", "response 400", "again in 0", "request", "response 200"]
    reason = f"the server does not know {name}: asking again {f'with {other}' if other else 'without it'}"
    assert reasons(first) == [reason]
    assert [(attempt.status, attempt.reason) for attempt in first.attempts] == [(400, reason), (200, None)]
    assert notes(second) == ["request", "response 200"]
    assert [name in body for body in bodies] == [True, False, False]
    if other:
        assert [body.get(other) for body in bodies] == [None, 8192, 8192]


def test_a_key_of_one_letter_does_not_hide_which_field_is_refused() -> None:
    transport = PlannedTransport(unknown("max_tokens"), hi("openai-chat"))
    side = settings("openai-chat", key=Secret("x"))

    async def ask() -> Run:
        async with Asker(side, transport, asyncio.get_running_loop().time) as asker:
            return await asker.ask(new_run(side))

    run = in_virtual_time(ask())

    assert run.state == "complete"
    assert reasons(run) == ["the server does not know max_tokens: asking again with max_completion_tokens"]


def test_several_fields_are_refused_one_after_another() -> None:
    answers = [unknown("stream_options"), unknown("max_tokens"), unknown("max_completion_tokens"), hi("openai-chat")]

    (run,), bodies = asked("openai-chat", *answers)

    assert run.state == "complete"
    assert reasons(run)[-1] == "the server does not know max_completion_tokens: asking again without it"
    assert bodies[-1].keys() == {"model", "messages", "stream"}


def test_requests_that_are_refused_at_the_same_time_are_all_asked_again() -> None:
    refused = [replace(unknown(name), before=[1.0]) for name in ["max_tokens"] * 3 + ["max_completion_tokens"] * 3]
    transport = PlannedTransport(*refused, *[hi("openai-chat")] * 3)
    side = settings("openai-chat", model="m")

    async def ask_all() -> list[Run]:
        async with Asker(side, transport, asyncio.get_running_loop().time) as asker:
            return await asyncio.gather(*(asker.ask(new_run(side)) for _ in range(3)))

    runs = in_virtual_time(ask_all())

    assert [run.state for run in runs] == ["complete"] * 3
    assert {"max_tokens", "max_completion_tokens"}.isdisjoint(json.loads(transport.requests[-1].content))
    for run in runs:
        assert reasons(run)[0] == "the server does not know max_tokens: asking again with max_completion_tokens"


def test_another_model_may_know_what_one_does_not() -> None:
    (_, other), bodies = asked(
        "openai-chat", unknown("max_tokens"), hi("openai-chat"), hi("openai-chat"), models=("new", "old")
    )

    assert other.state == "complete"
    assert ["max_tokens" in body for body in bodies] == [True, False, True]


def test_a_field_that_is_refused_although_it_was_not_sent_ends_the_side() -> None:
    (run,), bodies = asked("openai-responses", unknown("store"), unknown("store"))

    assert (run.state, len(bodies)) == ("failed", 2)


@pytest.mark.parametrize(
    ("api", "params", "refused"),
    [
        ("openai-responses", {"store": True}, "store"),
        ("openai-chat", {"stream_options": {"include_usage": False}}, "stream_options"),
        ("openai-chat", {"temperature": 0.5}, "temperature"),
        ("anthropic-messages", {"temperature": 0.5}, "temperature"),
        ("openai-responses", {"max_output_tokens": 5}, "max_output_tokens"),
    ],
)
def test_a_field_of_the_users_own_is_not_left_out(api: ApiName, params: dict[str, Any], refused: str) -> None:
    (run,), bodies = asked(api, unknown(refused), params=params)

    assert len(bodies) == 1
    assert run.failure is not None
    assert f"Unknown parameter: '{refused}'" in run.failure.message


def test_a_limit_of_the_users_own_keeps_its_value_under_its_other_name() -> None:
    (run,), bodies = asked("openai-chat", unknown("max_tokens"), hi("openai-chat"), params={"max_tokens": 77})

    assert run.state == "complete"
    assert (bodies[1].get("max_completion_tokens"), bodies[1].get("max_tokens")) == (77, None)
    (run,), bodies = asked(
        "openai-chat", unknown("max_tokens"), unknown("max_completion_tokens"), params={"max_tokens": 77}
    )
    assert (run.state, len(bodies)) == ("failed", 2)


@pytest.mark.parametrize(
    ("api", "name"),
    [
        ("openai-responses", "store"),
        ("openai-chat", "stream_options"),
        ("openai-chat", "max_tokens"),
        ("openai-chat", "max_completion_tokens"),
        ("anthropic-messages", "metadata"),
    ],
)
def test_null_leaves_a_field_out(api: ApiName, name: str) -> None:
    (run,), (body,) = asked(api, hi(api), params={name: None, "temperature": 1})

    assert run.state == "complete"
    assert name not in body
    assert body["temperature"] == 1


def test_a_null_deeper_down_is_sent() -> None:
    _, (body,) = asked("openai-chat", hi("openai-chat"), params={"extra": {"a": None}})

    assert body["extra"] == {"a": None}
