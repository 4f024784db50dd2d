"""Server-sent events from bytes, as the wire has them.

The framing is the WHATWG's (https://html.spec.whatwg.org/multipage/server-sent-events.html), always UTF-8, with
three differences that suit a tool which must lose nothing: an event with a name but no data is dispatched, an
unterminated last block is dispatched at a clean end, and an event over the size limit is cut and reported instead of
filling the memory.
"""

from typing import NamedTuple

SIZE_LIMIT = 16 * 1024 * 1024
"""Bytes of data that one event may hold; what is over is dropped."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_LONGEST_LEAD = len(_BYTE_ORDER_MARK + b"event: ")
"""Bytes that may stand before the value of a field."""


class ServerSentEvent(NamedTuple):
    """One event as it was framed: its `event:` field ("" where it had none) and its data, byte for byte.

    `dropped` counts the bytes that are missing from `data` because the event was over the size limit.
    """

    name: str
    data: bytes
    dropped: int = 0


class Decoder:
    """Turns the chunks of one response body into events; `comments` counts the comment lines seen."""

    def __init__(self, size_limit: int = SIZE_LIMIT) -> None:
        self.comments = 0
        self._size_limit = size_limit
        self._at_start = True
        self._after_carriage_return = False
        self._line = bytearray()
        self._missing = 0  # bytes that the line has lost to the limit
        self._begin_event()

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """The events that this chunk completes."""
        if self._after_carriage_return and chunk.startswith(b"\n"):
            chunk = chunk[1:]
            self._after_carriage_return = False
        if not chunk:
            return []
        self._after_carriage_return = chunk.endswith(b"\r")
        if b"\n" not in chunk and b"\r" not in chunk:
            self._extend_line(chunk)
            return []
        if self._line:
            chunk = bytes(self._line) + chunk
            self._line.clear()
        lines = chunk.splitlines()
        rest = b"" if chunk.endswith((b"\n", b"\r")) else lines.pop()
        events: list[ServerSentEvent] = []
        for line in lines:
            self._read_line(line, events)
        self._extend_line(rest)
        return events

    def end(self) -> list[ServerSentEvent]:
        """The event that a clean end of the body leaves unterminated, if any."""
        events: list[ServerSentEvent] = []
        if self._line:
            self._read_line(bytes(self._line), events)
            self._line.clear()
        self._dispatch(events)
        return events

    def _begin_event(self) -> None:
        self._name = b""
        self._data: bytearray | None = None
        self._dropped = 0

    def _extend_line(self, part: bytes) -> None:
        kept = part[: self._size_limit + _LONGEST_LEAD - len(self._line)]
        self._line += kept
        self._missing += len(part) - len(kept)

    def _read_line(self, line: bytes, events: list[ServerSentEvent]) -> None:
        missing, self._missing = self._missing, 0
        if self._at_start:
            self._at_start = False
            line = line.removeprefix(_BYTE_ORDER_MARK)
        if not line:
            self._dispatch(events)
            return
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._add_data(value, missing)
        elif field == b"event":
            self._name = value[: self._size_limit]
        elif not field:
            self.comments += 1

    def _add_data(self, value: bytes, missing: int) -> None:
        if self._data is None:
            self._data = bytearray()
        else:
            value = b"\n" + value
        kept = value[: self._size_limit - len(self._data)]
        self._data += kept
        self._dropped += len(value) - len(kept) + missing

    def _dispatch(self, events: list[ServerSentEvent]) -> None:
        if self._data is not None or self._name:
            name = self._name.decode("utf-8", "replace")
            events.append(ServerSentEvent(name, bytes(self._data or b""), self._dropped))
        self._begin_event()
