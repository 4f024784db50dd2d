"""The base class of the three APIs' dialects: builds a request's arguments and decodes the events of a stream."""

import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from itertools import chain
from typing import Any, ClassVar

from diptych.apis.lenient_json import mappings, string
from diptych.apis.reported_times import event_times
from diptych.apis.sse import ServerSentEvent
from diptych.apis.stream_errors import ReportedError, described_error, names_error
from diptych.core.content import Content, EndOfStream, Error, Malformed, Ping, ServerTimes
from diptych.core.failure import Failure
from diptych.core.json_text import JsonObject, parse_glued_objects, parse_lenient_json, sendable_json
from diptych.core.request import Request
from diptych.core.text.excerpt import in_sentence

DecodedEvent = tuple[str, tuple[Content, ...]]
"""An event's wire name and its contents."""

_END_OF_STREAM = b"[DONE]"
"""The data of the last event in Chat Completions. Some proxies send it for the other APIs as well."""

_ENDS = frozenset({b'"[done]"', b"[done]", b"done"})
"""How some servers write the mark of the end, in lower case."""

_KEEP_ALIVES = frozenset({b"", b"null", b"ping", b'"ping"', b"keep-alive", b"keepalive", b"heartbeat"})
"""Data of events that some proxies send only to keep the connection open, in lower case."""

_LONGEST_KEEP_ALIVE = 16

_KEEP_ALIVE_NAMES = frozenset({"ping", "heartbeat", "keepalive", "keep-alive", "keep_alive"})
"""Names of events whose data means nothing, in lower case."""

_DECORATION = b"[]\"': "
"""What some servers put around the words for keep-alives."""

_ERROR_IN_WORDS = re.compile(
    rb"[\s\[{\"'(]*(?:error|exception)\b(?![\"']?\s*:\s*(?:null|none|false|\"\"|''|{}))", re.IGNORECASE
)
"""The beginning of an error that is a text instead of JSON, or JSON that was cut off."""

_QUOTED_BYTES = 200
"""Bytes of unreadable data that a sentence may quote."""

_PERMANENT = re.compile(
    r"balance|quota|billing|credit|api.?key|auth|permission|denied|forbidden|invalid|not.?found|unsupported|inappropriate",
    re.IGNORECASE,
)
"""Words of errors that sending the prompt again would not help."""


