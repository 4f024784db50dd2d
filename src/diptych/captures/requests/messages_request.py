"""Reads the body of a request to Anthropic's Messages API (https://platform.claude.com/docs/en/api/messages)."""

import json
from collections.abc import Iterator

from diptych.apis.lenient_json import mapping, mappings, string
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
from diptych.core.message import Part, ReasoningPart, Role, TextPart, ToolCallPart, ToolResultPart

_TOOL_MEMBERS = frozenset({"name", "description", "input_schema"})


def read_request(body: JsonObject) -> CapturedRequest:
    """Return what the body of a request asks for."""
    files = Files()
    messages = merged_turns(_turn(message, files) for message in mappings(body, "messages"))
    tools = read_tools(body.get("tools"), "input_schema", _TOOL_MEMBERS)
    params = remaining(body, "messages", "system", "max_tokens", *(("tools",) if tools else ()))
    schema = None
    output_config = mapping(body, "output_config")
    if mapping(output_config, "format").get("type") == "json_schema":
        schema = mapping(output_config["format"], "schema")
        params["output_config"] = {name: value for name, value in output_config.items() if name != "format"}
        if not params["output_config"]:
            del params["output_config"]
    model, limit = string(body, "model"), whole_or_none(body, "max_tokens")
    return CapturedRequest(
        model, joined_text(body.get("system")), limit, tools, schema, params, messages, files.contents
    )


def _turn(message: JsonObject, files: Files) -> tuple[Role, list[Part]]:
    content = message.get("content")
    if isinstance(content, str):
        parts: list[Part] = [TextPart(content)]
    else:
        parts = [part for block in mappings(message, "content") for part in _parts(block, files)]
    if string(message, "role") == "assistant":
        return "assistant", parts
    return ("tool" if any(isinstance(part, ToolResultPart) for part in parts) else "user"), parts


def _parts(block: JsonObject, files: Files) -> Iterator[Part]:
    match string(block, "type"):
        case "text":
            yield TextPart(string(block, "text"))
        case "image" | "document":
            yield _file(block, files)
        case "tool_use":
            arguments = json.dumps(mapping(block, "input"), ensure_ascii=False)
            yield ToolCallPart(string(block, "id"), string(block, "name"), arguments)
        case "tool_result":
            text, is_error = joined_text(block.get("content")), block.get("is_error") is True
            yield ToolResultPart(string(block, "tool_use_id"), text, is_error)
        case "thinking" | "redacted_thinking":
            yield ReasoningPart(block)
        case _:
            yield unknown_part(block)


def _file(block: JsonObject, files: Files) -> Part:
    source, name = mapping(block, "source"), string(block, "title")
    data, media_type = string(source, "data"), string(source, "media_type")
    match string(source, "type"):
        case "text":
            return files.part(data.encode("utf-8", "replace"), name, media_type or "text/plain")
        case "base64":
            return files.of_base64(data, name, media_type) or unknown_part(block)
        case _:
            return unknown_part(block)
