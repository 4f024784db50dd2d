"""Reads the output of `curl -N`: an event stream, perhaps with its headers (`-i`), perhaps with the stamps of `ts`."""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO

from diptych.captures.encoded_body import decoded_body
from diptych.captures.line_stamps import split_stamps
from diptych.core.capture import Capture
from diptych.core.event import Headers
from diptych.core.timed_body import TimedBytes

_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})(?: |\r?\n?$)")

_ASSUMED_STATUS = 200
"""The status of a response whose headers were not saved. Event streams come with it."""


def read_stream_file(data: bytes) -> Capture:
    """Return the response in a file, whose request is not known.

    Raises `ValueError`, in words that follow the name of the file.
    """
    if not data.strip():
        raise ValueError("is empty")
    lines = BytesIO(data).readlines()  # `ts` knows no other end of a line than the line feed
    stamped = split_stamps(lines)
    if stamped is not None:
        lines = list(stamped.lines)
    status, headers, body_starts = _read_headers(lines)
    body = b"".join(lines[body_starts:])
    decoded = decoded_body(body, headers)
    pieces: tuple[TimedBytes, ...] = (TimedBytes(0.0, decoded),) if decoded else ()
    if stamped is None:
        return Capture("POST", "", (), b"", status, headers, pieces)
    times = stamped.times
    if decoded is body:  # else no line of the file is a line of the body
        pieces = tuple(_pieces(times[body_starts:], lines[body_starts:]))
    elif times:
        pieces = (TimedBytes(times[-1], decoded),)
    return Capture(
        *("POST", "", (), b"", status, headers, pieces, stamped.date),
        times_known=decoded is body,
        headers_at=times[body_starts - 1] if body_starts else None,
        ended_at=times[-1],
    )


def _pieces(times: Sequence[float], lines: Sequence[bytes]) -> Iterator[TimedBytes]:
    """Yield the lines of each event as a piece: they arrived together, although `ts` stamped them one by one."""
    start = 0
    for number, (at, line) in enumerate(zip(times, lines, strict=True), 1):
        if not line.strip() or number == len(lines):
            yield TimedBytes(at, b"".join(lines[start:number]))
            start = number


def _read_headers(lines: Sequence[bytes]) -> tuple[int, Headers, int]:
    """Return the status and headers of the last head in the file, and the index of the body's first line.

    There are several heads if the server sent `100 Continue`, redirected, or was asked through a proxy.
    """
    status, start = _ASSUMED_STATUS, 0
    headers: Headers = ()
    while start < len(lines) and (found := _STATUS_LINE.match(lines[start])):
        status = int(found[1])
        end = next((number for number in range(start, len(lines)) if not lines[number].strip()), len(lines))
        headers = tuple(_header(line) for line in lines[start + 1 : end])
        start = end + 1
    return status, headers, min(start, len(lines))


def _header(line: bytes) -> tuple[str, str]:
    name, _, value = line.decode("utf-8", "replace").partition(":")
    return name.strip(), value.strip()
