"""How an event was framed on the wire: the lines around its data, which nothing but a person wants to see.

Nearly all events of a stream have one of a few frames, so that these are kept once and an event takes no more memory
for its frame than for a reference.
"""

from collections.abc import Callable, Iterator

Frame = tuple[bytes, ...]
"""The lines of an event in order. One that ends with a line feed is whole.

Any other is what stood before the value of a `data:` line: the values are in the data of the event.
"""

UNKNOWN_FRAME: Frame = ()
BARE_FRAME: Frame = (b"",)
"""Of data without a field name, such as a body that is no stream."""

_MOST_LINES = 200
_LONGEST_LINE = 1_000
"""What is kept of a frame at most. Of data lines only the beginning counts."""

_MOST_SHARED = 500
"""Different frames of a stream that are remembered, so that later events share them."""


class FrameBuilder:
    """Gathers the frames of one stream. `scrub` takes out of a line what must not be kept."""

    def __init__(self, scrub: Callable[[bytes], bytes]) -> None:
        self._scrub = scrub
        self._lines: list[bytes] = []
        self._shared: dict[Frame, Frame] = {}

    def add_line(self, line: bytes) -> None:
        """Add a line that is not data: a field, a comment, or an empty line that did not end an event."""
        if (line or self._lines) and len(self._lines) < _MOST_LINES:
            self._lines.append(line[:_LONGEST_LINE] + b"\n")

    def add_data(self, line: bytes, value: bytes) -> None:
        """Add a line of data of which `value` became part of the event."""
        if len(self._lines) < _MOST_LINES:
            self._lines.append(line[: min(len(line) - len(value), _LONGEST_LINE)])

    def take(self) -> Frame:
        """Return the frame of the event that is complete now, and begin the next one."""
        lines = tuple(self._lines)
        self._lines.clear()
        frame = self._shared.get(lines)
        if frame is None:
            frame = tuple(map(self._scrub, lines))
            if len(self._shared) < _MOST_SHARED:
                self._shared[lines] = frame
        return frame


def framed_lines(frame: Frame, data: bytes) -> Iterator[bytes]:
    """Yield the lines of an event as they came. What exceeds the limits of a frame is yielded without it."""
    values = iter(data.split(b"\n"))
    for line in frame:
        yield line[:-1] if line.endswith(b"\n") else line + next(values, b"")
    yield from values


def rebuilt_frame(name: str, data: bytes) -> Frame:
    """Return the usual frame of an event with an `event:` field, "" if it had none."""
    field = (b"event: " + name.encode("utf-8", "replace") + b"\n",) if name else ()
    return (*field, *(b"data: " for _ in data.split(b"\n")))
