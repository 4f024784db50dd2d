"""What differs in two requests."""

import json
from typing import Any

import pytest

from diptych.core.endpoint import Endpoint
from diptych.core.event import RequestSent
from diptych.core.message import (
    FilePart,
    Message,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from diptych.core.request import Request
from diptych.core.run import Run
from diptych.core.secrets.values import Secret, Secrets
from diptych.core.settings import NOT_SET, Settings, ToolDefinition
from diptych.differences.requests import json_differences, request_differences
from tests.differences.timed_runs import add, fail, send

HERE = Endpoint("here", "anthropic-messages", "https://models.test/v1", "HERE_API_KEY")
HI = (Message.of_text("user", "hi"),)


def run(
    body: Any = None,
    *,
    endpoint: Endpoint = HERE,
    model: str = "m",
    messages: tuple[Message, ...] = HI,
    headers: tuple[tuple[str, str], ...] = (),
    url: str = "https://models.test/v1/messages",
    **settings: Any,
) -> Run:
    made = Run("left", Request(Settings(endpoint, model, **settings), messages), 0.0)
    if body is not None:
        written = body if isinstance(body, bytes) else json.dumps(body).encode()
        made.note(RequestSent(0.0, "POST", url, headers, written))
    return made


def differences(left: Run, right: Run) -> dict[str, dict[str, tuple[str | None, str | None]]]:
    return {
        section.title: {each.path: (each.left, each.right) for each in section.differences}
        for section in request_differences(left, right)
    }


def test_equal_requests_differ_in_nothing() -> None:
    assert not any(differences(run({"a": [1, {"b": None}]}), run({"a": [1, {"b": None}]})).values())


def test_the_model_and_its_settings() -> None:
    other = Endpoint("there", "openai-chat", "https://models.test/v1", "THERE_API_KEY")
    left = run(system="Be brief.", params={"top_p": 0.5, "stop": ["a", "b"]}, preset="terse")
    right = run(endpoint=other, model="n", simulated=True, max_tokens=300, params={"stop": ["a"], "seed": 1})

    assert differences(left, right)["model and settings"] == {
        "model": ("m", "n"),
        "endpoint": ("here", "there"),
        "API": ("anthropic-messages", "openai-chat"),
        "simulated": ("no", "yes"),
        "preset": ("terse", None),
        "system prompt": ("Be brief.", None),
        "max tokens": ("8,192", "300"),
        "top_p": ("0.5", None),
        "stop[1]": ('"b"', None),
        "seed": (None, "1"),
    }


def test_a_request_field_may_have_the_name_of_a_setting() -> None:
    left = run(params={"max_tokens": 5, "system": "x", "tools": []})
    right = run(params={"response_schema": {"type": "object"}})

    assert differences(left, right)["model and settings"] == {
        "max_tokens": ("5", None),
        "system": ('"x"', None),
        "tools": ("[]", None),
        "response_schema": (None, '{"type": "object"}'),
    }


def test_the_conversation_is_compared_message_by_message() -> None:
    asked = (*HI, Message.of_text("assistant", "Hello."), Message.of_text("user", "And?"))
    parts = (
        FilePart("0" * 64, "a.txt", "text/plain", 3),
        ToolCallPart("1", "f", "{}"),
        ReasoningPart({"type": "thinking"}),
        TextPart("So?"),
    )
    left = run(messages=asked)
    right = run(messages=(*HI, Message("assistant", parts)))
    results = run(messages=(*HI, Message("tool", (ToolResultPart("1", "18", is_error=True),))))

    assert differences(left, right)["conversation"] == {
        "message 2": (
            "assistant: Hello.",
            "assistant: [a.txt · 3 bytes]\n⚒ f {}\n[thinking: thinking]\nSo?",
        ),
        "message 3": ("user: And?", None),
    }
    assert differences(left, results)["conversation"]["message 2"][1] == "tool: → error: 18"


def test_tools_are_compared_by_their_names() -> None:
    left = run(tools=(ToolDefinition("a", "does a", {"type": "object", "x": 1}), ToolDefinition("b")))
    right = run(tools=(ToolDefinition("a", "does a!", {"type": "object", "x": True}),))

    found = differences(left, right)

    assert found["tools"]["a.description"] == ('"does a"', '"does a!"')
    assert found["tools"]["a.parameters.x"] == ("1", "true")
    assert found["tools"]["b"][1] is None
    assert not found["model and settings"]


def test_schemas_are_compared_by_path() -> None:
    left = run(response_schema={"type": "object", "properties": {"a": {"type": "string"}}})
    right = run(response_schema={"type": "object", "properties": {"a": {"type": "number"}}})

    assert differences(left, right)["response schema"] == {"properties.a.type": ('"string"', '"number"')}
    assert differences(left, run())["response schema"][""][1] is None


def test_bodies_are_compared_field_by_field() -> None:
    left = run({"model": "m", "messages": [{"role": "user", "content": "hi"}], "x-y": 1, "n": 1})
    right = run({"model": "m", "messages": [{"role": "user", "content": "ho"}, {}], "n": 1.0})

    assert differences(left, right)["request body"] == {
        "messages[0].content": ('"hi"', '"ho"'),
        "messages[1]": (None, "{}"),
        '["x-y"]': ("1", None),
        "n": ("1", "1.0"),
    }


@pytest.mark.parametrize("body", [b"\xff{", b"[]", b'{"a":' * 200 + b"1" + b"}" * 200])
def test_a_body_that_is_not_an_object_is_compared_as_a_whole(body: bytes) -> None:
    found = differences(run(body), run({}))["request body"]

    assert found == {"body": (body.decode(errors="replace"), "{}")}
    assert differences(run(body), run(body))["request body"] == {}


def test_addresses_and_headers_are_compared_whatever_their_case() -> None:
    left = run({}, headers=(("Accept", "a"), ("accept", "b"), ("Content-Length", "1"), ("x-a", "1")))
    right = run({}, headers=(("ACCEPT", "a, b"), ("content-length", "2"), ("x-b", "2")), url="https://models.test/v2")

    assert differences(left, right)["address and headers"] == {
        "address": ("POST https://models.test/v1/messages", "POST https://models.test/v2"),
        "x-a": ("1", None),
        "x-b": (None, "2"),
    }


def test_a_request_that_was_not_sent_yet_says_so() -> None:
    sections = {section.title: section.remark for section in request_differences(run({}), run())}

    assert sections["request body"] == sections["address and headers"] == "not sent yet"
    assert not sections["conversation"]


def test_the_request_of_the_last_attempt_counts() -> None:
    left, right = run(), run({"a": 2})
    send(left, 1.0, body=b'{"a": 1}')
    fail(left, 2.0, wait=1.0)
    send(left, 3.0, body=b'{"a": 2}')
    add(left, 4.0)
    add(left, 5.0)

    assert not differences(left, right)["request body"]


def test_no_secret_is_shown() -> None:
    endpoint = Endpoint(
        "here",
        "anthropic-messages",
        "https://models.test/v1",
        "HERE_API_KEY",
        environment=Secrets([("HERE_API_KEY", Secret("very-secret-value"))]),
    )
    key = "sk-ant-api03-" + "Ab1Cd2Ef3Gh4" * 4

    found = differences(run(endpoint=endpoint, system="very-secret-value"), run(system=key))

    assert "very-secret-value" not in str(found)
    assert key not in str(found)


def test_missing_values_are_not_null() -> None:
    assert [(each.left, each.right) for each in json_differences({"a": None}, {})] == [("null", None)]
    assert list(json_differences(NOT_SET, NOT_SET)) == []
