"""Anthropic's Messages API (https://docs.anthropic.com/en/api/messages-streaming)."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, ClassVar

from diptych.apis.data import JsonObject, mapping, mappings, string, text_or_json, whole
from diptych.apis.dialect import Dialect, kind_of
from diptych.core.meaning import (
    Complete,
    Identity,
    Meaning,
    Ping,
    RedactedThinking,
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

_QUIET_DELTAS = {"signature_delta": "signature", "citations_delta": "citation", "compaction_delta": "compaction"}


class AnthropicMessages(Dialect):
    """Reads content blocks by their index.

    A message that starts again in mid-stream (broken proxies do that) goes on where the first one stood: text is kept
    in arrival order, usage merged, and block indices begin anew.
    """

    late_usage: ClassVar[float] = 1.0

    def __init__(self) -> None:
        self._usage: JsonObject = {}
        self._usage_counts_output = False
        self._tools = 0
        self._tool_at: dict[int | None, int] = {}
        self._whole_inputs: dict[int | None, str] = {}
        self._whole_blocks: dict[int, JsonObject] = {}

    @staticmethod
    def method(client: Any) -> Callable[..., Awaitable[Any]]:
        method: Callable[..., Awaitable[Any]] = client.messages.create
        return method

    @staticmethod
    def _request_fields(request: Request) -> JsonObject:
        settings = request.settings
        arguments: JsonObject = {
            "model": settings.model,
            "max_tokens": settings.max_tokens,
            "messages": [{"role": message.role, "content": message.text} for message in request.messages],
            "stream": True,
        }
        if settings.system:
            arguments["system"] = settings.system
        return arguments

    def _meanings(self, event: ServerSentEvent, data: JsonObject) -> Iterator[Meaning]:
        kind = kind_of(event, data)
        match kind:
            case "content_block_delta":
                yield from self._block_delta(whole(data, "index"), mapping(data, "delta"))
            case "content_block_start":
                index = whole(data, "index")
                yield from self._whole_content(before=index)
                yield from self._block_start(index, mapping(data, "content_block"))
            case "content_block_stop":
                yield from self._block_stop(whole(data, "index"))
            case "ping":
                yield Ping()
            case "message_start":
                yield from self._message_start(mapping(data, "message"))
            case "message_delta":
                yield from self._stop(mapping(data, "delta"))
                yield from self._usage_report(mapping(data, "usage"), counts_output=True)
            case "message_stop":
                for index in list(self._whole_inputs):
                    yield from self._block_stop(index)
                yield from self._whole_content()
                yield Complete()
            case "error":
                yield self._reported_error(data)
            case _:
                yield Unknown(kind)

    def _message_start(self, message: JsonObject) -> Iterator[Meaning]:
        yield Identity(string(message, "model") or None, string(message, "id") or None)
        self._whole_blocks = dict(enumerate(mappings(message, "content")))
        yield from self._stop(message)
        yield from self._usage_report(mapping(message, "usage"), counts_output=bool(message.get("stop_reason")))

    def _whole_content(self, before: int | None = None) -> Iterator[Meaning]:
        """The blocks that came whole with the message's start, up to one that is streamed itself."""
        for index, block in list(self._whole_blocks.items()):
            if before is None or index <= before:
                del self._whole_blocks[index]
                if index != before:
                    yield from self._block_start(index, block)
                    yield from self._block_stop(index)

    def _block_start(self, index: int | None, block: JsonObject) -> Iterator[Meaning]:
        kind = string(block, "type")
        yield Structure(kind)
        if kind == "text":
            yield Text(string(block, "text"))
        elif kind == "thinking":
            yield Thinking(string(block, "thinking"))
        elif kind == "redacted_thinking":
            yield RedactedThinking()
        elif kind.endswith("tool_use"):
            yield self._tool_call(index, string(block, "id") or None, string(block, "name") or kind)
            if whole_input := text_or_json(block, "input"):
                self._whole_inputs[index] = whole_input

    def _block_delta(self, index: int | None, delta: JsonObject) -> Iterator[Meaning]:
        kind = string(delta, "type")
        if kind == "text_delta":
            yield Text(string(delta, "text"))
        elif kind == "thinking_delta":
            yield Thinking(string(delta, "thinking"))
        elif kind == "input_json_delta":
            if index not in self._tool_at:
                yield self._tool_call(index, None, "")
            piece = string(delta, "partial_json")
            if piece:
                self._whole_inputs.pop(index, None)
            yield ToolArguments(self._tool_at[index], piece)
        elif kind in _QUIET_DELTAS:
            yield Structure(_QUIET_DELTAS[kind])
        else:
            yield Unknown(kind)

    def _block_stop(self, index: int | None) -> Iterator[Meaning]:
        # Some servers send a tool's input whole in its start event instead of in pieces.
        whole_input = self._whole_inputs.pop(index, None)
        if whole_input is not None:
            yield ToolArguments(self._tool_at[index], whole_input)
        yield Structure("" if index is None else f"block {index}")

    def _stop(self, container: JsonObject) -> Iterator[Meaning]:
        if reason := string(container, "stop_reason"):
            detail = mapping(container, "stop_details") or None
            if detail is None and (sequence := string(container, "stop_sequence")):
                detail = {"stop_sequence": sequence}
            yield Stop(reason, detail)

    def _tool_call(self, index: int | None, tool_id: str | None, name: str) -> ToolCall:
        self._tools += 1
        self._tool_at[index] = self._tools
        return ToolCall(self._tools, tool_id, name)

    def _usage_report(self, usage: JsonObject, *, counts_output: bool) -> Iterator[Meaning]:
        if not usage:
            return
        if counts_output and count(usage, "output_tokens") is not None:
            self._usage_counts_output = True
        for key, value in usage.items():
            if value is not None or key not in self._usage:  # a null says nothing about what was said before
                self._usage[key] = value
        yield UsageReport(self._normalised(), dict(self._usage))

    def _normalised(self) -> Usage:
        raw = self._usage
        uncached = count(raw, "input_tokens")
        read = count(raw, "cache_read_input_tokens")
        written = count(raw, "cache_creation_input_tokens")
        return Usage(
            # Anthropic counts cached tokens beside input_tokens, not in it.
            input_tokens=None if uncached is None else uncached + (read or 0) + (written or 0),
            cache_read_tokens=read,
            cache_write_tokens=written,
            # What message_start says of the output is where counting begins, unless the message ends there.
            output_tokens=count(raw, "output_tokens") if self._usage_counts_output else None,
            reasoning_tokens=count(raw, "output_tokens_details", "thinking_tokens"),
            cache_write_1h_tokens=count(raw, "cache_creation", "ephemeral_1h_input_tokens"),
        )
