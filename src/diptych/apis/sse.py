"""Decodes the bytes of a response body into server-sent events.

The framing follows the WHATWG standard (https://html.spec.whatwg.org/multipage/server-sent-events.html), always in
UTF-8, with these differences, so that nothing is lost:

- An event with a name but no data is dispatched, and so is an unterminated last event at a clean end.
- An event over the size limit is cut and reported instead of filling the memory.
- Where servers and proxies frame wrongly, a line that is a whole JSON document is an event: after one newline instead
  of two, after `data:` twice, or without `data:`.
- So is a field `error` with a JSON object, in which older versions of llama.cpp report errors, and a line that says
  `error: ` and then a text.
- A line that cannot belong to an event stream is also an event, so that it can be reported.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from diptych.core.body_pieces import BodyRest, PieceEnds, PieceTracker
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

_USUAL_EVENT = re.compile(rb"(?:event: (.{,1000})\n)?data: (?!data:|event:)(.*)\n\n")
"""An event as nearly all are framed, in a text without carriage returns."""

_BEGINNING_OF_USUAL_EVENT = re.compile(rb"event: .{,100}\ndata: .+")
"""A field line after which the data of a usual event have begun."""

_IGNORED_FIELDS = frozenset({b"id", b"retry"})
"""Fields that are not used; an event's `frame` keeps their lines."""

_NAMES = frozenset({b"data", b"event"}) | _IGNORED_FIELDS
"""The fields of the standard."""

_END_OF_STREAM = b"[DONE]"

_MARGIN = 200
"""Bytes that are kept of a line over the limit, for what stands before its value. It may begin with another field."""


class ServerSentEvent(NamedTuple):
    """One event as it was framed: its `event:` field ("" if it had none) and its data, byte for byte.

    `dropped` counts the bytes that are missing from `data` because the event was over the size limit. `frame` is how
    the event was framed, as far as that is known, and `pieces` which pieces of the body end in its bytes: see
    `Event.pieces`.
    """

    name: str
    data: bytes
    dropped: int = 0
    frame: Frame = UNKNOWN_FRAME
    pieces: PieceEnds | None = None


