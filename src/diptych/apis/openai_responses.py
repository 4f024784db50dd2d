"""OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses-streaming)."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, ClassVar, Literal, assert_never

from diptych.apis.data import JsonObject, mapping, mappings, string, text_or_json, whole
from diptych.apis.dialect import Dialect, kind_of
from diptych.core.meaning import (
    Complete,
    Identity,
    Meaning,
    Ping,
    Refusal,
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
from diptych.core.sse import ServerSentEvent
from diptych.core.usage import Usage, count

_Content = Literal["text", "refusal", "thinking"]
_Place = tuple[_Content, int | None, int | None]
"""A kind of content, the index of its output item, and that of its part; None where the server does not say."""

# Both the deltas of content and the events that repeat it whole, by the type they have in common.
_CONTENT: dict[str, _Content] = {
    "response.output_text": "text",
    "response.refusal": "refusal",
    "response.reasoning_summary_text": "thinking",
    "response.reasoning_text": "thinking",
    "response.reasoning": "thinking",
}
_LAST = frozenset({"response.completed", "response.incomplete", "response.failed", "response.done"})
_ARGUMENTS = frozenset(
    {
        "response.function_call_arguments",
        "response.custom_tool_call_input",
        "response.mcp_call_arguments",
        "response.code_interpreter_call_code",
    }
)


class OpenAIResponses(Dialect):
    """Reads output items by their index, since some servers change the ids between events; others give only ids."""

    late_usage: ClassVar[float] = 1.0
    own_fields: ClassVar[frozenset[str]] = frozenset({"store"})
    limits: ClassVar[Mapping[str, str]] = {"max_output_tokens": ""}

    def __init__(self) -> None:
        self._tools = 0
        self._tool_at: dict[int | str, int] = {}
        self._call_ids: dict[int, str] = {}
        self._with_arguments: set[int] = set()
        self._in_pieces: set[_Content] = set()
        self._wholes: set[tuple[_Place, str]] = set()

    @staticmethod
    def method(client: Any) -> Callable[..., Awaitable[Any]]:
        method: Callable[..., Awaitable[Any]] = client.responses.create
        return method

    @staticmethod
    def _request_fields(request: Request) -> JsonObject:
        settings = request.settings
        arguments: JsonObject = {
            "model": settings.model,
            "input": [{"role": message.role, "content": message.text} for message in request.messages],
            "max_output_tokens": settings.max_tokens,
            "store": False,
            "stream": True,
        }
        if settings.system:
            arguments["instructions"] = settings.system
        return arguments

    def _meanings(self, event: ServerSentEvent, data: JsonObject) -> Iterator[Meaning]:
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
        elif kind == "error" or data.get("error"):
            yield self._reported_error(data)
        elif response := mapping(data, "response"):
            yield Identity(string(response, "model") or None, string(response, "id") or None)
        elif kind in ("ping", "keepalive"):
            yield Ping()
        elif kind.startswith("response.") and action != "delta":
            yield Structure(string(mapping(data, "part"), "type"))
        else:
            yield Unknown(kind)

    def _content(self, content: _Content, action: str, data: JsonObject) -> Iterator[Meaning]:
        part = whole(data, "content_index")
        place = (content, whole(data, "output_index"), whole(data, "summary_index") if part is None else part)
        if action == "delta":
            piece = string(data, "delta")
            if piece:
                self._in_pieces.add(content)
            yield _piece(content, piece)
        else:
            yield Structure("")
            if action == "done":
                yield from self._whole(place, string(data, "text") or string(data, "refusal"))

    def _whole(self, place: _Place, text: str) -> Iterator[Meaning]:
        """Content that comes whole, unless it has come before.

        A server that sends a kind of content in pieces does so always; its indices are no help, since not every
        server uses the same for the pieces and for the whole.
        """
        if place[0] in self._in_pieces or not text:
            return
        if not any(_may_be_one(place, seen) and text == said for seen, said in self._wholes):
            self._wholes.add((place, text))
            yield _piece(place[0], text)

    def _item(self, action: str, data: JsonObject) -> Iterator[Meaning]:
        item = mapping(data, "item")
        kind = string(item, "type")
        yield Structure(kind)
        if kind.endswith("_call"):
            tool = self._known_tool(data)
            if tool is None or (action == "added" and self._call_ids[tool] not in ("", string(item, "call_id"))):
                tool = self._tools + 1
                yield self._tool_call(self._names(data), item)
            if action == "done" or string(item, "status") == "completed":
                yield from self._whole_arguments(tool, item)
        elif action == "done":
            for content, text in _content_of(item):
                yield from self._whole((content, whole(data, "output_index"), None), text)

    def _arguments(self, action: str, data: JsonObject) -> Iterator[Meaning]:
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

    def _whole_arguments(self, tool: int, container: JsonObject) -> Iterator[Meaning]:
        """Arguments that came whole, unless they have come in pieces before."""
        arguments = next(
            (text for name in ("arguments", "input", "code") if (text := text_or_json(container, name))), ""
        )
        if arguments and tool not in self._with_arguments:
            self._with_arguments.add(tool)
            yield ToolArguments(tool, arguments)

    def _last(self, action: str, data: JsonObject) -> Iterator[Meaning]:
        response = mapping(data, "response")
        yield Identity(string(response, "model") or None, string(response, "id") or None)
        yield from self._whole_output(mappings(response, "output"))
        status = string(response, "status") or ("completed" if action == "done" else action)
        detail = mapping(response, "incomplete_details")
        yield Stop(string(detail, "reason") or status, detail or None)
        if usage := mapping(response, "usage"):
            yield UsageReport(_normalised(usage), usage)
        if "failed" in (action, status):
            yield self._reported_error(data if data.get("error") else response)
        else:
            yield Complete()

    def _whole_output(self, items: list[JsonObject]) -> Iterator[Meaning]:
        """What the server has not sent of its output before: some stream none of it, some no tool calls."""
        seen = self._in_pieces | {place[0] for place, _ in self._wholes}
        reads_tools = not self._tool_at
        for item in items:
            if reads_tools and string(item, "type").endswith("_call"):
                yield self._tool_call([], item)
                yield from self._whole_arguments(self._tools, item)
            for content, text in _content_of(item):
                if content not in seen:
                    yield _piece(content, text)

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


def _may_be_one(place: _Place, other: _Place) -> bool:
    """Whether two places may be the same; a server that gives no indices leaves only the kind to go by."""
    return all(here is None or there is None or here == there for here, there in zip(place, other, strict=True))


def _content_of(item: JsonObject) -> Iterator[tuple[_Content, str]]:
    """The content of a whole output item; only two types of item have any of the answer's."""
    match string(item, "type"):
        case "reasoning":
            for part in mappings(item, "summary") + mappings(item, "content"):
                yield "thinking", string(part, "text")
        case "message":
            for part in mappings(item, "content"):
                refusal = string(part, "refusal")
                yield ("refusal", refusal) if refusal else ("text", string(part, "text"))


def _piece(content: _Content, text: str) -> Meaning:
    match content:
        case "text":
            return Text(text)
        case "refusal":
            return Refusal(text)
        case "thinking":
            return Thinking(text)
        case _:
            assert_never(content)


def _normalised(raw: JsonObject) -> Usage:
    return Usage(
        input_tokens=count(raw, "input_tokens"),
        cache_read_tokens=count(raw, "input_tokens_details", "cached_tokens"),
        cache_write_tokens=count(raw, "input_tokens_details", "cache_write_tokens"),
        output_tokens=count(raw, "output_tokens"),
        reasoning_tokens=count(raw, "output_tokens_details", "reasoning_tokens"),
    )
