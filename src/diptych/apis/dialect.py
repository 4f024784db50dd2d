"""What every wire dialect can do: say a request in its SDK's words, and read its events into ours."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, ClassVar

from diptych.apis.data import JsonObject, decode, quoted, string
from diptych.core.failure import Failure
from diptych.core.meaning import EndOfStream, Error, Malformed, Meaning
from diptych.core.request import Request
from diptych.core.sse import ServerSentEvent

Reading = tuple[str, tuple[Meaning, ...]]
"""An event's wire name and what it means."""

_END_OF_STREAM = b"[DONE]"
"""How Chat Completions ends a stream, and how proxies end those of the other APIs too."""


class Dialect(ABC):
    """One API. An instance reads the events of one stream, in order, and remembers what later ones refer to.

    Reading never raises: data that is not what the API promises is read as `Malformed` or `Unknown`.
    """

    late_usage: ClassVar[float]
    """Seconds to read on after the terminal marker, for usage that comes late."""

    unnamed: ClassVar[str] = "message"
    """The wire name of an event that says nothing of its type; "message" is the standard's own default."""

    own_fields: ClassVar[frozenset[str]] = frozenset()
    """Fields with a value of ours that not every server knows, and that an answer can do without."""

    limits: ClassVar[Mapping[str, str]] = {}
    """Names of the most tokens of an answer that not every server knows, each with the name that others know, or ""."""

    @staticmethod
    @abstractmethod
    def method(client: Any) -> Callable[..., Awaitable[Any]]:
        """The SDK client's method that opens a stream."""

    @classmethod
    def arguments(cls, request: Request) -> JsonObject:
        """The keyword arguments for `method`. The user's own fields win over ours, and null leaves a field out."""
        params = request.settings.params
        own = cls._request_fields(request).items()
        arguments = {name: value for name, value in own if params.get(name, value) is not None}
        if extra := {name: value for name, value in params.items() if value is not None}:
            arguments["extra_body"] = extra
        return arguments

    @staticmethod
    @abstractmethod
    def _request_fields(request: Request) -> JsonObject:
        """The keyword arguments for `method`, without the user's own fields; none of them is None."""

    _events = 0
    """How many events were read before this one."""

    def read(self, event: ServerSentEvent) -> Reading:
        """The event's wire name and meanings."""
        reading = self._read(event)
        self._events += 1
        return reading

    def _read(self, event: ServerSentEvent) -> Reading:
        if event.dropped:
            return self._unreadable(event, f"over the size limit, {event.dropped} bytes left out")
        if event.data.strip() == _END_OF_STREAM:
            return event.name or _END_OF_STREAM.decode(), (EndOfStream(),)
        text = event.data.decode("utf-8", "replace")
        try:
            data = decode(text) if text or not event.name else {}  # a name alone may say it all
        except ValueError as error:
            return self._unreadable(event, str(error))
        if not isinstance(data, dict):
            return self._unreadable(event, "no JSON object")
        return self._name(event, data), tuple(self._meanings(event, data))

    def _name(self, event: ServerSentEvent, data: JsonObject) -> str:
        return event.name or kind_of(event, data) or self.unnamed

    def _unreadable(self, event: ServerSentEvent, reason: str) -> Reading:
        name = event.name or self.unnamed
        if name == "error":
            return name, (self._reported_error({"message": event.data.decode("utf-8", "replace")}),)
        return name, (Malformed(reason),)

    def _reported_error(self, data: JsonObject) -> Error:
        """What an error in the stream means: `data` holds it at `error`, as an object or a text, or is it itself."""
        held = data.get("error") or data
        error = held if isinstance(held, dict) else {"message": str(held)}
        code = error.get("code")
        kind = str(code) if isinstance(code, str | int) else string(error, "type")
        what = ": ".join(part for part in (quoted(kind), quoted(string(error, "message"))) if part) or "an error"
        when = "in its first event" if not self._events else f"in event {self._events + 1:,}"
        sentence = f"The server broke off {when} with {what}. Send the prompt again."
        return Error(Failure("event", sentence, request_id=string(data, "request_id") or None))

    @abstractmethod
    def _meanings(self, event: ServerSentEvent, data: JsonObject) -> Iterator[Meaning]:
        """What an event with a JSON object as its data means."""


def kind_of(event: ServerSentEvent, data: JsonObject) -> str:
    """The type of an event that has types; an error says so by its name, its type, or an error object alone."""
    if event.name == "error":
        return "error"
    return string(data, "type") or event.name or ("error" if data.get("error") else "")
