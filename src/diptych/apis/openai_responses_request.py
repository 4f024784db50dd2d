"""Builds requests in the form of OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses)."""

from collections.abc import Iterator
from typing import assert_never

from diptych.apis.files import data_url, named_text
from diptych.core.json_text import JsonObject
from diptych.core.message import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from diptych.core.request import Request
from diptych.core.settings import Settings, ToolDefinition
from diptych.core.strict_schema import is_strict


def request_fields(request: Request) -> JsonObject:
    """Return the keyword arguments for the SDK's method, without the user's extra request fields. No value is None."""
    settings = request.settings
    fields: JsonObject = {
        "model": settings.model,
        "input": [item for message in request.messages for item in _items(message, request)],
        "max_output_tokens": settings.max_tokens,
        "store": False,
        "stream": True,
    }
    if settings.system:
        fields["instructions"] = settings.system
    return fields | _tools_and_schema(settings)


def _tools_and_schema(settings: Settings) -> JsonObject:
    fields: JsonObject = {}
    if settings.tools:
        fields["tools"] = [_tool(tool) for tool in settings.tools]
    if settings.response_schema is not None:
        schema, strict = dict(settings.response_schema), is_strict(settings.response_schema)
        fields["text"] = {"format": {"type": "json_schema", "name": "answer", "schema": schema, "strict": strict}}
    return fields


def _tool(tool: ToolDefinition) -> JsonObject:
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": dict(tool.parameters),
        "strict": False,
    }


def _items(message: Message, request: Request) -> Iterator[JsonObject]:
    """Yield a message as input items: one for its texts and files, one for each tool call, one for each result."""
    if message.is_plain:
        yield {"role": message.role, "content": message.text}
        return
    content: list[JsonObject] = []
    results: list[JsonObject] = []
    calls: list[JsonObject] = []
    for part in message.parts:
        match part:
            case TextPart(text):
                content.append({"type": "input_text", "text": text})
            case FilePart():
                content.append(_file(part, request))
            case ToolCallPart(call_id, name, arguments):
                calls.append({"type": "function_call", "call_id": call_id, "name": name, "arguments": arguments})
            case ToolResultPart(call_id, text):
                results.append({"type": "function_call_output", "call_id": call_id, "output": text})
            case ReasoningPart(block):
                if block.get("type") == "reasoning":
                    yield dict(block)
            case _:
                assert_never(part)
    yield from results
    if message.role == "assistant" and message.text:  # a list may hold only input, so an answer is sent as one text
        yield {"role": "assistant", "content": message.text}
    elif content:
        yield {"role": "user", "content": content}
    yield from calls


def _file(file: FilePart, request: Request) -> JsonObject:
    """Return a file as a content part; a text as a text of the prompt.

    The API also takes texts as files, but judges by their names whether it knows them, and reads only the beginning of
    tables (https://platform.openai.com/docs/guides/pdf-files). So the model gets the same text as with the other APIs.
    """
    if file.is_text:
        return {"type": "input_text", "text": named_text(file, request)}
    url = data_url(file, request)
    if file.is_image:
        return {"type": "input_image", "image_url": url, "detail": "auto"}
    return {"type": "input_file", "filename": file.name, "file_data": url}
