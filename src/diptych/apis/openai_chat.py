"""OpenAI's Chat Completions API, as OpenAI and the many servers compatible with it speak it.

https://platform.openai.com/docs/api-reference/chat-streaming
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from diptych.apis.data import JsonObject, mapping, mappings, string, text_or_json, whole
from diptych.apis.dialect import Dialect
from diptych.core.meaning import (
    Complete,
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

_THINKING = ("reasoning_content", "reasoning", "reasoning_text")
"""Names for thinking beside the content; a server that uses two of them says the same in both."""


@dataclass(slots=True)
class _Call:
    """A tool call as far as it is known; its id and its name may come late, and the name in pieces."""

    key: int
    id: str = ""
    name: str = ""
    has_arguments: bool = False

    def is_other_than(self, tool_id: str, name: str) -> bool:
        """Whether a piece in this call's place begins another: some servers give every call the same index."""
        if not name or not self.name:
            return False
        if tool_id and self.id:
            return tool_id != self.id
        return name != self.name and self.has_arguments

    def learn(self, tool_id: str, name: str) -> bool:
        """Take in what a piece says of the call; whether it is news."""
        before = (self.id, self.name)
        self.id = self.id or tool_id
        if name != self.name:
            self.name += name
        return before != (self.id, self.name)


class OpenAIChat(Dialect):
    """Reads choice 0; further choices are listed, not folded."""

    late_usage: ClassVar[float] = 5.0
    unnamed: ClassVar[str] = "chunk"
    own_fields: ClassVar[frozenset[str]] = frozenset({"stream_options"})
    limits: ClassVar[Mapping[str, str]] = {
        "max_tokens": "max_completion_tokens",
        "max_completion_tokens": "max_tokens",
    }

    def __init__(self) -> None:
        self._identity = Identity(None, None)
        self._tools = 0
        self._calls: dict[int | str, _Call] = {}
        self._latest_place: int | str = 0

    @staticmethod
    def method(client: Any) -> Callable[..., Awaitable[Any]]:
        method: Callable[..., Awaitable[Any]] = client.chat.completions.create
        return method

    @staticmethod
    def _request_fields(request: Request) -> JsonObject:
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
        if settings.params.keys().isdisjoint(OpenAIChat.limits):
            # Other servers know the older name only.
            limit = "max_completion_tokens" if settings.endpoint.provider == "openai" else "max_tokens"
            arguments[limit] = settings.max_tokens
        return arguments

    def _name(self, event: ServerSentEvent, data: JsonObject) -> str:
        return event.name or self.unnamed if _error_in(event, data) is None else "error"

    def _meanings(self, event: ServerSentEvent, data: JsonObject) -> Iterator[Meaning]:
        known = self._identity
        model = string(data, "model") or known.model
        response_id = known.response_id or string(data, "id") or None
        if model != known.model or response_id != known.response_id:
            self._identity = Identity(model, response_id)
            yield self._identity
        choices = mappings(data, "choices")
        for choice in choices:
            index = whole(choice, "index") or 0
            if index:
                yield OtherChoice(index, string(mapping(choice, "delta"), "content"))
            else:
                yield from self._choice(choice)
        if (error := _error_in(event, data)) is not None:
            yield self._reported_error(error)
        if usage := _usage(data, choices):
            yield UsageReport(_normalised(usage), usage)

    def _choice(self, choice: JsonObject) -> Iterator[Meaning]:
        delta = mapping(choice, "delta")
        if len(delta) == 1 and (text := string(delta, "content")):
            yield Text(text)  # as nearly all are
        else:
            yield from self._delta(delta)
        if reason := string(choice, "finish_reason"):
            yield Stop(reason)
            yield Complete()

    def _delta(self, delta: JsonObject) -> Iterator[Meaning]:
        if role := string(delta, "role"):
            yield Structure(f"role {role}")
        thinking = ""
        for name in _THINKING:
            thinking = thinking or string(delta, name)
        for detail in () if thinking else mappings(delta, "reasoning_details"):
            thinking += string(detail, "text") or string(detail, "summary")
        if thinking:
            yield Thinking(thinking)
        if text := string(delta, "content"):
            yield Text(text)
        else:
            yield from _parts(delta)
        if refusal := string(delta, "refusal"):
            yield Refusal(refusal)
        calls = mappings(delta, "tool_calls")
        if not calls and (function := mapping(delta, "function_call")):
            calls = [{"index": 0, "function": function}]  # the older form, which some servers send beside the newer
        for position, call in enumerate(calls):
            yield from self._tool_call(call, position if len(calls) > 1 else None)

    def _tool_call(self, piece: JsonObject, position: int | None) -> Iterator[Meaning]:
        function = mapping(piece, "function") or mapping(piece, "custom")
        name, tool_id = string(function, "name"), string(piece, "id")
        place = self._latest_place = self._place(whole(piece, "index"), tool_id, name, position)
        call = self._calls.get(place)
        is_new = call is None or call.is_other_than(tool_id, name)
        if call is None or is_new:
            self._tools += 1
            call = self._calls[place] = _Call(self._tools)
        if call.learn(tool_id, name) or is_new:
            yield ToolCall(call.key, call.id or None, call.name or string(piece, "type"))
        arguments = text_or_json(function, "arguments") or text_or_json(function, "input")
        call.has_arguments = call.has_arguments or bool(arguments)
        yield ToolArguments(call.key, arguments)

    def _place(self, index: int | None, tool_id: str, name: str, position: int | None) -> int | str:
        """Which call a piece belongs to; where a server numbers none, an id or a name begins another.

        `position` is given among several pieces in a chunk, which then go to the calls in their order.
        """
        if index is not None:
            return index
        if tool_id or name:
            return tool_id or f"unnumbered {self._tools}"
        places = list(self._calls)
        return self._latest_place if position is None or position >= len(places) else places[position]


