"""Anthropic's Messages API (https://docs.anthropic.com/en/api/messages-streaming)."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, ClassVar

from diptych.apis.anthropic_request import request_fields
from diptych.apis.dialect import Dialect, is_unnamed, kind_of
from diptych.apis.lenient_json import mapping, mappings, string, text_or_json, whole
from diptych.apis.sse import ServerSentEvent
from diptych.apis.stream_errors import reported_error
from diptych.apis.token_counts import anthropic_usage, merged
from diptych.core.content import (
    Complete,
    Content,
    Identity,
    PartBegins,
    Ping,
    ReasoningBlock,
    RedactedThinking,
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
from diptych.core.json_text import JsonObject
from diptych.core.metrics.usage import count
from diptych.core.request import Request

_STRUCTURE_DELTAS = {"signature_delta": "signature", "citations_delta": "citation", "compaction_delta": "compaction"}

_MODELS_PER_PAGE = 1_000
"""The most that the API allows."""


@dataclass(frozen=True, slots=True)
class _ThinkingBlock:
    """The pieces of a block of thinking, and those of the signature with which the API takes the block back."""

    text: list[str]
    signature: list[str]

    def whole(self) -> JsonObject:
        return {"type": "thinking", "thinking": "".join(self.text), "signature": "".join(self.signature)}


class AnthropicMessages(Dialect):
    """Assigns deltas to content blocks by their index.

    Broken proxies start a message again in the middle of a stream. The second message then continues the first: text
    is kept in the order in which it arrived, usage is merged, and block indices start again.
    """

    shared_objects: ClassVar[frozenset[str]] = frozenset({"output_config"})

    def __init__(self) -> None:
        self._usage: JsonObject = {}
        self._usage_counts_output = False
        self._has_stopped = False
        self._tool_count = 0
        self._tool_by_index: dict[int | None, int] = {}
        self._whole_inputs: dict[int | None, str] = {}
        self._whole_blocks: dict[int, JsonObject] = {}
        self._thinking_blocks: dict[int | None, _ThinkingBlock] = {}

    @staticmethod
    def method(client: Any) -> Callable[..., Awaitable[Any]]:
        method: Callable[..., Awaitable[Any]] = client.messages.create
        return method

    @staticmethod
    def models_page(client: Any, after: str) -> AbstractAsyncContextManager[Any]:
        page: AbstractAsyncContextManager[Any] = client.models.with_streaming_response.list(
            limit=_MODELS_PER_PAGE, **({"after_id": after} if after else {})
        )
        return page

    @staticmethod
    def _request_fields(request: Request) -> JsonObject:
        return request_fields(request)

    @staticmethod
    def _belongs_to_api(value: JsonObject) -> bool:
        return string(value, "type").startswith(("message", "content_block"))

    def _contents(self, event: ServerSentEvent, data: JsonObject) -> Iterator[Content]:
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
            case "message" if "content" in data:  # a whole message, from a server that does not stream
                yield from self._message_start(data)
                yield from self._message_stop()
            case "message_stop":
                yield from self._message_stop()
            case "error":
                yield self._error_object(data)
            case _:
                error = reported_error(data, is_foreign=is_unnamed(event))
                yield Unknown(kind) if error is None else self._error(error, data)
                yield from self._foreign(data)

    def _message_stop(self) -> Iterator[Content]:
        for index in list(self._whole_inputs):
            yield from self._block_stop(index)
        yield from self._whole_content()
        self._has_stopped = True
        yield Complete()

    def _message_start(self, message: JsonObject) -> Iterator[Content]:
        yield Identity(string(message, "model") or None, string(message, "id") or None)
        if self._has_stopped:
            yield PartBegins("text")
        self._whole_blocks = dict(enumerate(mappings(message, "content")))
        yield from self._stop(message)
        yield from self._usage_report(mapping(message, "usage"), counts_output=bool(message.get("stop_reason")))

    def _whole_content(self, before: int | None = None) -> Iterator[Content]:
        """Yield the blocks that came whole with the start of the message, up to the one that begins to stream."""
        for index, block in list(self._whole_blocks.items()):
            if before is None or index <= before:
                del self._whole_blocks[index]
                if index != before:
                    yield from self._block_start(index, block)
                    yield from self._block_stop(index)

    def _block_start(self, index: int | None, block: JsonObject) -> Iterator[Content]:
        kind = string(block, "type")
        yield Structure(kind)
        if kind == "text":
            yield Text(string(block, "text"))
        elif kind == "thinking":
            yield PartBegins("thinking")
            yield PartBegins("text")
            yield Thinking(string(block, "thinking"))
            self._thinking_blocks[index] = _ThinkingBlock([string(block, "thinking")], [string(block, "signature")])
        elif kind == "redacted_thinking":
            yield PartBegins("text")
            yield RedactedThinking()
            yield ReasoningBlock({"type": kind, "data": string(block, "data")})
        elif kind.endswith("tool_use"):
            name = string(block, "name") or kind
            yield self._tool_call(index, string(block, "id") or None, name, is_function=kind == "tool_use")
            if whole_input := text_or_json(block, "input"):
                self._whole_inputs[index] = whole_input
        elif kind.endswith("_result") or kind == "compaction":
            yield ServerWork(kind)
        elif kind == "fallback":  # the model so far has refused, and another one goes on
            yield PartBegins("text")
            yield Identity(string(mapping(block, "to"), "model") or None, None)

    def _block_delta(self, index: int | None, delta: JsonObject) -> Iterator[Content]:
        kind = string(delta, "type")
        if kind == "text_delta" or (not kind and "text" in delta):
            yield Text(string(delta, "text"))
        elif kind == "thinking_delta":
            yield Thinking(string(delta, "thinking"))
            self._thinking_block(index).text.append(string(delta, "thinking"))
        elif kind == "input_json_delta":
            if index not in self._tool_by_index:
                yield self._tool_call(index, None, "")
            piece = text_or_json(delta, "partial_json")
            if piece:
                self._whole_inputs.pop(index, None)
            yield ToolArguments(self._tool_by_index[index], piece)
        elif kind in _STRUCTURE_DELTAS:
            if kind == "signature_delta":
                self._thinking_block(index).signature.append(string(delta, "signature"))
            yield Structure(_STRUCTURE_DELTAS[kind])
        else:
            yield Unknown(kind)

    def _block_stop(self, index: int | None) -> Iterator[Content]:
        # Some servers send a tool's input whole in its start event instead of in pieces.
        whole_input = self._whole_inputs.pop(index, None)
        if whole_input is not None:
            yield ToolArguments(self._tool_by_index[index], whole_input)
        thinking = self._thinking_blocks.pop(index, None)
        if thinking is not None and any(thinking.signature):  # without one, the API does not take it back
            yield ReasoningBlock(thinking.whole())
        yield Structure("" if index is None else f"block {index}")

    def _stop(self, container: JsonObject) -> Iterator[Content]:
        if reason := string(container, "stop_reason"):
            detail = mapping(container, "stop_details") or None
            if detail is None and (sequence := string(container, "stop_sequence")):
                detail = {"stop_sequence": sequence}
            yield Stop(reason, detail)
            yield from self._stop_errors(reason)

    def _thinking_block(self, index: int | None) -> "_ThinkingBlock":
        return self._thinking_blocks.setdefault(index, _ThinkingBlock([], []))

    def _tool_call(self, index: int | None, tool_id: str | None, name: str, *, is_function: bool = True) -> ToolCall:
        self._tool_count += 1
        self._tool_by_index[index] = self._tool_count
        return ToolCall(self._tool_count, tool_id, name, is_function)

    def _usage_report(self, usage: JsonObject, *, counts_output: bool) -> Iterator[Content]:
        if not usage:
            return
        before = self._usage
        counted = (count(usage, name) for name in ("output_tokens", "completion_tokens"))
        if counts_output and not self._usage_counts_output and any(each is not None for each in counted):
            self._usage_counts_output = True
            # `message_start` gives only the count at which the output begins.
            before = {key: value for key, value in before.items() if key != "output_tokens"}
        self._usage = merged(before, usage)
        yield UsageReport(anthropic_usage(self._usage, counts_output=self._usage_counts_output), self._usage)
