"""OpenAI's Chat Completions API, as OpenAI and the many servers compatible with it speak it.

https://platform.openai.com/docs/api-reference/chat-streaming
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, ClassVar

from diptych.apis.data import JsonObject, mapping, mappings, string, whole
from diptych.apis.dialect import Dialect, Reading, reported_error
from diptych.core.meaning import (
    Complete,
    EndOfStream,
    Identity,
    Meaning,
    OtherChoice,
    Refusal,
    Stop,
    Structure,
    Text,
    Thinking,
    ToolArguments,
    ToolCall,
    UsageReport,
)
from diptych.core.request import Request
from diptych.core.sse import ServerSentEvent
from diptych.core.usage import Usage, count

_LIMITS = ("max_tokens", "max_completion_tokens")


class OpenAIChat(Dialect):
    """Reads choice 0; further choices are listed, not folded."""

    late_usage: ClassVar[float] = 5.0
    unnamed: ClassVar[str] = "chunk"
    optional: ClassVar[frozenset[str]] = frozenset({"stream_options"})

    def __init__(self) -> None:
        self._identity = Identity(None, None)
        self._tools = 0
        self._tool_at: dict[int | str, int] = {}
        self._tool_ids: dict[int | str, str] = {}
        self._latest_tool: int | str = 0

    @staticmethod
    def method(client: Any) -> Callable[..., Awaitable[Any]]:
        method: Callable[..., Awaitable[Any]] = client.chat.completions.create
        return method

    @staticmethod
    def arguments(request: Request) -> JsonObject:
        settings = request.settings
        messages = [{"role": message.role, "content": message.text} for message in request.messages]
        if settings.system:
            messages.insert(0, {"role": "system", "content": settings.system})
        arguments: JsonObject = {
            "model": settings.model,
            "messages": messages,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if not any(limit in settings.params for limit in _LIMITS):
            # Other servers know the older name only.
            limit = "max_completion_tokens" if settings.endpoint.provider == "openai" else "max_tokens"
            arguments[limit] = settings.max_tokens
        if settings.params:
            arguments["extra_body"] = dict(settings.params)
        return arguments

    def read(self, event: ServerSentEvent) -> Reading:
        """The event's wire name and meanings; `[DONE]` is an event of its own."""
        if event.data.strip() == b"[DONE]":
            return "[DONE]", (EndOfStream(),)
        return super().read(event)

    def _name(self, event: ServerSentEvent, data: JsonObject) -> str:
        return "error" if data.get("error") else event.name or self.unnamed

    def _meanings(self, event: ServerSentEvent, data: JsonObject) -> Iterator[Meaning]:
        identity = Identity(
            string(data, "model") or self._identity.model, self._identity.response_id or string(data, "id") or None
        )
        if identity != self._identity:
            self._identity = identity
            yield identity
        choices = mappings(data, "choices")
        for choice in choices:
            index = whole(choice, "index") or 0
            if index:
                yield OtherChoice(index, string(mapping(choice, "delta"), "content"))
            else:
                yield from self._choice(choice)
        if data.get("error") or event.name == "error":
            yield reported_error(data)
        if usage := _usage(data, choices):
            yield UsageReport(_normalised(usage), usage)

    def _choice(self, choice: JsonObject) -> Iterator[Meaning]:
        delta = mapping(choice, "delta")
        if role := string(delta, "role"):
            yield Structure(f"role {role}")
        thinking = string(delta, "reasoning_content") or string(delta, "reasoning")
        if thinking:
            yield Thinking(thinking)
        if text := string(delta, "content"):
            yield Text(text)
        else:
            yield from _parts(delta)
        if refusal := string(delta, "refusal"):
            yield Refusal(refusal)
        for call in mappings(delta, "tool_calls"):
            yield from self._tool_call(call)
        if function := mapping(delta, "function_call"):  # the form that tool calls replaced
            yield from self._tool_call({"index": 0, "function": function})
        if reason := string(choice, "finish_reason"):
            yield Stop(reason)
            yield Complete()

    def _tool_call(self, call: JsonObject) -> Iterator[Meaning]:
        function = mapping(call, "function") or mapping(call, "custom")
        name, tool_id = string(function, "name"), string(call, "id")
        key = self._latest_tool = self._tool_key(whole(call, "index"), tool_id, name)
        # A server that gives every call the same index tells them apart by id and name.
        is_new = key not in self._tool_at or (name and tool_id and self._tool_ids[key] not in ("", tool_id))
        if is_new:
            self._tools += 1
            self._tool_at[key] = self._tools
            self._tool_ids[key] = tool_id
            yield ToolCall(self._tools, tool_id or None, name or string(call, "type"))
        yield ToolArguments(self._tool_at[key], string(function, "arguments") or string(function, "input"))

    def _tool_key(self, index: int | None, tool_id: str, name: str) -> int | str:
        """Which call a piece belongs to; where a server numbers none, an id or a name begins another."""
        if index is not None:
            return index
        return tool_id or (f"unnumbered {self._tools}" if name else self._latest_tool)


def _parts(delta: JsonObject) -> Iterator[Meaning]:
    """Content as an array of parts, as Mistral sends it where a model thinks."""
    for part in mappings(delta, "content"):
        if string(part, "type") == "thinking":
            for inner in mappings(part, "thinking"):
                yield Thinking(string(inner, "text"))
        else:
            yield Text(string(part, "text"))


def _usage(data: JsonObject, choices: list[JsonObject]) -> JsonObject:
    """Usage where servers put it: in the chunk, in its choice (Moonshot), or in an extension (Groq)."""
    usage = mapping(data, "usage") or mapping(mapping(data, "x_groq"), "usage")
    return usage or (mapping(choices[0], "usage") if choices else {})


def _normalised(raw: JsonObject) -> Usage:
    cached = count(raw, "prompt_tokens_details", "cached_tokens")
    return Usage(
        input_tokens=count(raw, "prompt_tokens"),
        cache_read_tokens=count(raw, "prompt_cache_hit_tokens") if cached is None else cached,
        cache_write_tokens=count(raw, "prompt_tokens_details", "cache_write_tokens"),
        output_tokens=count(raw, "completion_tokens"),
        reasoning_tokens=count(raw, "completion_tokens_details", "reasoning_tokens"),
    )