class Dialect(ABC):
    """One API. An instance decodes the events of one stream, in order, and remembers what later events refer to.

    Decoding never raises: data that is not what the API promises becomes `Malformed` or `Unknown`.
    """

    default_name: ClassVar[str] = "message"
    """The wire name of an event that has none. The default of the server-sent events standard is "message"."""

    conversation_field: ClassVar[str] = "messages"
    """The request field that holds the conversation."""

    optional_fields: ClassVar[frozenset[str]] = frozenset()
    """Request fields that Diptych sets, that not every server knows, and that a request can do without."""

    shared_objects: ClassVar[frozenset[str]] = frozenset()
    """Request fields that hold the response schema beside settings of the user, such as the effort."""

    limit_fields: ClassVar[Mapping[str, str]] = {}
    """Names of the token limit that not every server knows, each with the name to try instead, or ""."""

    @staticmethod
    @abstractmethod
    def method(client: Any) -> Callable[..., Awaitable[Any]]:
        """Return the SDK client's method that opens a stream."""

    @staticmethod
    def models_page(client: Any, after: str) -> AbstractAsyncContextManager[Any]:
        """Ask for the server's models after the one named `after`, or from the first one on.

        On entering, the response's headers have come; its body is unread.
        """
        page: AbstractAsyncContextManager[Any] = client.models.with_streaming_response.list(
            extra_query={"after": after} if after else None
        )
        return page

    @classmethod
    def arguments(cls, request: Request) -> JsonObject:
        """Return the keyword arguments for `method`.

        The user's extra request fields override those that Diptych sets, and null leaves a field out. Where both set
        one of the `shared_objects`, the members of both are sent. Then every field has the name that the endpoint's
        server knows it by, or is left out if the server does not know it. Lone surrogates, which a model can write in
        the arguments of a tool call and a user in a file of tools, become U+FFFD.
        """
        params = request.settings.params
        own = cls._request_fields(request)
        arguments = {name: value for name, value in own.items() if params.get(name, value) is not None}
        extra = {name: value for name, value in params.items() if value is not None}
        for name in cls.shared_objects & own.keys() & extra.keys():
            if isinstance(extra[name], Mapping):
                extra[name] = {**own[name], **extra[name]}
        names = dict(request.settings.endpoint.fields)
        if names:
            extra = _renamed(arguments, names) | _renamed(extra, names) | _kept(extra, names)
            arguments = _kept(arguments, names)
        if extra:
            arguments["extra_body"] = extra
        sent: JsonObject = sendable_json(arguments)
        return sent

    @staticmethod
    @abstractmethod
    def _request_fields(request: Request) -> JsonObject:
        """Return the keyword arguments for `method` without the user's extra request fields. No value is None."""

    def is_line_of_stream(self, start: bytes) -> bool:
        """Whether a body that does not begin like an event stream begins with an event as a line of JSON."""
        line, end, _ = start.lstrip().partition(b"\n")
        return bool(end) and self.is_whole_answer(line)

    def is_whole_answer(self, body: bytes) -> bool:
        """Whether a body is a JSON object of this API and not an error or something else."""
        try:
            value = parse_lenient_json(_as_text(body.strip())[0])
        except ValueError:
            return False
        return isinstance(value, dict) and not value.get("error") and self._belongs_to_api(value)

    _events = 0
    """How many events were decoded before this one."""

    def decode(self, event: ServerSentEvent) -> DecodedEvent:
        """Return the event's wire name and contents."""
        decoded = self._decode(event)
        self._events += 1
        return decoded

    def _decode(self, event: ServerSentEvent) -> DecodedEvent:
        if event.dropped:
            return self._unreadable(event, f"over the size limit, {event.dropped} bytes dropped")
        data = event.data.strip()
        if data == _END_OF_STREAM:
            return event.name or _END_OF_STREAM.decode(), (*self._held_back(), EndOfStream())
        if len(data) < _LONGEST_KEEP_ALIVE and not event.name and data.lower() in _KEEP_ALIVES:
            return self.default_name, (Ping(),)
        text, is_whole = _as_text(event.data)
        try:
            value = parse_lenient_json(text) if data or not event.name else {}  # some events are a name without data
        except ValueError as error:
            if objects := parse_glued_objects(text):
                contents = tuple(chain.from_iterable(self._contents(event, each) for each in objects))
                return self._name(event, objects[0]), contents
            return self._unreadable(event, str(error))
        if isinstance(value, list) and len(value) == 1:
            value = value[0]  # as Gemini wraps its errors
        if isinstance(value, str) and value.startswith("{"):
            return self._decode(event._replace(data=value.encode("utf-8", "replace")))  # JSON that was encoded twice
        if not isinstance(value, dict):
            return self._unreadable(event, "not a JSON object")
        contents = tuple(self._contents(event, value))
        if times := event_times(value):
            contents = (*contents, ServerTimes(times))
        return self._name(event, value), contents if is_whole else (*contents, Malformed("bytes that are not UTF-8"))

    def _name(self, event: ServerSentEvent, data: JsonObject) -> str:
        return event.name or kind_of(event, data) or self.default_name

    def _unreadable(self, event: ServerSentEvent, reason: str) -> DecodedEvent:
        name = event.name or self.default_name
        word = event.data[:_LONGEST_KEEP_ALIVE].strip().strip(_DECORATION).lower()
        if name.lower() in _KEEP_ALIVE_NAMES or (word and word in _KEEP_ALIVES):
            return name, (Ping(),)
        if event.data[:_LONGEST_KEEP_ALIVE].strip().lower() in _ENDS:
            return name, (*self._held_back(), EndOfStream())
        if name == "error":
            return name, (self._error(ReportedError("", _as_text(event.data)[0])),)
        if _ERROR_IN_WORDS.match(event.data):
            return name, (self._error(ReportedError("", _as_text(event.data)[0], certain=False)),)
        return name, (Malformed(reason, _as_text(event.data[:_QUOTED_BYTES])[0]),)

    def _error(self, error: ReportedError, data: JsonObject | None = None) -> Error:
        """Turn an error that the stream reports into content. `data` is the event's, which may name the request."""
        what = "".join(f": {part}" for part in (in_sentence(error.code), in_sentence(error.message)) if part)
        when = "its first event" if not self._events else f"event {self._events + 1:,}"
        advice = "" if _PERMANENT.search(f"{error.code} {error.message}") else " Send the prompt again."
        failure = Failure(
            "event",
            f"The server reported an error in {when}{what}.{advice}",
            request_id=string(data or {}, "request_id") or None,
        )
        return Error(failure, error.certain)

    def _foreign(self, data: JsonObject) -> Iterator[Error]:
        """Yield an error if the stream begins with an event of another API. What follows may revoke it."""
        if not self._events and not self._belongs_to_api(data) and (other := _api_of(data)):
            sentence = f"The server sends events of {other}. Check the base URL and which API the endpoint speaks."
            yield Error(Failure("event", sentence), certain=False)

    def _held_back(self) -> Iterator[Content]:
        """Yield what was held back until more would come: the answer ends."""
        return iter(())

    def _error_object(self, data: JsonObject) -> Error:
        """Turn the error that `data` holds at `error`, or is itself, into content."""
        return self._error(described_error(data.get("error"), data), data)

    def _stop_errors(self, *reasons: str) -> Iterator[Error]:
        """Yield an error if one of the stop reasons names one."""
        if named := next(filter(names_error, reasons), None):
            yield self._error(ReportedError("", f"the stop reason {named}"))

    @staticmethod
    @abstractmethod
    def _belongs_to_api(value: JsonObject) -> bool:
        """Whether an object is an event of this API, or a whole answer."""

    @abstractmethod
    def _contents(self, event: ServerSentEvent, data: JsonObject) -> Iterator[Content]:
        """Yield the contents of an event whose data is a JSON object."""


