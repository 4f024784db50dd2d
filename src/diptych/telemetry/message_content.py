"""Prompts and answers in the JSON schema of the conventions, for users who ask for them.

The schemas are the JSON files in https://github.com/open-telemetry/semantic-conventions-genai.
A span holds them as JSON strings, since not every collector takes structured attributes.
"""

from collections.abc import Iterator
from typing import assert_never

from diptych.core.json_text import JsonObject, parse_finite_json, to_json
from diptych.core.message import FilePart, Message, ReasoningPart, TextPart, ToolCallPart, ToolResultPart
from diptych.core.run import Run
from diptych.telemetry import attributes as names


def content_attributes(run: Run) -> dict[str, str]:
    """Return what was sent and what was answered, without the secrets of the endpoint."""
    settings = run.request.settings
    found: dict[str, object] = {
        names.INPUT_MESSAGES: [
            {"role": message.role, "parts": list(_parts(message))} for message in run.request.messages
        ],
        names.OUTPUT_MESSAGES: [{"role": "assistant", "parts": list(_answer_parts(run))}],
    }
    if settings.system:
        found[names.SYSTEM_INSTRUCTIONS] = [_text(settings.system)]
    return {name: settings.endpoint.secrets.scrub(to_json(value)) for name, value in found.items()}


def _text(text: str) -> JsonObject:
    return {"type": "text", "content": text}


def _call(call_id: str | None, name: str, arguments: str) -> JsonObject:
    try:
        value = parse_finite_json(arguments)
    except ValueError:
        value = arguments  # cut off, or not JSON at all
    return {"type": "tool_call", "id": call_id, "name": name, "arguments": value}


def _parts(message: Message) -> Iterator[JsonObject]:
    for part in message.parts:
        match part:
            case TextPart(text):
                yield _text(text)
            case FilePart():
                kind = "image" if part.is_image else "document"
                yield {
                    "type": "file",
                    "modality": kind,
                    "mime_type": part.media_type,
                    "file_id": f"sha256:{part.sha256}",
                    "name": part.name,
                }
            case ToolCallPart(call_id, name, arguments):
                yield _call(call_id, name, arguments)
            case ToolResultPart(call_id, text):
                yield {"type": "tool_call_response", "id": call_id, "response": text}
            case ReasoningPart():  # signed or encrypted: nothing that a person could read
                pass
            case _:
                assert_never(part)


def _answer_parts(run: Run) -> Iterator[JsonObject]:
    if run.thinking:
        yield {"type": "reasoning", "content": str(run.thinking)}
    if run.text:
        yield _text(str(run.text))
    if run.refusal:
        yield _text(str(run.refusal))
    for tool in run.tools:
        yield _call(tool.id, tool.name, tool.arguments)
