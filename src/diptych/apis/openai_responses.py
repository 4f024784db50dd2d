"""OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses-streaming)."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, ClassVar, assert_never

from diptych.apis.data import JsonObject, array, mapping, mappings, string, text_or_json, whole
from diptych.apis.dialect import Dialect, is_unnamed, kind_of
from diptych.apis.error_objects import reported_error
from diptych.apis.openai_responses_request import request_fields
from diptych.apis.response_parts import Parts, Place, place_of
from diptych.apis.sse import ServerSentEvent
from diptych.apis.token_counts import merged, openai_usage
from diptych.core.content import (
    Cancelled,
    Complete,
    Content,
    GrowingKind,
    Identity,
    PartBegins,
    Ping,
    Refusal,
    ServerWork,
    Stop,
    Structure,
    Text,
    Thinking,
    ToolArguments,
    ToolCall,
    Unknown,
    UsageReport,
)
from diptych.core.request import Request

# Both the deltas of content and the events that repeat it whole, by the type they have in common: today's names first,
# then those of older versions and of the Realtime API, which other servers still use.
_CONTENT: dict[str, GrowingKind] = {
    "response.output_text": "text",
    "response.refusal": "refusal",
    "response.reasoning_summary_text": "thinking",
    "response.reasoning_text": "thinking",
    "response.reasoning": "thinking",
    "response.reasoning_summary": "thinking",
    "response.reasoning_content": "thinking",
    "response.text": "text",
    "response.audio.transcript": "text",
    "response.audio_transcript": "text",
    "response.output_audio_transcript": "text",
}
_PARTS = frozenset({"response.content_part", "response.reasoning_summary_part", "response.reasoning_part"})

_CANCELLED = frozenset({"cancelled", "canceled"})
_LAST = frozenset(f"response.{action}" for action in ("completed", "incomplete", "failed", "done", *_CANCELLED))
_OF_THE_CLIENT = frozenset(
    {"function_call", "custom_tool_call", "computer_call", "local_shell_call", "shell_call", "apply_patch_call"}
)
"""Calls that the client has to carry out; all others the server does itself, while nothing is written."""

_ARGUMENTS = frozenset(
    {
        "response.function_call_arguments",
        "response.function_call.arguments",
        "response.mcp_call.arguments",
        "response.custom_tool_call_input",
        "response.mcp_call_arguments",
        "response.code_interpreter_call_code",
    }
)


class OpenAIResponses(Dialect):
    """Reads output items by their index, since some servers change the ids between events; others give only ids."""

    own_fields: ClassVar[frozenset[str]] = frozenset({"store"})
    limits: ClassVar[Mapping[str, str]] = {"max_output_tokens": ""}

    def __init__(self) -> None:
        self._tools = 0
        self._tool_at: dict[int | str, int] = {}
        self._call_ids: dict[int, str] = {}
        self._with_arguments: set[int] = set()
        self._in_pieces: set[GrowingKind] = set()
        self._wholes: set[tuple[Place, str]] = set()
        self._parts = Parts()
        self._usage: JsonObject = {}

    @staticmethod
    def method(client: Any) -> Callable[..., Awaitable[Any]]:
        method: Callable[..., Awaitable[Any]] = client.responses.create
        return method

    @staticmethod
    def _request_fields(request: Request) -> JsonObject:
        return request_fields(request)

    @staticmethod
    def _is_of_the_api(value: JsonObject) -> bool:
        return string(value, "type").startswith("response.") or string(value, "object") == "response"

    def _meanings(self, event: ServerSentEvent, data: JsonObject) -> Iterator[Content]:
        kind = kind_of(event, data)
        subject, _, action = kind.rpartition(".")
        if subject in _CONTENT:
            yield from self._content(_CONTENT[subject], action, data)
        elif subject in _ARGUMENTS and data:  # where a stream was cut there may be a name alone, which is no call
            yield from self._arguments(action, data)
        elif subject == "response.output_item":
            yield from self._item(action, data)
        elif kind in _LAST:
            yield from self._last(action, data)
        elif string(data, "object") == "response":  # whole, from a server that does not stream
            yield from self._last("done", {"response": data})
        elif subject in _PARTS:
            yield from self._part(action, data)
        elif kind == "error" or data.get("error"):
            yield self._error_object(data)
        elif response := mapping(data, "response"):
            yield Identity(string(response, "model") or None, string(response, "id") or None)
        else:
            yield from self._other(kind, action, event, data)

    def _other(self, kind: str, action: str, event: ServerSentEvent, data: JsonObject) -> Iterator[Content]:
        """What an event means that carries no content."""
        if kind in ("ping", "keepalive"):
            yield Ping()
        elif error := reported_error(data, is_foreign=is_unnamed(event) and not kind.startswith("response.")):
            yield self._error(error, data)
        elif kind.startswith("response.") and action != "delta":
            yield Structure("")
        else:
            yield Unknown(kind)

    def _content(self, content: GrowingKind, action: str, data: JsonObject) -> Iterator[Content]:
        place = place_of(content, data)
        if action == "delta":
            piece = string(data, "delta") or string(mapping(data, "delta"), "text")
            if piece:
                self._in_pieces.add(content)
            yield from self._say(place, piece)
        else:
            yield Structure("")
            if action == "done":
                whole_text = (string(data, name) for name in ("text", "refusal", "transcript"))
                yield from self._whole(place, next(filter(None, whole_text), ""))

    def _say(self, place: Place, text: str) -> Iterator[Content]:
        """A piece of content; one that belongs to another part than the piece before begins a paragraph."""
        if text and self._parts.is_another(place):
            yield PartBegins(place.kind)
        yield _piece(place.kind, text)

    def _part(self, action: str, data: JsonObject) -> Iterator[Content]:
        """A part of a message or of the reasoning begins or ends; at its end it may come whole."""
        part = mapping(data, "part")
        kind = string(part, "type")
        yield Structure(kind)
        if action == "added":
            self._parts.announce_part()
        elif action == "done" and kind in ("output_text", "text", "refusal", "audio", "output_audio"):
            content: GrowingKind = "refusal" if string(part, "refusal") else "text"
            yield from self._whole(place_of(content, data), string(part, "refusal") or _text_of(part))

    def _whole(self, place: Place, text: str) -> Iterator[Content]:
        """Content that comes whole, unless it has come before.

        A server that sends a kind of content in pieces does so always; its indices are no help, since not every
        server uses the same for the pieces and for the whole.
        """
        if place.kind in self._in_pieces or not text:
            return
        if not any(place.may_be(seen) and text == said for seen, said in self._wholes):
            self._wholes.add((place, text))
            yield from self._say(place, text)

    def _item(self, action: str, data: JsonObject) -> Iterator[Content]:
        item = mapping(data, "item")
        kind = string(item, "type")
        yield Structure(kind)
        if _is_server_work(kind):
            yield ServerWork(kind)
        if kind == "reasoning" and action == "added":
            yield PartBegins("text")
            yield Thinking("")  # it may end without ever showing any
        if _is_call(kind):
            tool = self._known_tool(data)
            if tool is None or (action == "added" and self._call_ids[tool] not in ("", string(item, "call_id"))):
                tool = self._tools + 1
                yield self._tool_call(self._names(data), item)
            if action == "done" or string(item, "status") == "completed":
                yield from self._whole_arguments(tool, item)
        elif kind == "message" and action == "added":
            self._parts.announce_message()
        elif action == "done":
            for content, _, text in _content_of(item):
                pieces = list(self._whole(Place(content, whole(data, "output_index"), None), text))
                yield from [PartBegins(content), *pieces] if pieces else []

    def _arguments(self, action: str, data: JsonObject) -> Iterator[Content]:
        tool = self._known_tool(data)
        if tool is None:  # its beginning was missed
            tool = self._tools + 1
            yield self._tool_call(self._names(data), {"id": string(data, "item_id")})
        if action == "delta":
            piece = string(data, "delta")
            if piece:
                self._with_arguments.add(tool)
            yield ToolArguments(tool, piece)
        else:
            yield Structure("")
            yield from self._whole_arguments(tool, data)

    def _whole_arguments(self, tool: int, container: JsonObject) -> Iterator[Content]:
        """Arguments that came whole, unless they have come in pieces before."""
        arguments = _arguments_of(container)
        if arguments and tool not in self._with_arguments:
            self._with_arguments.add(tool)
            yield ToolArguments(tool, arguments)

    def _last(self, action: str, data: JsonObject) -> Iterator[Content]:
        response = mapping(data, "response")
        yield Identity(string(response, "model") or None, string(response, "id") or None)
        yield from self._whole_output(mappings(response, "output"))
        status = string(response, "status") or ("completed" if action == "done" else action)
        detail = mapping(response, "incomplete_details")
        yield Stop(string(detail, "reason") or status, detail or None)
        if usage := mapping(response, "usage"):
            self._usage = merged(self._usage, usage)
            yield UsageReport(openai_usage(self._usage), self._usage)
        if "failed" in (action, status):
            yield self._error_object(data if data.get("error") else response)
        elif _CANCELLED & {action, status}:
            yield Cancelled()
        else:
            yield from self._stop_errors(string(detail, "reason"))
            yield Complete()

    def _whole_output(self, items: list[JsonObject]) -> Iterator[Content]:
        """What the server has not sent of its output before: some stream none of it, some no tool calls."""
        seen = self._in_pieces | {place.kind for place, _ in self._wholes}
        reads_tools = not self._tool_at
        for index, item in enumerate(items):
            if reads_tools and _is_call(string(item, "type")):
                yield self._tool_call([], item)
                yield from self._whole_arguments(self._tools, item)
            for content, part, text in _content_of(item):
                if content not in seen:
                    yield from self._say(Place(content, index, part, is_summary=content == "thinking"), text)

    def _tool_call(self, names: list[int | str], item: JsonObject) -> ToolCall:
        self._tools += 1
        self._tool_at |= dict.fromkeys(names, self._tools)
        call_id = self._call_ids[self._tools] = string(item, "call_id")
        return ToolCall(
            self._tools, call_id or string(item, "id") or None, string(item, "name") or string(item, "type")
        )

    def _known_tool(self, data: JsonObject) -> int | None:
        """The call that an event is about, by what names it best."""
        return next((self._tool_at[name] for name in self._names(data) if name in self._tool_at), None)

    def _names(self, data: JsonObject) -> list[int | str]:
        """What names a call, the surest first: only the call's own id stays the same on every server."""
        item, index = mapping(data, "item"), whole(data, "output_index")
        ids = (string(item, "call_id"), string(data, "call_id"), index, string(data, "item_id"), string(item, "id"))
        return [name for name in ids if name is not None and name != ""]