class Decoder:
    """Turns the chunks of one response body into events; `comments` counts the comment lines seen.

    The bytes of all events, by their frames, and those of `rest` make up the body, except for what is over a limit.
    `scrub` takes out of a frame what must not be kept.
    """

    def __init__(self, size_limit: int = SIZE_LIMIT, scrub: Callable[[bytes], bytes] = bytes) -> None:
        self.comments = 0
        self._scrub = scrub
        self._frame = FrameBuilder(scrub)
        self._pieces = PieceTracker()
        self._at: float | None = None  # the stamp of the last chunk
        self._size_limit = size_limit
        self._after_carriage_return = False
        self._is_framed_twice = False
        self._line = bytearray()
        self._missing = 0  # bytes of the line that were dropped because of the limit
        self._begin_event()

    def feed(self, chunk: bytes, at: float | None = None) -> list[ServerSentEvent]:
        """Add a chunk of the body. Return the events that it completes.

        `at` is the stamp of the piece that ends with this chunk; None if more of the piece follows.
        """
        if not chunk:
            return []
        self._at = at
        self._pieces.add(len(chunk), at)
        if self._after_carriage_return and chunk.startswith(b"\n"):
            self._frame.add_line(b"\n")
            chunk = chunk[1:]
        self._after_carriage_return = chunk.endswith(b"\r")
        events: list[ServerSentEvent] = []
        if b"\n" not in chunk and b"\r" not in chunk:
            self._extend_line(chunk)
            return events
        if self._line:
            chunk = bytes(self._line) + chunk
            self._line.clear()
        if not (self._frame.size or self._missing or b"\r" in chunk) and len(chunk) <= self._size_limit:
            chunk = self._read_usual_events(chunk, events)
            if not chunk or _BEGINNING_OF_USUAL_EVENT.fullmatch(chunk):
                self._line += chunk
                return events
        lines = chunk.splitlines(keepends=True)
        rest = b"" if chunk.endswith((b"\n", b"\r")) else lines.pop()
        for line in lines:
            self._read_line(line, events)
        self._extend_line(rest)
        if not rest:
            self._dispatch_document(events)
        return events

    def end(self) -> list[ServerSentEvent]:
        """Return the event that the clean end of the body leaves unterminated, if there is one."""
        self._at = None
        events: list[ServerSentEvent] = []
        for line in bytes(self._line).splitlines(keepends=True):
            if _may_be_cut_name(line):
                self._frame.add_line(line)
            else:
                self._read_line(line, events)
        self._line.clear()
        self._dispatch(b"", events)
        return events

    def rest(self) -> BodyRest:
        """Return what came after the last event, or of an event that is not complete. Nothing may be fed after it."""
        data = self._frame.pending(bytes(self._data or b"")) + self._scrub(bytes(self._line))
        return BodyRest(data, self._pieces.rest())

    def _read_usual_events(self, chunk: bytes, events: list[ServerSentEvent]) -> bytes:
        """Read the events at the beginning of a chunk that are framed as nearly all are; return what follows them."""
        position = 0
        while usual := _USUAL_EVENT.match(chunk, position):
            field, data = usual.groups()
            name, frame = self._frame.take_usual(field)
            start, position = position, usual.end()
            events.append(ServerSentEvent(name, data, 0, frame, self._pieces.take(position - start, self._at)))
        return chunk[position:]

    def _begin_event(self) -> None:
        self._name = b""
        self._data: bytearray | None = None
        self._is_single_unchecked_line = False
        self._dropped = 0

    def _extend_line(self, part: bytes) -> None:
        room = self._size_limit + _MARGIN - len(self._line)
        if len(part) > room and not self._missing and (end := self._line.find(b"\n") + 1):
            field, self._line = bytes(self._line[:end]), self._line[end:]  # of `_BEGINNING_OF_USUAL_EVENT`
            self._read_line(field, [])
            room += end
        self._line += part[:room]
        self._missing += max(len(part) - room, 0)

    def _read_line(self, whole: bytes, events: list[ServerSentEvent]) -> None:
        missing, self._missing = self._missing, 0
        line = whole.rstrip(b"\r\n")
        stop = len(line)
        if not line:
            if self._data is not None or not self._is_framed_twice:  # a name that was framed separately needs its data
                self._dispatch(whole, events)
            else:
                self._frame.add_line(whole)
            return
        if line[:1] in _LINE_PREFIXES:
            line = line.lstrip(b" \t").removeprefix(_BYTE_ORDER_MARK)
            if not line:
                self._frame.add_line(whole)
                return
        field, colon, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data" and (framed := _FRAMED_TWICE.match(value)):
            self._is_framed_twice = True
            field, value = framed[1], value[framed.end() :]
        if field == b"data" or (field == b"error" and value.startswith(b"{")):
            self._dispatch_document(events)
            self._frame.add_data(whole, stop - len(value), stop)
            self._add_data(value, missing)
        elif field == b"event":
            if self._name:
                self._dispatch_document(events)
            self._frame.add_line(whole)
            self._name = value[: self._size_limit]
        elif field in _IGNORED_FIELDS or not field or (colon and _is_unknown_field(field, value)):
            self.comments += not field
            self._frame.add_line(whole)
        else:
            self._dispatch_document(events)
            self._frame.add_data(whole, stop - len(line), stop)
            self._add_data(line, missing)
        self._frame.size += missing

    def _dispatch_document(self, events: list[ServerSentEvent]) -> None:
        """Dispatch the current event if its data is a whole document: the blank line after it may never come."""
        if self._data is not None and self._is_single_unchecked_line:
            self._is_single_unchecked_line = False  # each line is checked once
            if _is_document(self._data):
                self._dispatch(b"", events)

    def _add_data(self, value: bytes, missing: int) -> None:
        self._is_single_unchecked_line = self._data is None
        if self._data is None:
            self._data = bytearray()
        else:
            value = b"\n" + value
        kept = value[: self._size_limit - len(self._data)]
        self._data += kept
        self._dropped += len(value) - len(kept) + missing

    def _dispatch(self, end: bytes, events: list[ServerSentEvent]) -> None:
        """Dispatch the current event, of which `end` is the last line; without an event, that line begins the next."""
        if self._data is not None or self._name:
            name = self._name.decode("utf-8", "replace")
            pieces = self._pieces.take(self._frame.size + len(end), self._at)
            frame = self._frame.take(end)
            events.append(ServerSentEvent(name, bytes(self._data or b""), self._dropped, frame, pieces))
        else:
            self._frame.add_line(end)
        self._begin_event()


def _may_be_cut_name(line: bytes) -> bool:
    """Whether the last line of a body may be the name of a field that was cut off, which says nothing."""
    return any(name.startswith(line.strip()) for name in _NAMES)


def _is_unknown_field(field: bytes, value: bytes) -> bool:
    """Whether a line with a colon is a field that the standard says to ignore, and not a document or an error."""
    return bool(_FIELD.match(field)) and field.lower() != b"error" and not _may_be_document(value)


def _may_be_document(value: bytes) -> bool:
    return value.startswith(b"{") or value.strip() == _END_OF_STREAM


def _is_document(data: bytes | bytearray) -> bool:
    """Whether data is a whole document: a JSON object, `null`, or the mark of the stream's end."""
    text = bytes(data).strip()
    if text in (_END_OF_STREAM, b"null"):
        return True
    if not (text.startswith(b"{") and text.endswith(b"}")):
        return False
    try:
        parse_json(text.decode("utf-8", "replace"))
    except ValueError:
        return False
    return True
