"""Recorded answers of real servers, if they are present. They are not part of this repository."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from diptych.apis.sse import Decoder
from diptych.core.content import Malformed, Text, Thinking
from diptych.core.endpoint import ApiName
from diptych.core.metrics.usage import Usage
from diptych.core.run import Run
from tests.streams.folding import events, fold, folded, names

WIRE = Path(__file__).parents[2] / "../shared/wire"
APIS: dict[str, ApiName] = {"messages": "anthropic-messages", "chat": "openai-chat", "responses": "openai-responses"}
RESPONSES_STOP = {"completed": "response.completed/completed", "failed": "response.failed/failed"}

pytestmark = pytest.mark.skipif(not WIRE.is_dir(), reason="the recorded streams are not on this machine")


def expectations() -> list[Any]:
    path = WIRE / "expected.json"
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else []


def recorded(name: str, api: str) -> Run:
    return fold(APIS[api], (WIRE / "streams" / name).read_bytes())


@pytest.mark.parametrize("expected", expectations(), ids=lambda expected: expected["file"])
def test_a_recorded_stream_gives_the_expected_answer(expected: Any) -> None:
    api, body = expected["api"], (WIRE / "streams" / expected["file"]).read_bytes()
    run = fold(APIS[api], body)

    pieces = [content for event in events(run) for content in event.contents]
    assert "".join(piece.text for piece in pieces if isinstance(piece, Text)) == expected["text"]["0"]
    assert sum(len(piece.text) for piece in pieces if isinstance(piece, Thinking)) == expected["thinking_chars"]
    assert "".join(run.text).replace("\n", "") == expected["text"]["0"].replace("\n", "")  # parts become paragraphs
    assert "".join(run.refusal) == expected["refusal"]
    assert [tool.name for tool in run.tools] == expected["tools"]
    assert run.usage_raw == expected["usage"]
    assert run.reported_model == expected["model"]
    assert (RESPONSES_STOP.get(run.stop_reason or "") if api == "responses" else run.stop_reason) == expected["stop"]
    assert not any(isinstance(content, Malformed) for event in events(run) for content in event.contents)
    if expected["stop"] == "refusal":
        assert run.stop_detail == expected["error"]
    elif expected["error"]:
        assert run.state == "failed"
        assert run.failure is not None
        assert expected["error"]["message"].rstrip(".") in run.failure.message
    else:
        assert run.state == "complete"


@pytest.mark.parametrize("expected", expectations(), ids=lambda expected: expected["file"])
def test_every_event_of_a_recorded_stream_is_listed(expected: Any) -> None:
    body, decoder = (WIRE / "streams" / expected["file"]).read_bytes(), Decoder()
    decoder.feed(body)
    counts = Counter(names(fold(APIS[expected["api"]], body)))
    if expected["api"] == "chat":
        counts["chunk"] += counts.pop("error", 0)  # we give the chunk of an error another name

    assert counts == {name: count for name, count in expected["events"].items() if not name.startswith("block:")}
    assert decoder.comments == expected["comments"]


@pytest.mark.parametrize("expected", expectations(), ids=lambda expected: expected["file"])
def test_a_recorded_stream_without_its_last_event_is_not_complete(expected: Any) -> None:
    body = (WIRE / "streams" / expected["file"]).read_bytes().replace(b'": "', b'":"')
    terminal_events = {"messages": b"message_stop", "chat": b'"finish_reason":"', "responses": b"response.completed"}

    run = fold(APIS[expected["api"]], body[: body.find(terminal_events[expected["api"]])])

    assert run.state == ("failed" if expected["file"].startswith("r01") else "cut")


HAND_VERIFIED: dict[tuple[str, str], dict[str, Any]] = {
    ("a03-text-then-tool.sse", "messages"): {
        "state": "complete",
        "text": "I'll check the current weather in Paris for you.",
        "tools": [("toolu_01NRLabsLyVHZPKxbKvkfSMn", "get_weather", '{"location": "Paris"}')],
        "stop": "tool_use",
        "usage": {"input_tokens": 377, "cache_read_tokens": 0, "cache_write_tokens": 0, "output_tokens": 65},
    },
    ("a21-stop-sequence.sse", "messages"): {
        "state": "complete",
        "text": (
            '\ndef pelican():\n    return "A large waterbird with a long bill and a throat pouch for catching fish."\n'
        ),
        "stop": "stop_sequence",
        "detail": {"stop_sequence": "```"},
        "usage": {
            "input_tokens": 16,
            "cache_read_tokens": 0,
            "cache_write_tokens": 0,
            "cache_write_1h_tokens": 0,
            "output_tokens": 28,
        },
    },
    ("a28-duplicate-message-start.sse", "messages"): {
        "state": "complete",
        "text": "Hello, World!",
        "stop": "end_turn",
        "usage": {"input_tokens": 17, "output_tokens": 227},
    },
    ("c03-refusal.sse", "chat"): {
        "state": "complete",
        "refusal": "I'm sorry, I can't assist with that request.",
        "stop": "stop",
        "usage": {"input_tokens": 79, "output_tokens": 11, "reasoning_tokens": 0},
    },
    ("c10-azure-model-router.sse", "chat"): {
        "state": "complete",
        "text": "Capital of Denmark.",
        "stop": "stop",
        "usage": {"input_tokens": 15, "cache_read_tokens": 0, "output_tokens": 78, "reasoning_tokens": 64},
    },
    ("r04-function-call.sse", "responses"): {
        "state": "complete",
        "tools": [("call_kL0PCQV7M2WMoVX8V8OtYSAL", "get_capital", '{"country":"France"}')],
        "stop": "completed",
        "usage": {"input_tokens": 255, "cache_read_tokens": 0, "output_tokens": 16, "reasoning_tokens": 0},
    },
    ("r15-custom-tool.sse", "responses"): {
        "state": "complete",
        "tools": [("call_custom_sql_001", "write_sql", "SELECT * FROM users WHERE age > 25")],
        "stop": "completed",
        "usage": {"input_tokens": 50, "cache_read_tokens": 0, "output_tokens": 20, "reasoning_tokens": 0},
    },
}


@pytest.mark.parametrize(("source", "whole"), HAND_VERIFIED.items(), ids=[name for name, _ in HAND_VERIFIED])
def test_hand_verified(source: tuple[str, str], whole: dict[str, Any]) -> None:
    assert folded(recorded(*source)) == whole


def test_cached_input_is_counted_in_the_input() -> None:
    written = recorded("a24-cache-creation.sse", "messages").usage
    read = recorded("a25-cache-read.sse", "messages").usage

    assert written == Usage(1169, cache_read_tokens=0, cache_write_tokens=1165, output_tokens=201)
    assert read == Usage(1169, cache_read_tokens=1165, cache_write_tokens=0, output_tokens=221)


def test_arguments_that_are_cut_by_max_tokens_stay_incomplete() -> None:
    (tool,) = recorded("a02-truncated-tool-json.sse", "messages").tools

    assert tool.arguments.startswith('{"filename": "taxes.txt", "lines_of_text')
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(tool.arguments)


def test_an_error_after_the_finish_keeps_text_thinking_and_reason() -> None:
    run = recorded("c14-openrouter-midstream-error.sse", "chat")

    assert (run.state, run.stop_reason, len("".join(run.thinking))) == ("failed", "length", 42)
    assert run.failure is not None
    assert (
        run.failure.message
        == "The server reported an error in event 4: 400: Token limit reached. Send the prompt again."
    )
