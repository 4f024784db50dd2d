"""OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses-streaming)."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, ClassVar, assert_never

from diptych.apis.dialect import Dialect, is_unnamed, kind_of
from diptych.apis.lenient_json import mapping, mappings, string, whole
from diptych.apis.openai_responses_request import request_fields
from diptych.apis.response_parts import PartBoundaries, Place, place_of
from diptych.apis.response_tool_calls import ResponseToolCalls, is_tool_call
from diptych.apis.sse import ServerSentEvent
from diptych.apis.stream_errors import reported_error
from diptych.apis.token_counts import merged, openai_usage
from diptych.core.content import (
    Cancelled,
    Complete,
    Content,
    GrowingKind,
    Identity,
    PartBegins,
    Ping,
    ReasoningBlock,
    Refusal,
    ServerWork,
    Stop,
    Structure,
    Text,
    Thinking,
    Unknown,
    UsageReport,
)
from diptych.core.json_text import JsonObject
from diptych.core.request import Request

# The types that the deltas of a kind of content share with the events that repeat it whole. Today's names come first,
# then those of older versions and of the Realtime API, which other servers still use.
_CONTENT_EVENTS: dict[str, GrowingKind] = {
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
_PART_EVENTS = frozenset({"response.content_part", "response.reasoning_summary_part", "response.reasoning_part"})

_CANCELLED = frozenset({"cancelled", "canceled"})
_TERMINAL_EVENTS = frozenset(
    f"response.{action}" for action in ("completed", "incomplete", "failed", "done", *_CANCELLED)
)
_CLIENT_CALLS = frozenset(
    {"function_call", "custom_tool_call", "computer_call", "local_shell_call", "shell_call", "apply_patch_call"}
)
"""Calls that the client has to carry out. The server makes all other calls itself, and writes nothing while it does."""

_OTHER_SERVER_WORK = frozenset({"mcp_list_tools", "compaction", "program"})

_ARGUMENT_EVENTS = frozenset(
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
    """Assigns events to output items by their index, since some servers change the ids between events.

    Where a server gives no index, the ids are used.
    """

    conversation_field: ClassVar[str] = "input"
    optional_fields: ClassVar[frozenset[str]] = frozenset({"store"})
    limit_fields: ClassVar[Mapping[str, str]] = {"max_output_tokens": ""}
    shared_objects: ClassVar[frozenset[str]] = frozenset({"text"})

    def __init__(self) -> None:
        self._tool_calls = ResponseToolCalls()
        self._in_pieces: set[GrowingKind] = set()
        self._seen_whole: set[tuple[Place, str]] = set()
        self._parts = PartBoundaries()
        self._usage: JsonObject = {}

    @staticmethod
    def method(client: Any) -> Callable[..., Awaitable[Any]]:
        method: Callable[..., Awaitable[Any]] = client.responses.create
        return method

    @staticmethod
    def _request_fields(request: Request) -> JsonObject:
        return request_fields(request)

    @staticmethod
    def _belongs_to_api(value: JsonObject) -> bool:
        return string(value, "type").startswith("response.") or string(value, "object") == "response"

    def _contents(self, event: ServerSentEvent, data: JsonObject) -> Iterator[Content]:
        kind = kind_of(event, data)
        subject, _, action = kind.rpartition(".")
        if subject in _CONTENT_EVENTS:
            yield from self._content(_CONTENT_EVENTS[subject], action, data)
        elif subject in _ARGUMENT_EVENTS and data:  # a stream that was cut may end in a name without data
            yield from self._tool_calls.read_arguments(action, data)
        elif subject == "response.output_item":
            yield from self._item(action, data)
        elif kind in _TERMINAL_EVENTS:
            yield from self._terminal_event(action, data)
        elif string(data, "object") == "response":  # a whole response, from a server that does not stream
            yield from self._terminal_event("done", {"response": data})
        elif subject in _PART_EVENTS:
            yield from self._part(action, data)
        elif kind == "error" or data.get("error"):
            yield self._error_object(data)
        elif response := mapping(data, "response"):
            yield Identity(string(response, "model") or None, string(response, "id") or None)
        else:
            yield from self._event_without_content(kind, action, event, data)

    def _event_without_content(
        self, kind: str, action: str, event: ServerSentEvent, data: JsonObject
    ) -> Iterator[Content]:
        """Yield a ping, an error, or what else an event is that adds nothing to the answer."""
        if kind in ("ping", "keepalive"):
            yield Ping()
        elif error := reported_error(data, is_foreign=is_unnamed(event) and not kind.startswith("response.")):
            yield self._error(error, data)
        elif kind.startswith("response.") and action != "delta":
            yield Structure("")
        else:
            yield Unknown(kind)
            yield from self._foreign(data)

    def _content(self, content: GrowingKind, action: str, data: JsonObject) -> Iterator[Content]:
        place = place_of(content, data)
        if action == "delta":
            piece = string(data, "delta") or string(mapping(data, "delta"), "text")
            if piece:
                self._in_pieces.add(content)
            yield from self._content_piece(place, piece)
        else:
            yield Structure("")
            if action == "done":
                whole_text = (string(data, name) for name in ("text", "refusal", "transcript"))
                yield from self._whole_content(place, next(filter(None, whole_text), ""))

    def _content_piece(self, place: Place, text: str) -> Iterator[Content]:
        """Yield a piece of content. If it belongs to another part than the piece before, it begins a paragraph."""
        if text and self._parts.starts_part(place):
            yield PartBegins(place.kind)
        yield _piece(place.kind, text)

    def _part(self, action: str, data: JsonObject) -> Iterator[Content]:
        """Handle the beginning or the end of a part of a message or of the reasoning. Its end may bring it whole."""
        part = mapping(data, "part")
        kind = string(part, "type")
        yield Structure(kind)
        if action == "added":
            self._parts.announce_part()
        elif action == "done" and kind in ("output_text", "text", "refusal", "audio", "output_audio"):
            content: GrowingKind = "refusal" if string(part, "refusal") else "text"
            yield from self._whole_content(place_of(content, data), string(part, "refusal") or _text_of(part))

    def _whole_content(self, place: Place, text: str) -> Iterator[Content]:
        """Yield content that comes whole, unless it has come before.

        A server that sends a kind of content in pieces always does so. Indices cannot decide it, since not every
        server uses the same ones for the pieces and for the whole.
        """
        if place.kind in self._in_pieces or not text:
            return
        if not any(place.may_be(seen) and text == said for seen, said in self._seen_whole):
            self._seen_whole.add((place, text))
            yield from self._content_piece(place, text)

    def _item(self, action: str, data: JsonObject) -> Iterator[Content]:
        item = mapping(data, "item")
        kind = string(item, "type")
        yield Structure(kind)
        if _is_server_work(kind):
            yield ServerWork(kind)
        if kind == "reasoning" and action == "added":
            yield PartBegins("text")
            yield Thinking("")  # the item may end without showing any thinking
        if kind == "reasoning" and action == "done" and string(item, "encrypted_content"):
            yield ReasoningBlock(item)
        if is_tool_call(kind):
            yield from self._tool_calls.read_item(action, data)
        elif kind == "message" and action == "added":
            self._parts.announce_message()
        elif action == "done":
            for content, _, text in _content_of(item):
                pieces = list(self._whole_content(Place(content, whole(data, "output_index"), None), text))
                yield from [PartBegins(content), *pieces] if pieces else []

    def _terminal_event(self, action: str, data: JsonObject) -> Iterator[Content]:
        response = mapping(data, "response")
        if not response and "output" in data:
            response = data  # some gateways send the response itself as the event
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
        """Yield the output that was not streamed: some servers stream nothing, some do not stream tool calls."""
        seen = self._in_pieces | {place.kind for place, _ in self._seen_whole}
        reads_tools = not self._tool_calls.has_streamed
        for index, item in enumerate(items):
            if reads_tools and is_tool_call(string(item, "type")):
                yield from self._tool_calls.read_whole(item)
            for content, part, text in _content_of(item):
                if content not in seen:
                    yield from self._content_piece(Place(content, index, part, is_summary=content == "thinking"), text)


def _is_server_work(kind: str) -> bool:
    """Whether an output item of this type is work that the server does instead of writing the answer."""
    return (kind.endswith("_call") and kind not in _CLIENT_CALLS) or kind in _OTHER_SERVER_WORK


def _content_of(item: JsonObject) -> Iterator[tuple[GrowingKind, int, str]]:
    """Yield the content of a whole output item, each text with the index of its part.

    Only messages and reasoning have content.
    """
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
