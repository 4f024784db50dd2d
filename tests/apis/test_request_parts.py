"""Messages in parts, tools and a schema as each API takes them, checked against the types of the installed SDKs."""

import base64
import hashlib
import json
from typing import Any

import pytest
from anthropic.types.message_create_params import MessageCreateParamsStreaming as Messages
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming as Chat
from openai.types.responses.response_create_params import ResponseCreateParamsStreaming as Responses
from pydantic import ConfigDict, TypeAdapter, with_config

from diptych.apis.registry import DIALECTS
from diptych.core.endpoint import ApiName, Endpoint
from diptych.core.message import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from diptych.core.request import Request
from diptych.core.settings import Settings, ToolDefinition

PNG, PDF, TEXT = b"\x89PNG", b"%PDF-1.7", b"na\xc3\xafve"
FILES = {hashlib.sha256(data).hexdigest(): data for data in (PNG, PDF, TEXT)}
IMAGE, DOCUMENT, NOTE = (
    FilePart(sha256, name, media_type)
    for sha256, (name, media_type) in zip(
        FILES, (("a.png", "image/png"), ("b.pdf", "application/pdf"), ("c.txt", "text/plain")), strict=True
    )
)

CONVERSATION = (
    Message.of_text("user", "hi"),
    Message("assistant", (TextPart("I look."), ToolCallPart("call_1", "look", '{"at": 1}'))),
    Message("tool", (ToolResultPart("call_1", "nothing", is_error=True),)),
    Message("assistant", (ToolCallPart("call_2", "look", '{"at'),)),
    Message("tool", (ToolResultPart("call_2", "a cat"),)),
    Message("user", (TextPart("And here?"), IMAGE, DOCUMENT, NOTE)),
)
SCHEMA = {"type": "object", "properties": {"animal": {"type": "string"}}}
STRICT = SCHEMA | {"required": ["animal"], "additionalProperties": False}
LOOK = ToolDefinition("look", "Looks.", {"type": "object", "properties": {"at": {"type": "integer"}}})


def fields(api: ApiName, *messages: Message, **settings: Any) -> dict[str, Any]:
    asked = Settings(Endpoint("here", api, "https://models.test", "HERE_API_KEY"), "some-model", **settings)
    return DIALECTS[api].arguments(Request(asked, messages or CONVERSATION, FILES))


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_messages_in_blocks_of_anthropic() -> None:
    sent = fields("anthropic-messages")
    assert sent["messages"] == [
        {"role": "user", "content": "hi"},
        {
            "role": "assistant",
            "content": [
                {"type": "text", "text": "I look."},
                {"type": "tool_use", "id": "call_1", "name": "look", "input": {"at": 1}},
            ],
        },
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "call_1", "content": "nothing", "is_error": True}],
        },
        {"role": "assistant", "content": [{"type": "tool_use", "id": "call_2", "name": "look", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "call_2", "content": "a cat"}]},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "And here?"},
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": encoded(PNG)}},
                {
                    "type": "document",
                    "title": "b.pdf",
                    "source": {"type": "base64", "media_type": "application/pdf", "data": encoded(PDF)},
                },
                {
                    "type": "document",
                    "title": "c.txt",
                    "source": {"type": "text", "media_type": "text/plain", "data": "naïve"},
                },
            ],
        },
    ]


def test_messages_of_chat_completions() -> None:
    sent = fields("openai-chat")
    assert sent["messages"] == [
        {"role": "user", "content": "hi"},
        {
            "role": "assistant",
            "content": "I look.",
            "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": '{"at": 1}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "nothing"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "call_2", "type": "function", "function": {"name": "look", "arguments": '{"at'}}],
        },
        {"role": "tool", "tool_call_id": "call_2", "content": "a cat"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "And here?"},
                {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{encoded(PNG)}"}},
                {
                    "type": "file",
                    "file": {"filename": "b.pdf", "file_data": f"data:application/pdf;base64,{encoded(PDF)}"},
                },
                {"type": "text", "text": "The file c.txt:\n\nnaïve"},
            ],
        },
    ]


def test_items_of_responses() -> None:
    sent = fields("openai-responses")
    assert sent["input"] == [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "I look."},
        {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": '{"at": 1}'},
        {"type": "function_call_output", "call_id": "call_1", "output": "nothing"},
        {"type": "function_call", "call_id": "call_2", "name": "look", "arguments": '{"at'},
        {"type": "function_call_output", "call_id": "call_2", "output": "a cat"},
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": "And here?"},
                {"type": "input_image", "image_url": f"data:image/png;base64,{encoded(PNG)}", "detail": "auto"},
                {
                    "type": "input_file",
                    "filename": "b.pdf",
                    "file_data": f"data:application/pdf;base64,{encoded(PDF)}",
                },
                {"type": "input_text", "text": "The file c.txt:\n\nnaïve"},
            ],
        },
    ]


