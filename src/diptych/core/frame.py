"""How an event was framed on the wire: the bytes around its data, so that a body can be put together again exactly.

Nearly all events of a stream have one of a few frames, so that these are kept once and an event takes no more memory
for its frame than for a reference.
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import chain, repeat

from diptych.core.endpoint import ApiName

Frame = tuple[bytes, ...]
"""The bytes of an event around the values of its `data:` lines, which are in the data of the event.

The first part is everything before the first value: fields, comments, and earlier empty lines. Each of the next parts
stands between two values. The last one ends with the empty line that ends the event. Where there are more values than
places between the parts, the last but one part is repeated. An event without a data line has all of its bytes in the
first part, and an empty one after it.
"""

UNKNOWN_FRAME: Frame = ()

_END_OF_STREAM = "[DONE]"
"""The name that Diptych gives to the event that marks the end of a stream, which has no name on the wire."""

_MOST_BYTES = 64 * 1024
"""The most bytes of a frame that are kept. Further lines that are not data are left out."""

_MOST_PARTS = 200
"""The most parts of a frame that are kept. Further data lines are taken to be framed like the last of them."""

_MOST_SHARED = 500
"""The most frames of a stream that are remembered, so that later events can share them."""

_LONGEST_NAME = 1_000
"""Characters of a name whose usual frame is remembered."""


class FrameBuilder:
    """Gathers the frames of one stream. `scrub` removes secrets from a frame.

    `size` counts the bytes of the event so far, those of its data included.
    """

    __slots__ = ("_kept", "_named", "_part", "_parts", "_scrub", "_shared", "size")

    def __init__(self, scrub: Callable[[bytes], bytes]) -> None:
        self.size = 0
        self._scrub = scrub
        self._kept = 0
        self._parts: list[bytes] = []
        self._part = bytearray()
        self._shared: dict[Frame, Frame] = {}
        self._named: dict[bytes | None, tuple[str, Frame]] = {}

    def add_line(self, line: bytes) -> None:
        """Add a line that is not data, with its line end, such as a field, a comment, or an empty line before them."""
        self.size += len(line)
        if self._kept + len(line) <= _MOST_BYTES:
            self._kept += len(line)
            self._part += line

    def add_data(self, line: bytes, start: int, stop: int) -> None:
        """Add a line of data, with its line end. What is between `start` and `stop` became part of the event's data."""
        self.size += len(line)
        part = self._part
        if self._kept + start <= _MOST_BYTES:
            self._kept += start
            part += line[:start]
        else:
            part += b"data: "
        if len(self._parts) < _MOST_PARTS:
            self._parts.append(bytes(part))
        self._part = bytearray(line[stop:])

    def take(self, end: bytes = b"") -> Frame:
        """Return the frame of the event that is complete with the line `end`, and begin the next one."""
        parts, self._parts = self._parts, []
        last = bytes(self._part) + end
        self._part.clear()
        self.size = self._kept = 0
        if not parts:
            return self._share((last, b""))
        while len(parts) > 2 and parts[-1] == parts[-2]:
            parts.pop()
        return self._share((*parts, last))

    def take_usual(self, field: bytes | None) -> tuple[str, Frame]:
        """Return the name and the frame of an event with an `event:` field of that value, and one data line."""
        known = self._named.get(field)
        if known is None:
            head = b"data: " if field is None else b"event: " + field + b"\ndata: "
            known = (field or b"").decode("utf-8", "replace"), self._share((head, b"\n\n"))
            if len(self._named) < _MOST_SHARED:
                self._named[field] = known
        return known

    def pending(self, data: bytes) -> bytes:
        """Return the bytes of an event that is not complete, as far as they have come; `data` is its data so far."""
        last = bytes(self._part)
        return self._scrub(framed_bytes((*self._parts, last), data) if self._parts else last)

    def _share(self, parts: Frame) -> Frame:
        return self._shared.get(parts) or self._new(parts)

    def _new(self, parts: Frame) -> Frame:
        frame = tuple(map(self._scrub, parts))
        if len(self._shared) < _MOST_SHARED:
            self._shared[parts] = frame
        return frame


def framed_bytes(frame: Frame, data: bytes) -> bytes:
    """Return the bytes of an event as they came, its empty line included."""
    first, *between, last = frame
    if b"\n" not in data:
        return first + data + last
    values = data.split(b"\n")
    separators = chain(between, repeat(between[-1] if between else b"\ndata: "))
    pairs = zip(separators, values[1:], strict=False)
    return b"".join((first, values[0], *chain.from_iterable(pairs), last))


def framed_lines(frame: Frame, data: bytes) -> list[bytes]:
    """Return the lines of an event as they came, without the empty lines around them."""
    return framed_bytes(frame, data).strip(b"\r\n").splitlines()


def bare_frame(body: bytes, data: bytes) -> Frame:
    """Return the frame of `data` that is a whole body, but for the white space around it."""
    before, _, after = body.partition(data)
    return (before, b"\n", after) if b"\n" in data else (before, after)


def usual_frame(api: ApiName, name: str, data: bytes) -> Frame:
    """Return the frame that the servers of an API usually give an event: Chat Completions has no `event:` fields."""
    if api == "openai-chat" or name == _END_OF_STREAM:
        name = ""
    make = _remembered if len(name) <= _LONGEST_NAME else _usual
    return make(name, b"\n" in data)


def is_usual(frame: Frame, api: ApiName, name: str) -> bool:
    """Whether a frame is the `usual_frame` of an event of that name, and the name is not too long to be remembered.

    This is asked of every event that is written down.
    """
    if api == "openai-chat" or name == _END_OF_STREAM:
        name = ""
    return len(name) <= _LONGEST_NAME and frame == _remembered(name, len(frame) > 2)


def _usual(name: str, has_lines: bool) -> Frame:
    first = f"event: {name}\ndata: ".encode("utf-8", "replace") if name else b"data: "
    return (first, b"\ndata: ", b"\n\n") if has_lines else (first, b"\n\n")


_remembered = lru_cache(maxsize=200)(_usual)
