"""Decodes the bytes of a response body into server-sent events.

The framing follows the WHATWG standard (https://html.spec.whatwg.org/multipage/server-sent-events.html), always in
UTF-8, with these differences, so that nothing is lost:

- An event with a name but no data is dispatched, and so is an unterminated last event at a clean end.
- An event over the size limit is cut and reported instead of filling the memory.
- Where servers and proxies frame wrongly, a line that is a whole JSON document is an event: after one newline instead
  of two, after `data:` twice, or without `data:`.
- A line that cannot belong to an event stream is also an event, so that it can be reported.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from diptych.core.frame import UNKNOWN_FRAME, Frame, FrameBuilder
from diptych.core.json_text import parse_json

SIZE_LIMIT = 16 * 1024 * 1024
"""Bytes of data that one event may hold. The rest is dropped."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_FIELD = re.compile(rb"[A-Za-z][\w-]*$")
"""A name that a field may have. The standard says to ignore unknown fields."""

_LINE_PREFIXES = (b" ", b"\t", _BYTE_ORDER_MARK[:1])
"""First bytes of white space or a byte order mark, which do not belong before a line."""

_FRAMED_TWICE = re.compile(rb"(?:(?:data|event): ?)*(data|event): ?")
"""The field names in front of a value that a proxy framed although it was framed already."""

_IGNORED_FIELDS = frozenset({b"id", b"retry"})
"""Fields that are not used; an event's `frame` keeps their lines."""

_END_OF_STREAM = b"[DONE]"

_LONGEST_PREFIX = len(_BYTE_ORDER_MARK + b"event: ")
"""Bytes that may come before the value of a field."""


class ServerSentEvent(NamedTuple):
    """One event as it was framed: its `event:` field ("" if it had none) and its data, byte for byte.

    `dropped` counts the bytes that are missing from `data` because the event was over the size limit. `frame` is how
    the event was framed, as far as that is known.
    """

    name: str
    data: bytes
    dropped: int = 0
    frame: Frame = UNKNOWN_FRAME


class Decoder:
    """Turns the chunks of one response body into events; `comments` counts the comment lines seen.

    `scrub` takes out of a line of a frame what must not be kept.
    """

    def __init__(self, size_limit: int = SIZE_LIMIT, scrub: Callable[[bytes], bytes] = bytes) -> None:
        self.comments = 0
        self._frame = FrameBuilder(scrub)
        self._size_limit = size_limit
        self._after_carriage_return = False
        self._is_framed_twice = False
        self._line = bytearray()
        self._missing = 0  # bytes of the line that were dropped because of the limit
        self._begin_event()

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """Add a chunk of the body. Return the events that it completes."""
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
        if not rest:
            self._dispatch_document(events)
        return events

    def end(self) -> list[ServerSentEvent]:
        """Return the event that the clean end of the body leaves unterminated, if there is one."""
        events: list[ServerSentEvent] = []
        if self._line:
            line = bytes(self._line)
            if b":" in line:  # half a field name is useless
                self._read_line(line, events)
            self._line.clear()
        self._dispatch(events)
        return events

    def _begin_event(self) -> None:
        self._name = b""
        self._data: bytearray | None = None
        self._is_single_unchecked_line = False
        self._dropped = 0

    def _extend_line(self, part: bytes) -> None:
        kept = part[: self._size_limit + _LONGEST_PREFIX - len(self._line)]
        self._line += kept
        self._missing += len(part) - len(kept)

    def _read_line(self, line: bytes, events: list[ServerSentEvent]) -> None:
        missing, self._missing = self._missing, 0
        whole = line
        if not line:
            if self._data is not None or not self._is_framed_twice:  # a name that was framed separately needs its data
                self._dispatch(events)
            return
        if line[:1] in _LINE_PREFIXES:
            line = line.lstrip(b" \t").removeprefix(_BYTE_ORDER_MARK)
            if not line:
                return
        field, colon, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data" and (framed := _FRAMED_TWICE.match(value)):
            self._is_framed_twice = True
            field, value = framed[1], value[framed.end() :]
        if field == b"data":
            self._dispatch_document(events)
            self._frame.add_data(whole, value)
            self._add_data(value, missing)
        elif field == b"event":
            if self._name:
                self._dispatch_document(events)
            self._frame.add_line(whole)
            self._name = value[: self._size_limit]
        elif field in _IGNORED_FIELDS or not field or (colon and _FIELD.match(field) and not _may_be_document(value)):
            self.comments += not field
            self._frame.add_line(whole)
        else:
            self._dispatch_document(events)
            self._frame.add_data(whole, line)
            self._add_data(line, missing)

    def _dispatch_document(self, events: list[ServerSentEvent]) -> None:
        """Dispatch the current event if its data is a whole document: the blank line after it may never come."""
        if self._data is not None and self._is_single_unchecked_line:
            self._is_single_unchecked_line = False  # each line is checked once
            if _is_document(self._data):
                self._dispatch(events)

    def _add_data(self, value: bytes, missing: int) -> None:
        self._is_single_unchecked_line = self._data is None
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
            events.append(ServerSentEvent(name, bytes(self._data or b""), self._dropped, self._frame.take()))
        else:
            self._frame.add_line(b"")
        self._begin_event()


def _may_be_document(value: bytes) -> bool:
    return value.startswith(b"{") or value.strip() == _END_OF_STREAM


def _is_document(data: bytes | bytearray) -> bool:
    """Whether data is a whole document: a JSON object, or the mark of the stream's end."""
    text = bytes(data).strip()
    if text == _END_OF_STREAM:
        return True
    if not (text.startswith(b"{") and text.endswith(b"}")):
        return False
    try:
        parse_json(text.decode("utf-8", "replace"))
    except ValueError:
        return False
    return True