def _renamed(fields: JsonObject, names: Mapping[str, str | None]) -> JsonObject:
    """Return the fields that a server calls otherwise, under the names that it knows."""
    return {other: value for name, value in fields.items() if (other := names.get(name))}


def _kept(fields: JsonObject, names: Mapping[str, str | None]) -> JsonObject:
    """Return the fields that have the same name everywhere."""
    return {name: value for name, value in fields.items() if name not in names}


def _api_of(data: JsonObject) -> str:
    """Return the name of the API that an event belongs to, "" if it is not known."""
    kind = string(data, "type")
    if kind.startswith("response."):
        return "OpenAI's Responses API"
    if kind.startswith(("message_", "content_block_")):
        return "Anthropic's Messages API"
    return "OpenAI's Chat Completions API" if mappings(data, "choices") else ""


def is_unnamed(event: ServerSentEvent) -> bool:
    """Whether an event has no name, or only the standard's default."""
    return event.name in ("", "message", "data")


def kind_of(event: ServerSentEvent, data: JsonObject) -> str:
    """Return the type of an event. An error is told by its name, its type, or an error object without either."""
    if event.name == "error":
        return "error"
    return string(data, "type") or event.name or ("error" if data.get("error") else "")


def _as_text(data: bytes) -> tuple[str, bool]:
    """Return the data as text, and whether all of it is UTF-8."""
    try:
        return data.decode(), True
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace"), False
