"""The formats of captures: how each is recognized, and what reads it."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal, assert_never

from diptych.captures.mitmproxy_flows import read_flows
from diptych.captures.stream_file import read_stream_file
from diptych.captures.vcr_cassette import read_cassette
from diptych.core.capture import Capture
from diptych.core.json_text import parse_object

Format = Literal["har", "mitmproxy", "sse", "vcr"]

_FLOWS = re.compile(rb"\d{1,12}:\d{1,6}:[a-z_]+;")
"""The beginning of a dictionary as mitmproxy writes it (tnetstrings)."""

_CASSETTE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:#.*\n|---.*\n|\s+)*(?:version|interactions|http_interactions|recorded_with):"
)
"""The first key of a cassette in YAML."""

_EARLIER_LINES = 4096
"""Bytes in which that key is searched for."""


def recognized_format(data: bytes) -> Format:
    """Return the format of a file by its contents. What shows no other format is a saved response."""
    if _FLOWS.match(data):
        return "mitmproxy"
    if _CASSETTE.match(data[:_EARLIER_LINES]):
        return "vcr"
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        try:
            fields = parse_object(data.removeprefix(b"\xef\xbb\xbf"))
        except ValueError:
            return "sse"
        if "log" in fields:
            return "har"
        if "interactions" in fields or "http_interactions" in fields:
            return "vcr"
    return "sse"


def read_captures(data: bytes, format_: Format) -> Sequence[Capture]:
    """Return the exchanges in a file, in their order.

    Raises `ValueError`, in words that follow the name of the file.
    """
    return list(_read(data, format_))


def _read(data: bytes, format_: Format) -> Iterable[Capture]:
    match format_:
        case "har":
            raise ValueError("is a HAR")
        case "mitmproxy":
            return read_flows(data)
        case "sse":
            return [read_stream_file(data)]
        case "vcr":
            return read_cassette(data)
        case _:
            assert_never(format_)
