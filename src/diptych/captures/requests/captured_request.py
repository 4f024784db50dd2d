"""What a captured request asked for: its model, its settings and its conversation, whichever API it was sent to."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from diptych.apis.lenient_json import mapping, string
from diptych.core.json_text import JsonObject, to_json
from diptych.core.message import FilePart, Message, Part, Role, TextPart
from diptych.core.settings import ToolDefinition

_DATA_URL = re.compile(r"data:([^;,]*)(?:;[^,;]*)*;base64,")

_OF_THE_STREAM = frozenset({"model", "stream", "stream_options"})
"""Fields that are not among the parameters: the model has its own place, and the others only ask for a stream."""

_MOST = 2**53
"""The largest whole number that every JSON reader keeps exactly."""


@dataclass(frozen=True, slots=True)
class CapturedRequest:
    """The request as settings and messages. Fields of the body that are neither are `params`.

    `max_tokens` is None where the request set no limit. `files` are the contents of the files in the messages by their
    SHA-256.
    """

    model: str
    system: str = ""
    max_tokens: int | None = None
    tools: tuple[ToolDefinition, ...] = ()
    response_schema: Mapping[str, Any] | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def prompt(self) -> str:
        """The text of the last message that the user wrote; "" if there is none."""
        return next((message.text for message in reversed(self.messages) if message.role == "user"), "")


class Files:
    """Gathers the files of a request, each once."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def part(self, data: bytes, name: str, media_type: str) -> FilePart:
        """Keep the bytes of a file, and return the part of a message that stands for it."""
        sha256 = hashlib.sha256(data).hexdigest()
        self.contents[sha256] = data
        return FilePart(sha256, name or _name_for(media_type), media_type, len(data))

    def of_base64(self, encoded: str, name: str, media_type: str) -> FilePart | None:
        """Return the part for a file in Base64, None if it is not."""
        try:
            return self.part(base64.b64decode(encoded, validate=True), name, media_type)
        except (binascii.Error, ValueError):
            return None

    def of_data_url(self, url: str, name: str) -> FilePart | None:
        """Return the part for a `data:` URL, None for any other URL."""
        found = _DATA_URL.match(url)
        return self.of_base64(url[found.end() :], name, found[1] or "application/octet-stream") if found else None


def unknown_part(block: JsonObject) -> TextPart:
    """Return a part of a message that has no form in Diptych, as the text of its JSON."""
    return TextPart(to_json(block))


def joined_text(content: Any) -> str:
    """Return the text of a content: a string, or a list of parts with texts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n\n".join(text for part in parts if isinstance(part, dict) and (text := string(part, "text")))


def whole_or_none(fields: JsonObject, *names: str) -> int | None:
    """Return the first of these fields that is a whole number above 0, None if there is none.

    A number that not every JSON reader keeps exactly is left out.
    """
    for name in names:
        value = fields.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST:
            return value
    return None


def remaining(fields: JsonObject, *read: str) -> JsonObject:
    """Return the fields that are not among those that were read."""
    return {name: value for name, value in fields.items() if name not in _OF_THE_STREAM and name not in read}


def read_tools(tools: Any, schema: str, members: frozenset[str]) -> tuple[ToolDefinition, ...]:
    """Return tools as definitions; none if a definition could not hold everything that a tool says.

    `schema` is the member with the JSON Schema of the arguments; `members` are all that a tool may have.
    """
    if not isinstance(tools, list):
        return ()
    read = []
    for tool in tools:
        if not isinstance(tool, dict) or not tool.keys() <= members or not string(tool, "name"):
            return ()
        read.append(ToolDefinition(tool["name"], string(tool, "description"), mapping(tool, schema)))
    return tuple(read)


def merged_turns(turns: Iterable[tuple[Role, list[Part]]]) -> tuple[Message, ...]:
    """Return messages in which turns of the model, or results of tools, that follow each other are one."""
    merged: list[tuple[Role, list[Part]]] = []
    for role, parts in turns:
        if merged and role != "user" and merged[-1][0] == role:
            merged[-1][1].extend(parts)
        else:
            merged.append((role, list(parts)))
    return tuple(Message(role, tuple(parts) or (TextPart(""),)) for role, parts in merged)


def _name_for(media_type: str) -> str:
    kind, _, extension = media_type.partition("/")
    return f"{'image' if kind == 'image' else 'file'}.{extension}" if extension.isalnum() else "file"
