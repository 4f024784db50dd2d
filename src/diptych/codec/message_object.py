"""A message of a conversation as a JSON object and back: in the header of a recording and in the history.

A message of text alone is `{"role": "user", "content": "…"}`; any other has a list of parts as its `content`. What is
read is not trusted: the functions that read raise `ValueError` with words that follow "it ".
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, assert_never, get_args

from diptych.codec.checked_fields import objects, text, whole
from diptych.core.json_text import JsonObject, is_too_deep
from diptych.core.message import FilePart, Message, Part, ReasoningPart, Role, TextPart, ToolCallPart, ToolResultPart

_SHA256 = re.compile(r"[0-9a-f]{64}")

_FILE_NUMBERS = ("bytes", "width", "height")
"""Members of a file that are left out where they are not known."""


def message_object(message: Message) -> JsonObject:
    """Return a message as an object."""
    content = message.text if message.is_plain else [_part_object(part) for part in message.parts]
    return {"role": message.role, "content": content}


def file_object(file: FilePart) -> JsonObject:
    """Return what is known of a file as an object, without its contents."""
    numbers = zip(_FILE_NUMBERS, (file.size, file.width, file.height), strict=True)
    known = {key: number for key, number in numbers if number is not None}
    return {"sha256": file.sha256, "name": file.name, "media_type": file.media_type} | known


def read_messages(fields: Mapping[str, Any], key: str = "messages") -> tuple[Message, ...]:
    """Return the messages that a list of objects holds. A missing list is an empty one."""
    return tuple(map(read_message, objects(fields, key)))


def read_message(value: Mapping[str, Any]) -> Message:
    """Return the message that an object holds."""
    content = value.get("content")
    parts = (TextPart(content),) if isinstance(content, str) else tuple(map(_read_part, objects(value, "content")))
    for role in get_args(Role):
        if value.get("role") == role:
            return Message(role, parts)
    raise ValueError("has a message of no known role")


def file_hashes(messages: Sequence[Message]) -> list[str]:
    """Return the SHA-256 of each file that messages refer to, once, in order."""
    return list(dict.fromkeys(file.sha256 for message in messages for file in message.files))


def read_hash(fields: Mapping[str, Any], key: str) -> str:
    """Return the SHA-256 at `key`, in hexadecimal digits."""
    value = text(fields, key)
    if not _SHA256.fullmatch(value):
        raise ValueError(f"has no SHA-256 as {key}")
    return value


def _part_object(part: Part) -> JsonObject:
    match part:
        case TextPart(written):
            return {"type": "text", "text": written}
        case FilePart():
            return {"type": "file"} | file_object(part)
        case ToolCallPart(call_id, name, arguments):
            return {"type": "tool_call", "id": call_id, "name": name, "arguments": arguments}
        case ToolResultPart(call_id, written, is_error):
            return {"type": "tool_result", "call_id": call_id, "text": written, "is_error": is_error}
        case ReasoningPart(block):
            return {"type": "reasoning", "block": dict(block)}
        case _:
            assert_never(part)


def _read_part(part: Mapping[str, Any]) -> Part:
    match part.get("type"):
        case "text":
            return TextPart(text(part, "text"))
        case "file":
            named = read_hash(part, "sha256"), text(part, "name"), text(part, "media_type")
            return FilePart(*named, *(whole(part, key) if key in part else None for key in _FILE_NUMBERS))
        case "tool_call":
            return ToolCallPart(text(part, "id"), text(part, "name"), text(part, "arguments"))
        case "tool_result":
            return ToolResultPart(text(part, "call_id"), text(part, "text"), part.get("is_error") is True)
        case "reasoning":
            return ReasoningPart(_read_block(part))
        case _:
            raise ValueError("has a message with a part of no known type")


def _read_block(part: Mapping[str, Any]) -> JsonObject:
    block = part.get("block")
    if not isinstance(block, dict) or is_too_deep(block):
        raise ValueError("has a block of thinking that cannot be read")
    return block
