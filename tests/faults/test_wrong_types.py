"""Values of any type at any place of an event raise no error in any dialect, and valid text is kept."""

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.apis.sse import Decoder
from diptych.codec.event_lines import line_object
from diptych.codec.objects import run_object
from diptych.core.endpoint import ApiName
from diptych.core.event import Event
from diptych.core.json_text import to_json
from diptych.core.run import Run
from diptych.core.wording.describe import describe
from diptych.core.wording.explain import explain
from diptych.core.wording.outcome import end_sentence
from diptych.report.figures import usage
from diptych.tui.figure_text import status
from tests.faults.fault import hello
from tests.streams.folding import STREAMS as RECORDED
from tests.streams.folding import fold
from tests.support.asking import text
from tests.support.streams import APIS

Path = tuple[int | str, ...]

VALUES: list[Any] = [
    None,
    True,
    -5,
    10**400,
    1.5,
    math.nan,
    math.inf,
    "",
    "12",
    "\ud83c",
    [],
    [[]],
    [None],
    {},
    {"": {}},
    {"error": {"error": []}},
    json.loads("[" * 90 + "]" * 90),
]


def places(data: Any, here: Path = ()) -> Iterator[Path]:
    """Yield the paths of all values in the data, including that of the data itself."""
    yield here
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, inner in items:
        yield from places(inner, (*here, key))


def replaced(data: Any, place: Path, value: Any) -> Any:
    """Return a copy of the data with another value at a place."""
    if not place:
        return value
    copy: Any = dict(data) if isinstance(data, dict) else list(data)
    copy[place[0]] = replaced(data[place[0]], place[1:], value)
    return copy


def events_of(api: ApiName) -> list[tuple[bytes, Any]]:
    """Return the events of all hand-written streams, each as the bytes before its data, and the data."""
    bodies = [path.read_bytes() for path in RECORDED if path.parent.name == api] + [b"".join(hello(api))]
    framed_events = [event for body in bodies for event in Decoder().feed(body) if event.data.startswith(b"{")]
    heads = (f"event: {event.name}\n".encode() if event.name else b"" for event in framed_events)
    return [(head, json.loads(event.data)) for head, event in zip(heads, framed_events, strict=True)]


def is_shown(run: Run) -> None:
    """Assert that everything that screens, listings and exports show of a run can be produced."""
    for line in run.lines:
        describe(line)
        explain(line)
        to_json(line_object(run, line))
    json.loads(to_json(run_object(run)))
    usage(run)
    status(run, 100.0, 80)
    end_sentence(run)


def framed(head: bytes, data: Any) -> bytes:
    return head + b"data: " + json.dumps(data).encode() + b"\n\n"


@pytest.mark.parametrize("api", APIS)
def test_every_value_of_every_event_may_be_of_any_type(api: ApiName) -> None:
    for head, data in events_of(api):
        for place in places(data):
            body = b"".join(framed(head, replaced(data, place, value)) for value in VALUES)
            run = fold(api, body)
            assert run.events == len(VALUES)
            is_shown(run)


@pytest.mark.parametrize("api", APIS)
@given(data=st.data())
def test_text_is_kept_whatever_comes_between_its_pieces(api: ApiName, data: st.DataObject) -> None:
    stream = hello(api)
    spoilt = []
    for _ in range(data.draw(st.integers(1, 5))):
        head, event = data.draw(st.sampled_from(events_of(api)))
        for _ in range(data.draw(st.integers(1, 4))):
            place = data.draw(st.sampled_from(list(places(event))))
            event = replaced(event, place, data.draw(st.sampled_from(VALUES)))
        spoilt.append(framed(head, event))
    where = data.draw(st.integers(0, len(stream)))

    run = fold(api, b"".join([*stream[:where], *spoilt, *stream[where:]]))

    assert run.events == len(stream) + len(spoilt)
    kept = iter(text(run))
    assert all(letter in kept for letter in "Hello"), text(run)
    assert [line.seq for line in run.lines if isinstance(line, Event)] == list(range(1, run.events + 1))
    is_shown(run)