@pytest.mark.parametrize("arguments", ["[1]", "", "{"])
def test_arguments_that_are_no_object_cannot_be_sent_back_to_anthropic(arguments: str) -> None:
    (message,) = fields("anthropic-messages", Message("assistant", (ToolCallPart("1", "look", arguments),)))["messages"]
    assert message["content"][0]["input"] == {}


@pytest.mark.parametrize(
    ("api", "params"), [("anthropic-messages", Messages), ("openai-chat", Chat), ("openai-responses", Responses)]
)
def test_the_sdk_has_types_for_everything_that_is_sent(api: ApiName, params: Any) -> None:
    sent = fields(api, system="Be brief.", tools=(LOOK,), response_schema=SCHEMA)
    TypeAdapter(with_config(ConfigDict(arbitrary_types_allowed=True))(params)).validate_python(sent)


def test_tools_and_a_schema() -> None:
    sent = fields("anthropic-messages", tools=(LOOK,), response_schema=SCHEMA)
    assert sent["tools"] == [{"name": "look", "description": "Looks.", "input_schema": LOOK.parameters}]
    assert sent["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA}}
    sent = fields("openai-chat", tools=(LOOK,), response_schema=SCHEMA)
    function = {"name": "look", "description": "Looks.", "parameters": LOOK.parameters}
    assert sent["tools"] == [{"type": "function", "function": function}]
    assert sent["response_format"]["json_schema"] == {"name": "answer", "schema": SCHEMA, "strict": False}
    sent = fields("openai-responses", tools=(LOOK,), response_schema=SCHEMA)
    assert sent["tools"] == [{"type": "function", "strict": False, **function}]
    assert sent["text"]["format"] == {"type": "json_schema", "name": "answer", "schema": SCHEMA, "strict": False}


def test_a_schema_that_follows_the_rules_of_openai_is_strict() -> None:
    assert fields("openai-chat", response_schema=STRICT)["response_format"]["json_schema"]["strict"] is True
    assert fields("openai-responses", response_schema=STRICT)["text"]["format"]["strict"] is True


def test_thinking_goes_back_only_to_the_api_that_sent_it() -> None:
    signed = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
    encrypted = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "ZW5j"}
    call = ToolCallPart("call_1", "look", "{}")
    answer = Message("assistant", (ReasoningPart(signed), ReasoningPart(encrypted), call))

    (message,) = fields("anthropic-messages", answer)["messages"]
    assert message["content"] == [signed, {"type": "tool_use", "id": "call_1", "name": "look", "input": {}}]
    assert fields("openai-responses", answer)["input"] == [
        encrypted,
        {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": "{}"},
    ]
    (message,) = fields("openai-chat", answer)["messages"]
    assert message.keys() == {"role", "content", "tool_calls"}


def test_a_file_follows_the_results_that_a_prompt_gives() -> None:
    results = Message("tool", (ToolResultPart("call_1", "this"), IMAGE))

    assert [block["type"] for block in fields("anthropic-messages", results)["messages"][0]["content"]] == [
        "tool_result",
        "image",
    ]
    assert [message["role"] for message in fields("openai-chat", results)["messages"]] == ["tool", "user"]
    assert [item.get("type", "message") for item in fields("openai-responses", results)["input"]] == [
        "function_call_output",
        "message",
    ]


@pytest.mark.parametrize("api", list(DIALECTS))
def test_halves_of_characters_can_be_sent_from_anywhere(api: ApiName) -> None:
    call = ToolCallPart("1", "look", r'{"at": "\ud83d"}')
    half = {"description": "\ud83d"}
    sent = fields(
        api,
        Message.of_text("user", "hi"),
        Message("assistant", (ReasoningPart({"type": "thinking", "thinking": "\ud83d", "signature": "s"}), call)),
        Message("tool", (ToolResultPart("1", "\udc4d"),)),
        tools=(ToolDefinition("look", "\ud83d", half),),
        response_schema=half,
        params={"user": "\ud83d"},
    )

    json.dumps(sent, ensure_ascii=False).encode()
    assert json.dumps(sent, ensure_ascii=False).count("�") >= 4


@pytest.mark.parametrize("arguments", ['{"at": NaN}', '{"at": 1e999}'])
def test_arguments_that_anthropic_cannot_take(arguments: str) -> None:
    call = ToolCallPart("1", "look", arguments)
    sent = fields("anthropic-messages", Message("assistant", (call,)), Message("tool", (ToolResultPart("1", "x"),)))

    assert sent["messages"][0]["content"][0]["input"] == {}