def _parts(delta: JsonObject) -> Iterator[Meaning]:
    """Content as an array of parts, as Mistral and Databricks send it where a model thinks."""
    for part in mappings(delta, "content"):
        match string(part, "type"):
            case "thinking" | "reasoning" as kind:
                inner = mappings(part, "thinking") + mappings(part, "summary")
                yield Thinking(string(part, kind) or "".join(string(piece, "text") for piece in inner))
            case _:
                yield Text(string(part, "text"))


def _error_in(event: ServerSentEvent, data: JsonObject) -> JsonObject | None:
    """What holds the error that a chunk reports, if it does: the chunk, or one of its choices."""
    if data.get("error"):
        return data
    for choice in mappings(data, "choices"):
        if choice.get("error"):
            return choice
    return data if event.name == "error" or string(data, "object") == "error" else None


def _usage(data: JsonObject, choices: list[JsonObject]) -> JsonObject:
    """Usage where servers put it: in the chunk, in its choice (Moonshot), or in an extension (Groq)."""
    for holder in (data, mapping(data, "x_groq"), *choices[:1]):
        if usage := mapping(holder, "usage"):
            return usage
    return {}


def _normalised(raw: JsonObject) -> Usage:
    prompt, output = count(raw, "prompt_tokens"), count(raw, "completion_tokens")
    reasoning = _first_count(raw, "completion_tokens_details.reasoning_tokens", "reasoning_tokens")
    if prompt is not None and output is not None and reasoning is not None:
        # xAI counts reasoning beside the completion instead of in it; its total tells.
        with_reasoning = output + reasoning
        output = with_reasoning if count(raw, "total_tokens") == prompt + with_reasoning else output
    return Usage(
        input_tokens=prompt,
        cache_read_tokens=_first_count(
            raw, "prompt_tokens_details.cached_tokens", "prompt_cache_hit_tokens", "cached_tokens", "num_cached_tokens"
        ),
        cache_write_tokens=_first_count(
            raw, "prompt_tokens_details.cache_write_tokens", "prompt_tokens_details.cache_creation_tokens"
        ),
        output_tokens=output,
        reasoning_tokens=reasoning,
    )


def _first_count(raw: JsonObject, *paths: str) -> int | None:
    """The count at the first of the paths that has one: servers differ in their names."""
    counts = (count(raw, *path.split(".")) for path in paths)
    return next((found for found in counts if found is not None), None)
