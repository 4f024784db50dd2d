"""The formats of captures: recognizes a format by the contents of a file, and calls its reader."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, assert_never

from diptych.captures.mitmproxy_flows import read_flows
from diptych.captures.stream_file import read_stream_file
from diptych.captures.vcr_cassette import read_cassette
from diptych.codec.har.read_har import read_har
from diptych.core.capture import Capture
from diptych.core.json_text import parse_object

Format = Literal["har", "mitmproxy", "sse", "vcr"]

_FLOWS = re.compile(rb"\d{1,12}:\d{1,6}:[a-z_]+;")
"""The beginning of a dictionary as mitmproxy writes it (tnetstrings)."""

_CASSETTE = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:#.*\n|---.*\n|\s)*(?:version|interactions|http_interactions|recorded_with|requests):"
)
"""The first key of a cassette in YAML."""

_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")

_FIRST_KEY = re.compile(_OBJECT.pattern + rb'\s*"(log|interactions|http_interactions|requests|format)"\s*:')
"""A first key by which a JSON document is recognized without parsing it."""

_BEGINNING = 4096
"""Bytes of a file in which its first key is searched for."""

_BY_KEY: Mapping[str, Format] = {"log": "har", "interactions": "vcr", "http_interactions": "vcr", "requests": "vcr"}
"""The format of a JSON document by one of its top-level keys."""


def recognized_format(data: bytes) -> Format:
    """Return the format of a file by its contents. A file of no other known format is taken as a saved event stream.

    Raises `ValueError`, in words that follow the name of the file, for a recording of Diptych.
    """
    beginning = data[:_BEGINNING]
    if _FLOWS.match(beginning):
        return "mitmproxy"
    if _CASSETTE.match(beginning):
        return "vcr"
    for key in _keys(data, beginning):
        if key == "format" and b'"diptych recording"' in beginning:
            raise ValueError("is a recording of Diptych already: `diptych import` adds it to the history")
        if key in _BY_KEY:
            return _BY_KEY[key]
    return "sse"


def _keys(data: bytes, beginning: bytes) -> Iterable[str]:
    """Return the top-level keys of a JSON object, or only the first one if that is enough; none for anything else."""
    if found := _FIRST_KEY.match(beginning):
        return (found[1].decode(),)
    if not _OBJECT.match(beginning):
        return ()
    try:
        return parse_object(data)
    except ValueError:
        return ()


def read_captures(data: bytes, format_: Format, warn: Callable[[str], object]) -> Sequence[Capture]:
    """Return the exchanges in a file, in their order. `warn` is called with what is damaged.

    Raises `ValueError`. The words of both follow the name of the file.
    """
    return list(_read(data, format_, warn))


def _read(data: bytes, format_: Format, warn: Callable[[str], object]) -> Iterable[Capture]:
    match format_:
        case "har":
            return read_har(data)
        case "mitmproxy":
            return read_flows(data, warn)
        case "sse":
            return [read_stream_file(data)]
        case "vcr":
            return read_cassette(data)
        case _:
            assert_never(format_)
