"""A line of an event list is written to the last key, comes back as it was, and is checked before it is believed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.codec.event_lines import line_object, note_data, note_name, read_event, read_note, read_note_data
from diptych.codec.settings_object import settings_members
from diptych.core.event import (
    AttemptFailed,
    Event,
    Line,
    Note,
    RequestSent,
    ResponseBegan,
    RunCut,
    RunFailed,
    RunStopped,
)
from diptych.core.failure import Failure
from diptych.core.json_text import parse_object, to_json
from diptych.core.recording import RecordedEvent
from tests.report.runs import T0, answered, begun

EVENT = {"at": 0.5, "event": "ping", "data": "{}"}


def nested(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels - 2):
        value = [value]
    return {"a": value}


# Lines


def test_an_event_as_a_line() -> None:
    event = Event(T0 + 0.388123, 1, "message_start", b'{"type": "message_start"}', ())

    assert to_json(line_object(begun(), event)) == (
        '{"side": "left", "seq": 1, "at": 0.388123, "event": "message_start",'
        ' "data": "{\\"type\\": \\"message_start\\"}"}'
    )


def test_times_have_six_decimals() -> None:
    assert line_object(begun(), Event(T0 + 1 / 3, 1, "ping", b"", ()))["at"] == 0.333333


def test_data_that_is_no_utf8_comes_in_base64_too() -> None:
    assert line_object(begun(), Event(T0, 1, "chunk", b"\xff{}", ())) == {
        "side": "left",
        "seq": 1,
        "at": 0.0,
        "event": "chunk",
        "data": "�{}",
        "data_base64": "/3t9",
    }
    assert "data_base64" not in line_object(begun(), Event(T0, 1, "chunk", "�".encode(), ()))


def test_an_event_that_we_may_have_read_late_says_by_how_much() -> None:
    assert line_object(begun(), Event(T0, 1, "chunk", b"", (), late=0.0312345678))["late"] == 0.031235


def test_an_event_that_was_cut_says_how_much_is_missing() -> None:
    assert line_object(begun(), Event(T0, 1, "chunk", b"", (), dropped=7))["dropped"] == 7


HEADERS = (("b", "2"), ("a", "1"), ("a", "again"))
LIST = [["b", "2"], ["a", "1"], ["a", "again"]]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            RequestSent(T0, "POST", "https://x/v1", HEADERS, b'{"model": "m"}'),
            {
                "note": "request",
                "method": "POST",
                "url": "https://x/v1",
                "headers": LIST,
                "body": {"model": "m"},
                "settings": settings_members(begun().request.settings),
            },
        ),
        (ResponseBegan(T0, 200, HEADERS), {"note": "response", "status": 200, "headers": LIST}),
        (ResponseBegan(T0, 500, (), b"<p>"), {"note": "response", "status": 500, "headers": [], "body": "<p>"}),
        (
            ResponseBegan(T0, 200, (), clock="kernel"),
            {"note": "response", "status": 200, "headers": [], "stamped_by": "kernel"},
        ),
        (
            AttemptFailed(T0, 1, 429, 0.5, "Slow down."),
            {"note": "attempt", "attempt": 1, "status": 429, "wait": 0.5, "reason": "Slow down."},
        ),
        (
            RunFailed(T0, Failure("timeout", "Silence.")),
            {"note": "error", "error": {"kind": "timeout", "status": None, "message": "Silence.", "request_id": None}},
        ),
        (RunStopped(T0), {"note": "stopped"}),
        (RunCut(T0), {"note": "cut"}),
    ],
)
def test_a_note_as_a_line(line: Line, expected: dict[str, Any]) -> None:
    assert line_object(begun("right"), line) == {"side": "right", **expected, "clock": 0.2}


def test_the_body_that_was_no_stream_stands_beside_its_error() -> None:
    assert line_object(begun(), RunFailed(T0, Failure("response", "JSON."), b'{"a": 1}'))["body"] == {"a": 1}


@pytest.mark.parametrize("body", [b'{"a": NaN}', b'{"a": 1e999}', b"[" * 100_000, b"not json", b"\xff\xfe"])
def test_a_body_that_is_no_json_is_a_text(body: bytes) -> None:
    line = line_object(begun(), ResponseBegan(T0, 400, (), body))

    assert json.loads(to_json(line))["body"] == body.decode("utf-8", "replace")


# What is written comes back

TEXTS = st.text(st.characters(codec=None), max_size=20)  # halves of characters included
TIMES = st.integers(0, 10**10).map(lambda microseconds: microseconds / 1e6)
NOTE_TIMES = TIMES.map(lambda at: T0 + at)
STATUS = st.none() | st.integers(0, 999)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS, lambda inner: st.lists(inner, max_size=3), max_leaves=5
)
BODIES = st.lists(VALUES, max_size=3).map(
    lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
)
HEADER_LISTS = st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple)
KINDS = st.sampled_from(("connection", "http", "timeout", "response", "event"))
NOTES: st.SearchStrategy[Note] = st.one_of(
    st.builds(RequestSent, NOTE_TIMES, TEXTS, TEXTS, HEADER_LISTS, BODIES, st.none() | TIMES, st.none() | TIMES),
    st.builds(ResponseBegan, NOTE_TIMES, st.integers(0, 999), HEADER_LISTS, BODIES),
    st.builds(AttemptFailed, NOTE_TIMES, st.integers(1, 9), STATUS, TIMES, TEXTS),
    st.builds(
        RunFailed, NOTE_TIMES, st.builds(Failure, KINDS, TEXTS, STATUS, st.sampled_from((None, "req_1"))), BODIES
    ),
    st.builds(RunStopped, NOTE_TIMES),
    st.builds(RunCut, NOTE_TIMES),
)


@given(NOTES)
def test_a_note_comes_back_from_the_history(note: Note) -> None:
    assert read_note_data(note_name(note), note_data(note), note.at) == note


@given(NOTES)
def test_a_note_comes_back_from_a_line(note: Note) -> None:
    line = parse_object(to_json(line_object(begun(), note)))

    assert read_note(line, note.at) == note


@given(TIMES, TEXTS, st.binary(max_size=30), st.integers(0, 2**40), TIMES)
def test_an_event_comes_back_from_a_line(at: float, name: str, data: bytes, dropped: int, late: float) -> None:
    line = parse_object(to_json(line_object(begun(), Event(T0 + at, 1, name, data, (), dropped, late))))

    event = read_event(line, 0.0)
    assert event._replace(at=0.0) == RecordedEvent(0.0, name, data, dropped, late)
    assert event.at == pytest.approx(at, abs=1e-6)


def test_a_line_of_a_later_take_says_so() -> None:
    run = answered()
    run.take = 2
    event = next(line for line in run.lines if isinstance(line, Event))

    assert list(line_object(run, event))[:3] == ["side", "take", "seq"]
    assert line_object(run, RunCut(T0))["take"] == 2


# Events


def test_an_events_time_counts_from_t0() -> None:
    assert read_event(EVENT, 2.0) == RecordedEvent(2.5, "ping", b"{}")


def test_data_that_is_no_utf8_comes_from_base64() -> None:
    line = EVENT | {"data": "\ufffd", "data_base64": "/w==", "dropped": 7, "late": 0.25}

    assert read_event(line, 0.0) == RecordedEvent(0.5, "ping", b"\xff", 7, 0.25)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"data": None}, "has no text as data"),
        ({"event": 3}, "has no text as event"),
        ({"at": "soon"}, "has no time as at"),
        ({"at": True}, "has no time as at"),
        ({"at": None}, "has no time as at"),
        ({"at": 10**400}, "has a time as at that cannot be"),
        ({"at": -1e12}, "has a time as at that cannot be"),
        ({"at": float("nan")}, "has a time as at that cannot be"),
        ({"late": []}, "has no time as late"),
        ({"dropped": -1}, "has no whole number as dropped"),
        ({"dropped": 2**60}, "has no whole number as dropped"),
        ({"dropped": True}, "has no whole number as dropped"),
        ({"dropped": 1.5}, "has no whole number as dropped"),
        ({"data_base64": "*"}, "has data_base64 that is not Base64"),
        ({"data_base64": "é"}, "has data_base64 that is not Base64"),
        ({"data_base64": 1}, "has no text as data_base64"),
    ],
)
def test_what_is_no_event(change: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=f"^{what}$"):
        read_event(EVENT | change, 0.0)


# Notes


@pytest.mark.parametrize(
    ("line", "note"),
    [
        (
            {"note": "request", "method": "POST", "url": "u", "headers": [["a", "b"]], "body": {"x": "\ud800é"}},
            RequestSent(1.0, "POST", "u", (("a", "b"),), b'{"x":"\xed\xa0\x80\xc3\xa9"}', None),
        ),
        ({"note": "request", "method": "GET", "url": "", "connect": 0}, RequestSent(1.0, "GET", "", (), b"", 0.0)),
        (
            {"note": "request", "method": "GET", "url": "", "date": 1795591239.1},
            RequestSent(1.0, "GET", "", (), b"", None, 1795591239.1),
        ),
        ({"note": "response", "status": 500, "body": "no"}, ResponseBegan(1.0, 500, (), b"no")),
        ({"note": "response", "status": 200, "stamped_by": "loop"}, ResponseBegan(1.0, 200, (), b"", "loop")),
        (
            {"note": "attempt", "attempt": 2, "status": None, "wait": -1, "reason": "r"},
            AttemptFailed(1.0, 2, None, 0.0, "r"),
        ),
        (
            {"note": "error", "error": {"kind": "http", "message": "m", "status": 400, "request_id": "r"}},
            RunFailed(1.0, Failure("http", "m", 400, "r")),
        ),
        ({"note": "error", "error": {"kind": "event", "message": "m"}}, RunFailed(1.0, Failure("event", "m"))),
        ({"note": "stopped"}, RunStopped(1.0)),
        ({"note": "cut"}, RunCut(1.0)),
    ],
)
def test_notes(line: dict[str, Any], note: object) -> None:
    assert read_note(line, 1.0) == note


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ({"note": "lunch"}, "is neither an event nor a note of this version"),
        ({"note": ["cut"]}, "is neither an event nor a note of this version"),
        ({"note": "request", "method": "POST", "url": "", "headers": {}}, "has headers that are not a list"),
        ({"note": "request", "method": "POST", "url": "", "date": "today"}, "has a date that cannot be"),
        ({"note": "response", "headers": [["a"]]}, "has a header that is not a name and a value"),
        ({"note": "response", "headers": [["a", 1]]}, "has a header that is not a name and a value"),
        ({"note": "response", "headers": ["ab"]}, "has a header that is not a name and a value"),
        ({"note": "response", "status": "200"}, "has no whole number as status"),
        ({"note": "response", "status": 200, "stamped_by": []}, "was stamped by no known clock"),
        ({"note": "error", "error": {"kind": "bad luck"}}, "has an error of no known kind"),
        ({"note": "error", "error": {"kind": []}}, "has an error of no known kind"),
        ({"note": "error", "error": "bad"}, "has an error of no known kind"),
        ({"note": "error", "error": {"kind": "http"}}, "has no text as message"),
        ({"note": "response", "body": nested(100_000)}, "has a body that is nested too deeply"),
    ],
)
def test_what_is_no_note(line: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=f"^{what}$"):
        read_note(line, 1.0)


def test_unknown_times_of_a_request_are_kept() -> None:
    line = {"method": "POST", "url": "https://x/", "note": "request", "unknown_times": ["end", "headers"]}

    note = read_note(line, 1.0)

    assert isinstance(note, RequestSent)
    assert note.unknown_times == ("headers", "end")
    assert json.loads(note_data(note))["unknown_times"] == ["headers", "end"]
    with pytest.raises(ValueError, match="names unknown times that this version does not know"):
        read_note(line | {"unknown_times": ["moon"]}, 1.0)
