"""How an event was framed on the wire: the lines around its data, which nothing but a person wants to see.

Nearly all events of a stream have one of a few frames, so that these are kept once and an event takes no more memory
for its frame than for a reference.
"""

from collections.abc import Callable, Iterator

from diptych.core.endpoint import ApiName

Frame = tuple[bytes | str, ...]
"""The lines of an event in order.

A text is what stood before the value of a `data:` line: the values are in the data of the event. Bytes are a line of
any other kind.
"""

UNKNOWN_FRAME: Frame = ()
BARE_FRAME: Frame = ("",)
"""Of data without a field name, such as a body that is not a stream."""

_USUAL = "data: "

_END_OF_STREAM = "[DONE]"
"""The name that is given to the mark of the stream's end, which has none."""

_MOST_LINES = 200
_LONGEST_LINE = 1_000
"""What is kept of a frame at most. Of data lines only the beginning counts."""

_MOST_SHARED = 500
"""Different frames of a stream that are remembered, so that later events share them."""


class FrameBuilder:
    """Gathers the frames of one stream. `scrub` takes out of a line what must not be kept."""

    __slots__ = ("_lines", "_scrub", "_shared")

    def __init__(self, scrub: Callable[[bytes], bytes]) -> None:
        self._scrub = scrub
        self._lines: list[bytes | str] = []
        self._shared: dict[Frame, Frame] = {}

    def add_line(self, line: bytes) -> None:
        """Add a line that is not data: a field, a comment, or an empty line that did not end an event."""
        lines = self._lines
        if (line or lines) and len(lines) < _MOST_LINES:
            lines.append(line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE])

    def add_data(self, line: bytes, value: bytes) -> None:
        """Add a line of data of which `value` became part of the event."""
        lines = self._lines
        if len(lines) < _MOST_LINES:
            prefix = line[: min(len(line) - len(value), _LONGEST_LINE)]
            lines.append(_USUAL if prefix == b"data: " else prefix.decode("utf-8", "replace"))

    def take(self) -> Frame:
        """Return the frame of the event that is complete now, and begin the next one."""
        lines = tuple(self._lines)
        self._lines.clear()
        return self._shared.get(lines) or self._new(lines)

    def _new(self, lines: Frame) -> Frame:
        frame = tuple(self._scrub(line) if isinstance(line, bytes) else line for line in lines)
        if len(self._shared) < _MOST_SHARED:
            self._shared[lines] = frame
        return frame


def framed_lines(frame: Frame, data: bytes) -> Iterator[bytes]:
    """Yield the lines of an event as they came. What exceeds the limits of a frame is yielded without it."""
    values = iter(data.split(b"\n"))
    for line in frame:
        yield line if isinstance(line, bytes) else line.encode() + next(values, b"")
    yield from values


def framed_bytes(frame: Frame, data: bytes) -> bytes:
    """Return the bytes of an event as they came, its empty line included."""
    return b"\n".join((*framed_lines(frame, data), b"", b""))


def usual_frame(api: ApiName, name: str, data: bytes) -> Frame:
    """Return the frame that the servers of an API usually give an event: Chat Completions has no `event:` fields."""
    return rebuilt_frame("" if api == "openai-chat" or name == _END_OF_STREAM else name, data)


def rebuilt_frame(name: str, data: bytes) -> Frame:
    """Return the usual frame of an event with an `event:` field, "" if it had none."""
    field = (b"event: " + name.encode("utf-8", "replace"),) if name else ()
    return (*field, *(_USUAL for _ in data.split(b"\n")))
