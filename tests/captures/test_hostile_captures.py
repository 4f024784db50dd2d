"""Whatever a file holds, it is converted or refused with a sentence, and what was converted can be opened."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from diptych.captures.asked_model import CaptureHints
from diptych.captures.capture_formats import Format, read_captures, recognized_format
from diptych.captures.conversion import calls_in, recording_of
from diptych.codec.recording_lines import RecordingReader, recording_objects
from diptych.core.json_text import to_json
from diptych.replay.folding import fold
from tests.streams.folding import stream

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("\ud800"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "text", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
URLS = st.sampled_from(["https://h/v1/messages", "https://h/v1/chat/completions", "https://h/v1/responses", "//[", "é"])
SENT = st.fixed_dictionaries(
    {"model": JSON},
    optional=dict.fromkeys(("messages", "input", "system", "tools", "max_tokens", "text", "output_config"), JSON),
)
BODIES = st.sampled_from(
    [stream("openai-chat", "text")[:300].decode(), '{"error": 1}', "<html>", "data: x", "\ud800", ""]
)


def convert(data: bytes, format_: Format) -> None:
    """Convert a file, and open what was made of it. A file that is damaged is refused by its reader."""
    try:
        captures = read_captures(data, format_, str)
    except UnicodeError:
        raise
    except ValueError:
        return
    for call in calls_in(captures, CaptureHints()):
        reader = RecordingReader()
        for line in recording_objects(fold(recording_of([call], ["left"]))):
            reader.read(json.loads(to_json(line)))
        fold(reader.recording())


@given(
    url=URLS, sent=SENT | JSON, body=BODIES | JSON, status=st.sampled_from([200, 404, 529]), name=st.text(max_size=4)
)
def test_any_cassette(url: str, sent: Any, body: Any, status: int, name: str) -> None:
    request = {"method": "POST", "uri": url, "headers": {name: [name]}, "body": json.dumps(sent)}
    response = {"status": {"code": status}, "headers": {name: body}, "body": {"string": body}}

    convert(json.dumps({"interactions": [{"request": request, "response": response}]}).encode(), "vcr")


NUMBERS = st.sampled_from([-1, 0, 0.5, 1e308, 10**400, -(10**400)])
MEMBERS = JSON | st.lists(st.lists(NUMBERS, max_size=3), max_size=2)


def places(value: Any, outer: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where each member of a JSON value stands: the keys that lead to it."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield (*outer, key)
        yield from places(member, (*outer, key))


@given(data=st.data())
def test_any_member_of_a_har(data: st.DataObject) -> None:
    body = data.draw(BODIES)
    entry: dict[str, Any] = {
        "startedDateTime": "2026-11-26T12:00:00Z",
        "time": 5,
        "timings": {"connect": 1, "wait": 2, "receive": 3},
        "request": {
            "method": "POST",
            "url": data.draw(URLS),
            "headers": [{"name": "accept", "value": "*/*"}],
            "postData": {"text": json.dumps({"model": "m", "messages": []})},
        },
        "response": {
            "status": 200,
            "headers": [{"name": "accept", "value": "*/*"}],
            "content": {"text": body, "size": len(body), "encoding": ""},
            "_error": None,
        },
        "_eventSourceMessages": [{"time": 1795694400.5, "eventName": "", "eventId": "", "data": "x"}],
        "_diptych": {"pieces": [[0.5, len(body)]], "connect": 0, "ending": "clean"},
    }
    *outer, last = data.draw(st.sampled_from(list(places(entry))))
    within: Any = entry
    for name in outer:
        within = within[name]
    within[last] = data.draw(NUMBERS | MEMBERS)

    convert(json.dumps({"log": {"entries": [entry]}}).encode(), "har")


@given(data=st.binary(max_size=200), format_=st.sampled_from(("har", "sse", "vcr")))
def test_any_bytes(data: bytes, format_: Format) -> None:
    recognized_format(data)
    convert(data, format_)
