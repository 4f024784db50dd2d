"""What captured requests asked for, in each API."""

import json
from hashlib import sha256
from typing import Any

import pytest

from diptych.apis.registry import DIALECTS
from diptych.captures.asked_model import AskedModel, Said, asked_model
from diptych.core.capture import Capture
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.json_text import JsonObject
from diptych.core.message import (
    FilePart,
    Message,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from diptych.core.request import Request
from diptych.core.settings import Settings, ToolDefinition

PATHS: dict[ApiName, str] = {
    "anthropic-messages": "/v1/messages",
    "openai-chat": "/v1/chat/completions",
    "openai-responses": "/v1/responses",
}
PNG = b"\x89PNG\r\n\x1a\n0"
TOOL = ToolDefinition("weather", "Tell the weather.", {"type": "object", "properties": {"city": {"type": "string"}}})
SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}}


def captured(body: JsonObject | bytes, url: str = "http://box:8080/v1/messages", **changes: Any) -> Capture:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Capture(changes.get("method", "POST"), url, changes.get("headers", ()), sent, 200, (), ())


def asked(body: JsonObject, api: ApiName = "anthropic-messages") -> AskedModel:
    found = asked_model(captured(body, f"http://box:8080{PATHS[api]}"), Said())
    assert found is not None
    return found


def sent_by_diptych(api: ApiName, settings: Settings, messages: tuple[Message, ...], files: dict[str, bytes]) -> Any:
    """Return the body that Diptych sends."""
    return DIALECTS[api].arguments(Request(settings, messages, files))


@pytest.mark.parametrize("api", PATHS)
def test_a_request_of_diptych_is_read_as_what_it_was_made_of(api: ApiName) -> None:

    image = FilePart(sha256(PNG).hexdigest(), "image.png", "image/png", len(PNG))
    settings = Settings(Endpoint("box", api, "", ""), "some-model", False, "Be brief.", 77, {}, (TOOL,), SCHEMA)
    messages = (
        Message("user", (TextPart("How is the weather here?"), image)),
        Message("assistant", (TextPart("I look."), ToolCallPart("c1", "weather", '{"city": "Bonn"}'))),
        Message("tool", (ToolResultPart("c1", "Sunny"),)),
        Message.of_text("assistant", "Sunny."),
        Message.of_text("user", "Thanks"),
    )
    body = sent_by_diptych(api, settings, messages, {image.sha256: PNG})
    extra = body.pop("extra_body", {})

    found = asked(json.loads(json.dumps(body | extra)), api)

    assert found.settings == settings
    assert found.messages == messages
    assert found.files == {image.sha256: PNG}
    assert found.prompt == "Thanks"


@pytest.mark.parametrize(
    ("api", "thinking"),
    [
        ("anthropic-messages", {"type": "thinking", "thinking": "Hm", "signature": "s"}),
        ("openai-responses", {"type": "reasoning", "id": "r1", "summary": []}),
    ],
)
def test_thinking_that_was_sent_back_is_kept(api: ApiName, thinking: JsonObject) -> None:
    messages = (
        Message.of_text("user", "hi"),
        Message("assistant", (ReasoningPart(thinking), ToolCallPart("c1", "f", "{}"))),
        Message("tool", (ToolResultPart("c1", "1"),)),
    )
    body = sent_by_diptych(api, Settings(Endpoint("box", api, "", ""), "m"), messages, {})

    found = asked(json.loads(json.dumps(body)), api)

    assert found.messages == messages
    assert found.prompt == "hi"


def test_other_fields_are_parameters() -> None:
    body = {"model": "m", "max_tokens": 5, "stream": True, "temperature": 0.5, "messages": []}

    assert asked(body).settings.params == {"temperature": 0.5}
    assert asked(body | {"output_config": {"effort": "low"}}).settings.params["output_config"] == {"effort": "low"}


@pytest.mark.parametrize(
    ("api", "tools"),
    [
        ("anthropic-messages", [{"type": "web_search_20250305", "name": "web_search"}]),
        ("openai-chat", [{"type": "custom", "custom": {"name": "x"}}]),
        ("openai-responses", [{"type": "web_search"}]),
        ("openai-responses", [{"type": "custom", "name": "x"}]),
        ("openai-chat", 5),
    ],
)
def test_tools_that_are_not_plain_functions_stay_as_they_are(api: ApiName, tools: Any) -> None:
    settings = asked({"model": "m", "tools": tools}, api).settings

    assert settings.tools == ()
    assert settings.params == {"tools": tools}


