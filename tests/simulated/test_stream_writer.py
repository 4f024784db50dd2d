"""The raw bytes of each API's responses, event by event."""

import itertools
import json
from typing import Any

import pytest

from tests.simulated.asking import APIS, Api, ask, raw_answer, simulated

Event = tuple[str | None, Any]


async def events(api: Api, prompt: str, **more: Any) -> list[Event]:
    """Return the events of an answer, each with its name and decoded data."""
    turns = [{"role": "user", "content": prompt}]
    body = {"model": "m", "messages": turns, "input": turns, "stream": True, **more}
    answer = await raw_answer(api, body, simulated())
    blocks = answer.content.decode().removesuffix("\n\n").split("\n\n")
    return [event(block) for block in blocks]


def event(block: str) -> Event:
    lines = block.split("\n")
    data = lines[-1].removeprefix("data: ")
    name = lines[0].removeprefix("event: ") if len(lines) == 2 else None
    return name, data if data == "[DONE]" else json.loads(data)


def runs(found: list[Event]) -> list[str]:
    """Return the types of the events in order, without repeating a type that comes several times in a row."""
    return [kind for kind, _ in itertools.groupby(str(data["type"]) for _, data in found)]


async def test_messages_consist_of_blocks_that_start_grow_and_stop() -> None:
    found = await events("messages", "think")

    assert all(name == data["type"] for name, data in found)
    block = ["content_block_start", "content_block_delta", "content_block_stop"]
    assert runs(found) == [
        "message_start",
        "content_block_start",
        "ping",
        "content_block_delta",
        "content_block_stop",
        *block,
        "message_delta",
        "message_stop",
    ]
    assert [data["index"] for _, data in found if data["type"] == "content_block_start"] == [0, 1]
    assert found[0][1]["message"]["usage"]["output_tokens"] == 1


async def test_messages_ping_has_the_bytes_of_the_real_server() -> None:
    answer = await raw_answer("messages", {"messages": "hi", "stream": True}, simulated())

    assert b'event: ping\ndata: {"type": "ping"}\n\n' in answer.content


async def test_chat_consists_of_chunks_without_names_and_done() -> None:
    found = await events("chat", "hi")
    chunks = [data for _, data in found[:-1]]

    assert all(name is None for name, _ in found)
    assert found[-1] == (None, "[DONE]")
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": "", "refusal": None}
    assert chunks[-1]["choices"][0] == {"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert not any("usage" in chunk for chunk in chunks)


async def test_chat_sends_usage_only_when_asked_and_then_without_choices() -> None:
    found = await events("chat", "hi", stream_options={"include_usage": True})
    *chunks, last = [data for _, data in found[:-1]]

    assert last["choices"] == []
    assert last["usage"]["total_tokens"] == last["usage"]["prompt_tokens"] + last["usage"]["completion_tokens"]
    assert all(chunk["usage"] is None for chunk in chunks)
    assert (await ask("chat", "hi", usage=False)).output_tokens is None


@pytest.mark.parametrize(
    ("prompt", "kinds"),
    [
        (
            "hi",
            [
                "response.output_item.added",
                "response.content_part.added",
                "response.output_text.delta",
                "response.output_text.done",
                "response.content_part.done",
                "response.output_item.done",
            ],
        ),
        (
            "refuse",
            [
                "response.output_item.added",
                "response.content_part.added",
                "response.refusal.delta",
                "response.refusal.done",
                "response.content_part.done",
                "response.output_item.done",
            ],
        ),
    ],
)
async def test_responses_consist_of_items_with_parts(prompt: str, kinds: list[str]) -> None:
    found = await events("responses", prompt)

    assert all(name == data["type"] for name, data in found)
    assert runs(found) == ["response.created", "response.in_progress", *kinds, "response.completed"]


async def test_responses_repeat_the_whole_output_at_the_end() -> None:
    heard = await ask("responses", "think")

    reasoning, message = heard.final.output
    assert reasoning.summary[0].text == heard.thinking
    assert message.content[0].text == heard.text == heard.final.output_text
    assert message.status == "completed"

    heard = await ask("responses", "tool")
    assert heard.final.output[1].arguments == heard.arguments

    heard = await ask("responses", "refuse")
    assert heard.final.output[0].content[0].refusal == heard.refusal


async def test_responses_cut_by_the_limit_say_so_in_the_item_and_the_response() -> None:
    found = await events("responses", "hi", max_output_tokens=5)

    _, last = found[-1]
    assert last["type"] == "response.incomplete"
    assert last["response"]["output"][0]["status"] == "incomplete"
    assert last["response"]["max_output_tokens"] == 5


async def test_an_error_ends_the_answer_in_the_providers_format() -> None:
    name, data = (await events("messages", "error"))[-1]
    assert (name, data["type"], data["error"]["type"]) == ("error", "error", "api_error")

    name, data = (await events("chat", "error"))[-1]
    assert (name, data["error"]["code"]) == (None, "server_error")

    (name, data), (last, failed) = (await events("responses", "error"))[-2:]
    assert (name, data["error"]["code"]) == ("error", "server_error")
    assert (last, failed["response"]["status"]) == ("response.failed", "failed")


@pytest.mark.parametrize("api", APIS)
async def test_text_is_sent_as_utf_8_without_escapes(api: Api) -> None:
    turns = [{"role": "user", "content": "日本語 für alle"}]
    body = {"model": "m", "messages": turns, "input": turns, "stream": True}

    answer = await raw_answer(api, body, simulated())

    assert "日本語" in answer.content.decode()
