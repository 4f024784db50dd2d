"""The formats of captures: how each is recognized, and what reads it."""

from collections.abc import Sequence
from typing import Literal, assert_never, get_args

from diptych.captures.stream_file import read_stream_file
from diptych.core.capture import Capture

Format = Literal["sse"]
FORMATS: tuple[Format, ...] = get_args(Format)


def recognized_format(data: bytes) -> Format:
    """Return the format that the beginning of a file shows; it is the saved response if nothing shows another."""
    return "sse"


def read_captures(data: bytes, format_: Format) -> Sequence[Capture]:
    """Return the exchanges in a file, in their order.

    Raises `ValueError`, in words that follow the name of the file.
    """
    match format_:
        case "sse":
            return [read_stream_file(data)]
        case _:
            assert_never(format_)
