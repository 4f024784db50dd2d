"""Builds requests in the form of Anthropic's Messages API (https://platform.claude.com/docs/en/api/messages)."""

from collections.abc import Iterator
from typing import Any, assert_never

from diptych.apis.files import base64_of
from diptych.core.json_text import JsonObject, parse_finite_json
from diptych.core.message import FilePart, Message, Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from diptych.core.noted_body import text_of
from diptych.core.request import Request
from diptych.core.settings import Settings, ToolDefinition


def request_fields(request: Request) -> JsonObject:
    """Return the keyword arguments for the SDK's method, without the user's extra request fields. No value is None."""
    settings = request.settings
    fields: JsonObject = {
        "model": settings.model,
        "max_tokens": settings.max_tokens,
        "messages": [_message(message, request) for message in request.messages],
        "stream": True,
    }
    if settings.system:
        fields["system"] = settings.system
    return fields | _tools_and_schema(settings)


def _tools_and_schema(settings: Settings) -> JsonObject:
    fields: JsonObject = {}
    if settings.tools:
        fields["tools"] = [_tool(tool) for tool in settings.tools]
    if settings.response_schema is not None:
        fields["output_config"] = {"format": {"type": "json_schema", "schema": dict(settings.response_schema)}}
    return fields


def _tool(tool: ToolDefinition) -> JsonObject:
    return {"name": tool.name, "description": tool.description, "input_schema": dict(tool.parameters)}


def _message(message: Message, request: Request) -> JsonObject:
    role = "user" if message.role == "tool" else message.role
    content: Any = message.text
    if not message.is_plain:
        content = [block for part in message.parts for block in _blocks(part, request)]
    return {"role": role, "content": content}


def _blocks(part: Part, request: Request) -> Iterator[JsonObject]:
    match part:
        case TextPart(text):
            yield {"type": "text", "text": text}
        case FilePart():
            yield _file(part, request)
        case ToolCallPart(call_id, name, arguments):
            yield {"type": "tool_use", "id": call_id, "name": name, "input": _input(arguments)}
        case ToolResultPart(call_id, text, is_error):
            block: JsonObject = {"type": "tool_result", "tool_use_id": call_id, "content": text}
            yield block | {"is_error": True} if is_error else block
        case ReasoningPart(block=reasoning):
            if reasoning.get("type") in ("thinking", "redacted_thinking"):
                yield dict(reasoning)
        case _:
            assert_never(part)


def _file(file: FilePart, request: Request) -> JsonObject:
    """Return a file as an image block or a document block. The server judges whether it takes the file's type."""
    if file.is_text:
        text = text_of(file, request)
        return {
            "type": "document",
            "title": file.name,
            "source": {"type": "text", "media_type": "text/plain", "data": text},
        }
    source = {"type": "base64", "media_type": file.media_type, "data": base64_of(file, request)}
    if file.is_image:
        return {"type": "image", "source": source}
    return {"type": "document", "title": file.name, "source": source}


def _input(arguments: str) -> JsonObject:
    """Return arguments as the object that the API takes; an empty one if they are cut off or something else."""
    try:
        value = parse_finite_json(arguments)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
