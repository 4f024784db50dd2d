"""OpenAI's Chat Completions API, as OpenAI and the many compatible servers implement it.

https://platform.openai.com/docs/api-reference/chat-streaming
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, ClassVar

from diptych.apis.chat_tool_calls import ChatToolCalls
from diptych.apis.cumulative_text import CumulativeText
from diptych.apis.dialect import Dialect, is_unnamed
from diptych.apis.lenient_json import mapping, mappings, string, whole
from diptych.apis.openai_chat_request import LIMITS, request_fields
from diptych.apis.sse import ServerSentEvent
from diptych.apis.stream_errors import ReportedError, described_error, names_abort, reported_error
from diptych.apis.token_counts import merged, openai_usage
from diptych.core.content import (
    Cancelled,
    Complete,
    Content,
    Identity,
    OtherChoice,
    PartBegins,
    Ping,
    Refusal,
    Stop,
    Structure,
    Text,
    Thinking,
    UsageReport,
)
from diptych.core.json_text import JsonObject
from diptych.core.request import Request

_THINKING = ("reasoning_content", "reasoning", "reasoning_text", "thinking", "thinking_content")
"""Names of thinking beside the content. A server that uses two of them sends the same text in both."""

_CHUNK_FIELDS = frozenset(
    {"id", "object", "created", "model", "choices", "usage", "system_fingerprint", "service_tier", "obfuscation"}
)
"""Members of an ordinary chunk, which reports no error."""

_NOT_STOPPED = frozenset({"null", "none", "undefined"})
"""Stop reasons by which servers say, in every chunk, that the answer is not finished."""


class OpenAIChat(Dialect):
    """Decodes choice 0 as the answer. Further choices are listed and not folded."""

    default_name: ClassVar[str] = "chunk"
    optional_fields: ClassVar[frozenset[str]] = frozenset({"stream_options"})
    limit_fields: ClassVar[Mapping[str, str]] = LIMITS

    def __init__(self) -> None:
        self._identity = Identity(None, None)
        self._tool_calls = ChatToolCalls()
        self._usage: JsonObject = {}
        self._has_deltas = False
        self._text = CumulativeText(Text)
        self._thoughts = CumulativeText(Thinking)
        self._thinking_index: Any = None
        self._names_thinking = False
        self._reports_error = False

    @staticmethod
    def method(client: Any) -> Callable[..., Awaitable[Any]]:
        method: Callable[..., Awaitable[Any]] = client.chat.completions.create
        return method

    @staticmethod
    def _request_fields(request: Request) -> JsonObject:
        return request_fields(request)

    def _name(self, event: ServerSentEvent, data: JsonObject) -> str:
        return "error" if self._reports_error else event.name or self.default_name

    @staticmethod
    def _belongs_to_api(value: JsonObject) -> bool:
        return bool(mappings(value, "choices"))

    def _contents(self, event: ServerSentEvent, data: JsonObject) -> Iterator[Content]:
        known = self._identity
        model = string(data, "model") or known.model
        response_id = known.response_id or string(data, "id") or None
        if model != known.model or response_id != known.response_id:
            self._identity = Identity(model, response_id)
            yield self._identity
        choices = mappings(data, "choices")
        error = _error_in(event, data, choices)
        self._reports_error = error is not None
        for choice in choices:
            index = whole(choice, "index") or 0
            if index:
                yield OtherChoice(index, _other_text(choice), ended=bool(_stop_reason(choice)))
            else:
                yield from self._choice(choice, has_error=error is not None)
        if error is not None:
            yield self._error(error, data)
        elif not choices:
            yield from self._foreign(data)
        if usage := _usage(data, choices):
            self._usage = merged(self._usage, usage)
            yield UsageReport(openai_usage(self._usage), self._usage)
        if string(data, "type") in ("ping", "keepalive") and not choices:
            yield Ping()

    def _choice(self, choice: JsonObject, *, has_error: bool) -> Iterator[Content]:
        delta = mapping(choice, "delta")
        if len(delta) == 1 and (text := string(delta, "content")):
            self._has_deltas = True
            if self._text.is_open:
                yield from self._thoughts.end()  # which this delta does not go on with
                yield from self._text.read(text)
            else:
                yield Text(text)  # nearly all deltas are of this form
        elif delta:
            for content in self._delta(delta):
                self._has_deltas = self._has_deltas or not isinstance(content, Structure)
                yield content
        elif not self._has_deltas:
            yield from self._whole_message(choice)
        if reason := _stop_reason(choice):
            yield from self._held_back()
            yield from self._stops(reason, choice, has_error=has_error)

    def _stops(self, reason: str, choice: JsonObject, *, has_error: bool) -> Iterator[Content]:
        yield Stop(reason)
        if not has_error:
            if message := string(mapping(choice, "finish_reason"), "message"):
                yield self._error(ReportedError(reason, message))
            else:
                yield from self._stop_errors(reason, string(choice, "native_finish_reason"))
        yield Cancelled() if names_abort(reason) else Complete()

    def _whole_message(self, choice: JsonObject) -> Iterator[Content]:
        """Yield the content of a server that sends no deltas.

        Such a server sends the whole message once, sends it in pieces, or repeats all of it with each piece.
        """
        self._text.expect_repetitions()
        if message := mapping(choice, "message"):
            yield from self._delta(message)
        else:
            yield from self._text.read(string(choice, "text"))

    def _delta(self, delta: JsonObject) -> Iterator[Content]:
        if role := string(delta, "role"):
            yield Structure(f"role {role}")
        yield from self._thinking(delta)
        if text := string(delta, "content"):
            yield from self._text.read(text)
        else:
            yield from _content_parts(delta)
        if spoken := string(mapping(delta, "audio"), "transcript"):
            yield Text(spoken)
        if refusal := string(delta, "refusal"):
            yield Refusal(refusal)
        yield from self._tool_calls.read(delta)

    def _thinking(self, delta: JsonObject) -> Iterator[Content]:
        details = mappings(delta, "reasoning_details") or mappings(delta, "thinking_blocks")
        parts = [(detail.get("index"), _thought_of(detail)) for detail in details]
        if text := next((text for name in _THINKING if (text := _text_of(delta.get(name)))), ""):
            parts = [(parts[0][0] if parts else None, text)]  # the details hold the same text
            self._names_thinking = True
        elif self._names_thinking:
            return  # details that come later repeat what was said, and sign it
        for index, thought in parts:
            if index not in (None, self._thinking_index):
                if self._thinking_index is not None:
                    yield from self._thoughts.end()
                    yield PartBegins("thinking")
                self._thinking_index = index
                self._thoughts = CumulativeText(Thinking)
            if thought is not None:
                yield from self._thoughts.read(thought)

    def _held_back(self) -> Iterator[Content]:
        yield from self._thoughts.end()
        yield from self._text.end()


def _content_parts(delta: JsonObject) -> Iterator[Content]:
    """Yield content that is not a plain text: one part, or an array of parts (Mistral, Databricks) or of texts."""
    content = delta.get("content")
    for part in content if isinstance(content, list) else [content]:
        if not isinstance(part, dict):
            if text := _text_of(part):
                yield Text(text)
            continue
        match string(part, "type"):
            case "thinking" | "reasoning" as kind:
                inner = mappings(part, "thinking") + mappings(part, "summary")
                yield Thinking(string(part, kind) or "".join(string(piece, "text") for piece in inner))
            case "refusal":
                yield Refusal(string(part, "refusal"))
            case _:
                yield Text(_text_of(part))


def _text_of(value: Any) -> str:
    """Return the text of a member, which is a string, an object that holds one, or a list of them."""
    if isinstance(value, list):
        return "".join(map(_text_of, value))
    if isinstance(value, dict):
        names = ("text", "content", "summary", "value")
        return next((text for name in names if (text := string(value, name))), "")
    return value if isinstance(value, str) else ""


def _thought_of(detail: JsonObject) -> str | None:
    """Return the text of a reasoning detail, "" if it is encrypted, None if it is empty."""
    text = string(detail, "text") or string(detail, "summary") or string(detail, "thinking")
    return text or ("" if detail.get("data") else None)


def _other_text(choice: JsonObject) -> str:
    """Return the text of a choice that is not the first."""
    delta = mapping(choice, "delta") or mapping(choice, "message")
    return string(delta, "content") or string(choice, "text")


def _stop_reason(choice: JsonObject) -> str:
    """Return why the choice stops, "" as long as it continues."""
    given = choice.get("finish_reason")
    reason = string(given, "type") if isinstance(given, dict) else string(choice, "finish_reason")
    return "" if not reason or reason.lower() in _NOT_STOPPED else reason


def _error_in(event: ServerSentEvent, data: JsonObject, choices: list[JsonObject]) -> ReportedError | None:
    """Return the error that a chunk or one of its choices reports, or None."""
    if event.name == "error" or string(data, "object") == "error":
        return described_error(data.get("error"), data)
    if not data.keys() <= _CHUNK_FIELDS:
        is_foreign = "choices" not in data and "usage" not in data and is_unnamed(event)
        if error := reported_error(data, is_foreign=is_foreign):
            return error
    for choice in choices:
        for holder in (choice, mapping(choice, "delta")):
            if held := holder.get("error"):
                return described_error(held, holder)
    return None


def _usage(data: JsonObject, choices: list[JsonObject]) -> JsonObject:
    """Return the usage, which servers put in the chunk, in its choice (Moonshot), or in an extension (Groq)."""
    for holder in (data, mapping(data, "x_groq"), *choices[:1]):
        if usage := mapping(holder, "usage"):
            return usage
    return {}
