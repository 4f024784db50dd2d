"""Builds requests in the form of OpenAI's Chat Completions API (https://platform.openai.com/docs/api-reference/chat)."""

from collections.abc import Iterator
from typing import Any, assert_never

from diptych.apis.files import data_url, named_text
from diptych.core.json_text import JsonObject
from diptych.core.message import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from diptych.core.request import Request
from diptych.core.settings import Settings, ToolDefinition
from diptych.core.strict_schema import is_strict

LIMITS = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
"""The names of the limit on an answer's tokens, each with the name that is tried if a server does not know it."""


def request_fields(request: Request) -> JsonObject:
    """Return the keyword arguments for the SDK's method, without the user's extra request fields. No value is None."""
    settings = request.settings
    messages = [each for message in request.messages for each in _messages(message, request)]
    if settings.system:
        messages.insert(0, {"role": "system", "content": settings.system})
    fields: JsonObject = {
        "model": settings.model,
        "messages": messages,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if settings.params.keys().isdisjoint(LIMITS):
        # Other servers know only the older name.
        limit = "max_completion_tokens" if settings.endpoint.provider == "openai" else "max_tokens"
        fields[limit] = settings.max_tokens
    return fields | _tools_and_schema(settings)


def _tools_and_schema(settings: Settings) -> JsonObject:
    fields: JsonObject = {}
    if settings.tools:
        fields["tools"] = [_tool(tool) for tool in settings.tools]
    if settings.response_schema is not None:
        schema, strict = dict(settings.response_schema), is_strict(settings.response_schema)
        json_schema = {"name": "answer", "schema": schema, "strict": strict}
        fields["response_format"] = {"type": "json_schema", "json_schema": json_schema}
    return fields


def _tool(tool: ToolDefinition) -> JsonObject:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}


def _messages(message: Message, request: Request) -> Iterator[JsonObject]:
    """Yield a message as the API takes it: tool calls are beside the content, each result is a message."""
    content: list[JsonObject] = []
    calls: list[JsonObject] = []
    for part in message.parts:
        match part:
            case TextPart(text):
                content.append({"type": "text", "text": text})
            case FilePart():
                content.append(_file(part, request))
            case ToolCallPart(call_id, name, arguments):
                calls.append({"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}})
            case ToolResultPart(call_id, text):
                yield {"role": "tool", "tool_call_id": call_id, "content": text}
            case ReasoningPart():  # this API has no such thing
                pass
            case _:
                assert_never(part)
    role = "user" if message.role == "tool" else message.role
    shown: Any = message.text if message.is_plain else content
    if calls:
        # As a string, since other servers take no list from the assistant.
        yield {"role": role, "content": message.text or None, "tool_calls": calls}
    elif content:
        yield {"role": role, "content": shown}


def _file(file: FilePart, request: Request) -> JsonObject:
    """Return a file as a content part. The API takes no files but PDFs, so a text is sent as a text of the prompt.

    https://platform.openai.com/docs/guides/pdf-files says so.
    """
    if file.is_text:
        return {"type": "text", "text": named_text(file, request)}
    url = data_url(file, request)
    if file.is_image:
        return {"type": "image_url", "image_url": {"url": url}}
    return {"type": "file", "file": {"filename": file.name, "file_data": url}}
