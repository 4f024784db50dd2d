"""OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses-streaming)."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, ClassVar, Literal, assert_never

from diptych.apis.data import JsonObject, mapping, mappings, string, whole
from diptych.apis.dialect import Dialect, kind_of, reported_error
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

# Both the deltas of content and the events that repeat it whole, by the type they have in common.
_CONTENT: dict[str, _Content] = {
    "response.output_text": "text",
    "response.refusal": "refusal",
    "response.reasoning_summary_text": "thinking",
    "response.reasoning_text": "thinking",
}
_ARGUMENTS = frozenset(
    {
        "response.function_call_arguments",
        "response.custom_tool_call_input",
        "response.mcp_call_arguments",
        "response.code_interpreter_call_code",
    }
)


class OpenAIResponses(Dialect):
    """Reads output items by their index, since some servers change the ids between events."""

    late_usage: ClassVar[float] = 1.0

    def __init__(self) -> None:
        self._tools = 0
        self._tool_at: dict[int | str, int] = {}
        self._with_arguments: set[int] = set()
        self._streamed: set[tuple[_Content, int | None, int | None]] = set()

    @staticmethod
    def method(client: Any) -> Callable[..., Awaitable[Any]]:
        method: Callable[..., Awaitable[Any]] = client.responses.create
        return method

    @staticmethod
    def arguments(request: Request) -> JsonObject:
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
        if settings.params:
            arguments["extra_body"] = dict(settings.params)
        return arguments

    def _meanings(self, event: ServerSentEvent, data: JsonObject) -> Iterator[Meaning]:
        kind = kind_of(event, data)
        subject, _, action = kind.rpartition(".")
        if subject in _CONTENT:
            yield from self._content(_CONTENT[subject], action, data)
        elif subject in _ARGUMENTS:
            yield from self._arguments(action, data)
        elif subject == "response.output_item":
            yield from self._item(action, data)
        elif kind in ("response.completed", "response.incomplete", "response.failed"):
            yield from self._last(action, mapping(data, "response"))
        elif kind == "error":
            yield reported_error(data)
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
        key = (content, whole(data, "output_index"), whole(data, "summary_index") if part is None else part)
        if action == "delta":
            piece = string(data, "delta")
            if piece:
                self._streamed.add(key)
            yield _piece(content, piece)
        elif action == "done" and not self._has_streamed(key):
            # Some servers send no deltas.
            self._streamed.add(key)
            yield _piece(content, string(data, "text") or string(data, "refusal"))
        else:
            yield Structure("")

    def _has_streamed(self, key: tuple[_Content, int | None, int | None]) -> bool:
        """Whether content of this place has come; a server that gives no places leaves only the kind to go by."""
        content, output, part = key
        return any(
            seen_content == content
            and (output is None or seen_output is None or seen_output == output)
            and (part is None or seen_part is None or seen_part == part)
            for seen_content, seen_output, seen_part in self._streamed
        )

    def _item(self, action: str, data: JsonObject) -> Iterator[Meaning]:
        item = mapping(data, "item")
        kind = string(item, "type")
        yield Structure(kind)
        if kind.endswith("_call"):
            key = self._tool_key(data)
            if key not in self._tool_at:
                yield self._tool_call(key, item)
            if action == "done":
                yield from self._whole_arguments(self._tool_at[key], item)

    def _arguments(self, action: str, data: JsonObject) -> Iterator[Meaning]:
        key = self._tool_key(data)
        if key not in self._tool_at:
            yield self._tool_call(key, {"id": string(data, "item_id")})  # its beginning was missed
        tool = self._tool_at[key]
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
        arguments = string(container, "arguments") or string(container, "input") or string(container, "code")
        if arguments and tool not in self._with_arguments:
            self._with_arguments.add(tool)
            yield ToolArguments(tool, arguments)

    def _last(self, action: str, response: JsonObject) -> Iterator[Meaning]:
        yield Identity(string(response, "model") or None, string(response, "id") or None)
        yield from self._whole_output(mappings(response, "output"))
        detail = mapping(response, "incomplete_details")
        yield Stop(string(detail, "reason") or string(response, "status") or action, detail or None)
        if usage := mapping(response, "usage"):
            yield UsageReport(_normalised(usage), usage)
        yield reported_error(response) if action == "failed" else Complete()

    def _whole_output(self, items: list[JsonObject]) -> Iterator[Meaning]:
        """What the server has not streamed of its output: some stream none of it, some no tool calls."""
        streamed = {content for content, _, _ in self._streamed}
        reads_tools = not self._tool_at
        for position, item in enumerate(items):
            kind = string(item, "type")
            if reads_tools and kind.endswith("_call"):
                yield self._tool_call(position, item)
                yield from self._whole_arguments(self._tool_at[position], item)
            for part in mappings(item, "summary") + mappings(item, "content"):
                content: _Content = "thinking" if kind == "reasoning" else "text"
                if string(part, "type") == "refusal":
                    content = "refusal"
                if content not in streamed:
                    yield _piece(content, string(part, "text") or string(part, "refusal"))

    def _tool_call(self, key: int | str, item: JsonObject) -> ToolCall:
        self._tools += 1
        self._tool_at[key] = self._tools
        tool_id = string(item, "call_id") or string(item, "id")
        return ToolCall(self._tools, tool_id or None, string(item, "name") or string(item, "type"))

    def _tool_key(self, data: JsonObject) -> int | str:
        index = whole(data, "output_index")
        return string(data, "item_id") or string(mapping(data, "item"), "id") if index is None else index


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