def _is_call(kind: str) -> bool:
    """Whether an output item is a tool call."""
    return kind.endswith("_call") or kind == "mcp_approval_request"


def _is_server_work(kind: str) -> bool:
    """Whether an output item is something that the server does beside writing the answer."""
    return (kind.endswith("_call") and kind not in _OF_THE_CLIENT) or kind in ("mcp_list_tools", "compaction")


def _arguments_of(container: JsonObject) -> str:
    """The arguments of a call that came whole: what the model wrote for the tool, by whichever name."""
    for name in ("arguments", "input", "code"):
        if text := text_or_json(container, name):
            return text
    for name in ("action", "operation"):
        if action := mapping(container, name):
            return json.dumps({key: value for key, value in action.items() if key != "sources"}, ensure_ascii=False)
    queries = array(container, "queries")
    return json.dumps({"queries": queries}, ensure_ascii=False) if queries else ""


def _content_of(item: JsonObject) -> Iterator[tuple[GrowingKind, int, str]]:
    """The content of a whole output item, with the index of its part; only two types of item have any."""
    match string(item, "type"):
        case "reasoning":
            for index, part in enumerate(mappings(item, "summary") + mappings(item, "content")):
                yield "thinking", index, string(part, "text")
        case "message":
            for index, part in enumerate(mappings(item, "content")):
                refusal = string(part, "refusal")
                yield ("refusal", index, refusal) if refusal else ("text", index, _text_of(part))


def _text_of(part: JsonObject) -> str:
    return string(part, "text") or string(part, "transcript")


def _piece(content: GrowingKind, text: str) -> Content:
    match content:
        case "text":
            return Text(text)
        case "refusal":
            return Refusal(text)
        case "thinking":
            return Thinking(text)
        case _:
            assert_never(content)
