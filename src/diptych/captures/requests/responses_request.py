"""Reads the body of a request to OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses)."""

from collections.abc import Iterator

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
from diptych.core.message import Part, ReasoningPart, Role, TextPart, ToolCallPart, ToolResultPart

_TOOL_MEMBERS = frozenset({"type", "name", "description", "parameters", "strict"})
_SYSTEM = ("system", "developer")


def read_request(body: JsonObject) -> CapturedRequest:
    """Return what the body of a request asks for. Every system message becomes a part of the system prompt."""
    files, items = Files(), mappings(body, "input")
    said = [joined_text(item.get("content")) for item in items if string(item, "role") in _SYSTEM]
    system = "\n\n".join(filter(None, (string(body, "instructions"), *said)))
    if isinstance(asked := body.get("input"), str):
        items = [{"role": "user", "content": asked}]
    messages = merged_turns(_turn(item, files) for item in items if string(item, "role") not in _SYSTEM)
    tools = read_tools(body.get("tools"), "parameters", _TOOL_MEMBERS)
    if not all(tool.get("type") == "function" for tool in mappings(body, "tools")):
        tools = ()
    kept = ("store",) if body.get("store") is False else ()  # as Diptych sends it
    params = remaining(body, "input", "instructions", "max_output_tokens", *kept, *(("tools",) if tools else ()))
    schema = None
    text = mapping(body, "text")
    if mapping(text, "format").get("type") == "json_schema":
        schema = mapping(text["format"], "schema")
        params["text"] = {name: value for name, value in text.items() if name != "format"}
        if not params["text"]:
            del params["text"]
    model, limit = string(body, "model"), whole_or_none(body, "max_output_tokens")
    return CapturedRequest(model, system, limit, tools, schema, params, messages, files.contents)


def _turn(item: JsonObject, files: Files) -> tuple[Role, list[Part]]:
    match string(item, "type"):
        case "function_call":
            arguments = text_or_json(item, "arguments")
            return "assistant", [ToolCallPart(string(item, "call_id"), string(item, "name"), arguments)]
        case "function_call_output":
            text = joined_text(item.get("output"))
            return "tool", [ToolResultPart(string(item, "call_id"), text)]
        case "reasoning":
            return "assistant", [ReasoningPart(item)]
        case _ if "content" not in item:
            return "assistant", [unknown_part(item)]  # a call of a tool that the server runs
        case _:
            role: Role = "assistant" if string(item, "role") == "assistant" else "user"
            return role, list(_parts(item, files))


def _parts(item: JsonObject, files: Files) -> Iterator[Part]:
    if isinstance(content := item["content"], str):
        yield TextPart(content)
    for part in mappings(item, "content"):
        match string(part, "type"):
            case "input_text" | "output_text":
                yield TextPart(string(part, "text"))
            case "input_image":
                yield files.of_data_url(string(part, "image_url"), "") or unknown_part(part)
            case "input_file":
                name = string(part, "filename")
                yield files.of_data_url(string(part, "file_data"), name) or unknown_part(part)
            case _:
                yield unknown_part(part)