@pytest.mark.parametrize(
    ("api", "content"),
    [
        ("anthropic-messages", [{"type": "image", "source": {"type": "url", "url": "http://x/y.png"}}]),
        (
            "anthropic-messages",
            [{"type": "image", "source": {"type": "base64", "data": "?", "media_type": "image/png"}}],
        ),
        ("anthropic-messages", [{"type": "search_result", "title": "x"}]),
        ("openai-chat", [{"type": "image_url", "image_url": {"url": "http://x/y.png"}}]),
        ("openai-chat", [{"type": "input_audio", "input_audio": {"data": "aaaa"}}]),
        ("openai-chat", [{"type": "file", "file": {"file_id": "f1"}}]),
        ("openai-responses", [{"type": "input_image", "image_url": "http://x/y.png"}]),
        ("openai-responses", [{"type": "input_file", "file_id": "f1"}]),
        ("openai-responses", [{"type": "new_thing"}]),
    ],
)
def test_parts_without_a_form_in_diptych_are_shown_as_json(api: ApiName, content: Any) -> None:
    field = "input" if api == "openai-responses" else "messages"
    (message,) = asked({"model": "m", field: [{"role": "user", "content": content}]}, api).messages

    assert message == Message.of_text("user", json.dumps(content[0]))


def test_a_text_document_of_anthropic_is_a_file() -> None:
    source = {"type": "text", "media_type": "text/plain", "data": "abc"}
    content = [{"type": "document", "title": "notes.txt", "source": source}, {"type": "text", "text": "Sum up."}]
    found = asked({"model": "m", "messages": [{"role": "user", "content": content}]})

    assert found.prompt == "Sum up."
    assert found.messages[0].files[0].name == "notes.txt"
    assert list(found.files.values()) == [b"abc"]


def test_system_messages_of_openai_are_the_system_prompt() -> None:
    messages = [{"role": "system", "content": "A"}, {"role": "developer", "content": [{"type": "text", "text": "B"}]}]

    assert asked({"model": "m", "messages": messages}, "openai-chat").settings.system == "A\n\nB"
    body = {"model": "m", "instructions": "A", "input": [{"role": "developer", "content": "B"}]}
    assert asked(body, "openai-responses").settings.system == "A\n\nB"


def test_the_shortest_input_of_responses_is_a_text() -> None:
    assert asked({"model": "m", "input": "hi"}, "openai-responses").prompt == "hi"
    items = [{"role": "user", "content": "hi"}, {"type": "web_search_call", "id": "w"}]
    assert asked({"model": "m", "input": items}, "openai-responses").messages[1].role == "assistant"


def test_old_functions_of_chat_completions() -> None:
    messages = [{"role": "function", "name": "f", "content": "1"}, {"role": "user", "content": None}]
    result, empty = asked({"model": "m", "messages": messages}, "openai-chat").messages

    assert result == Message("tool", (ToolResultPart("f", "1"),))
    assert empty == Message.of_text("user", "")


@pytest.mark.parametrize(
    ("capture", "api"),
    [
        (captured({"model": "m", "messages": []}, "https://x/anything"), "openai-chat"),
        (
            captured({"model": "m", "messages": []}, "https://x/a", headers=(("Anthropic-Version", "1"),)),
            "anthropic-messages",
        ),
        (captured({"model": "m", "input": "hi"}, "https://x/anything"), "openai-responses"),
        (captured({"model": "m"}, "https://x/anything"), None),
        (captured({"q": 1}, "https://x/anything"), None),
        (captured(b"\xff", "https://x/anything"), None),
        (captured({}, "https://x/v1/messages", method="GET"), None),
        (captured({}, "https://api.openai.com/openai/v1/chat/completions/?a=b"), "openai-chat"),
    ],
)
def test_the_api_is_recognized(capture: Capture, api: ApiName | None) -> None:
    found = asked_model(capture, Said())

    assert (found and found.api) == api


def test_what_the_user_says_wins_and_the_servers_of_the_providers_have_their_names() -> None:
    found = asked_model(
        captured({"model": "m"}, "https://api.openai.com/v1/responses"), Said(model="other", prompt="hi")
    )

    assert found is not None
    assert found.settings.name == "openai-responses:other"
    assert found.prompt == "hi"
    assert asked_model(captured(b"", "https://x/y"), Said("openai-chat")) is not None
