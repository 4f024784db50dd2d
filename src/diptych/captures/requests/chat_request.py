"""Reads the body of a request to OpenAI's Chat Completions API (https://platform.openai.com/docs/api-reference/chat)."""

from collections.abc import Iterator
from typing import Any

from diptych.apis.lenient_json import mapping, mappings, string, text_or_json
from diptych.captures.requests.captured_request import (
    CapturedRequest,
    Files,
    joined_text,
    merged_turns,
    read_tools,
    remaining,
    unknown_part,
    whole_or_none,
)
from diptych.core.json_text import JsonObject
from diptych.core.message import Part, Role, TextPart, ToolCallPart, ToolResultPart
from diptych.core.settings import ToolDefinition

_TOOL_MEMBERS = frozenset({"name", "description", "parameters"})
_LIMITS = ("max_completion_tokens", "max_tokens")
_SYSTEM = ("system", "developer")


def read_request(body: JsonObject) -> CapturedRequest:
    """Return what the body of a request asks for. Every system message becomes a part of the system prompt."""
    files, said = Files(), mappings(body, "messages")
    system = "\n\n".join(joined_text(each.get("content")) for each in said if string(each, "role") in _SYSTEM)
    turns = (_turn(message, files) for message in said if string(message, "role") not in _SYSTEM)
    messages = merged_turns(turns)
    tools = _read_tools(body.get("tools"))
    params = remaining(body, "messages", *_LIMITS, *(("tools",) if tools else ()))
    schema = None
    response_format = mapping(body, "response_format")
    if response_format.get("type") == "json_schema":
        schema = mapping(mapping(response_format, "json_schema"), "schema")
        del params["response_format"]
    model, limit = string(body, "model"), whole_or_none(body, *_LIMITS)
    return CapturedRequest(model, system, limit, tools, schema, params, messages, files.contents)


def _read_tools(tools: Any) -> tuple[ToolDefinition, ...]:
    """Return tools that are all functions as definitions, else none."""
    if not isinstance(tools, list) or not all(
        isinstance(tool, dict) and tool.keys() == {"type", "function"} for tool in tools
    ):
        return ()
    return read_tools([tool["function"] for tool in tools], "parameters", _TOOL_MEMBERS)


def _turn(message: JsonObject, files: Files) -> tuple[Role, list[Part]]:
    role, content = string(message, "role"), message.get("content")
    if role in ("tool", "function"):
        call = string(message, "tool_call_id") or string(message, "name")
        return "tool", [ToolResultPart(call, joined_text(content))]
    if isinstance(content, str):
        parts: list[Part] = [TextPart(content)]
    else:
        parts = [_part(part, files) for part in mappings(message, "content")]
    if role == "assistant":
        return "assistant", [*parts, *_calls(message)]
    return "user", parts


def _calls(message: JsonObject) -> Iterator[ToolCallPart]:
    for call in mappings(message, "tool_calls"):
        function = mapping(call, "function")
        yield ToolCallPart(string(call, "id"), string(function, "name"), text_or_json(function, "arguments"))


def _part(part: JsonObject, files: Files) -> Part:
    match string(part, "type"):
        case "text":
            return TextPart(string(part, "text"))
        case "image_url":
            url = string(mapping(part, "image_url"), "url")
            return files.of_data_url(url, "") or unknown_part(part)
        case "file":
            file = mapping(part, "file")
            return files.of_data_url(string(file, "file_data"), string(file, "filename")) or unknown_part(part)
        case _:
            return unknown_part(part)
