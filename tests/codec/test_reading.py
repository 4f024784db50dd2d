"""What stands in a recording is checked before it is believed."""

import json
from typing import Any

import pytest

from diptych.codec.reading import load_object, read_cost, read_event, read_note, read_settings, seconds
from diptych.core.event import AttemptFailed, RequestSent, ResponseBegan, RunCut, RunFailed, RunStopped
from diptych.core.failure import Failure
from diptych.core.recording import RecordedEvent

EVENT = {"at": 0.5, "event": "ping", "data": "{}"}
SIDE = {"endpoint": "openai", "api": "openai-chat", "model": "m"}


def nested(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels - 2):
        value = [value]
    return {"a": value}


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
        ({"data_base64": "*"}, "has data_base64 that is no Base64"),
        ({"data_base64": "é"}, "has data_base64 that is no Base64"),
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
        ({"note": "response", "status": 500, "body": "no"}, ResponseBegan(1.0, 500, (), b"no")),
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
        ({"note": "request", "method": "POST", "url": "", "headers": {}}, "has headers that are no list"),
        ({"note": "response", "headers": [["a"]]}, "has a header that is no name and value"),
        ({"note": "response", "headers": [["a", 1]]}, "has a header that is no name and value"),
        ({"note": "response", "headers": ["ab"]}, "has a header that is no name and value"),
        ({"note": "response", "status": "200"}, "has no whole number as status"),
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


# What a side was asked, and what it cost


def test_settings_have_neither_address_nor_key() -> None:
    settings = read_settings(SIDE | {"simulated": True, "system": "s", "max_tokens": 0, "params": nested(100)})

    assert (settings.name, settings.endpoint.base_url, settings.endpoint.key) == ("openai:m", "", None)
    assert (settings.simulated, settings.system, settings.max_tokens) == (True, "s", 1)


@pytest.mark.parametrize(
    ("side", "what"),
    [
        ([], "has a side that is no object"),
        (SIDE | {"api": "gopher"}, "names an API that this version does not know, 'gopher'"),
        (SIDE | {"api": []}, "has no text as api"),
        (SIDE | {"endpoint": None}, "has no text as endpoint"),
        (SIDE | {"model": 4}, "has no text as model"),
        (SIDE | {"system": None}, "has no text as system"),
        (SIDE | {"params": []}, "has params that are no object"),
        (SIDE | {"params": nested(102)}, "has params that are nested too deeply"),
        (SIDE | {"max_tokens": 1e3}, "has no whole number as max_tokens"),
    ],
)
def test_what_is_no_side(side: object, what: str) -> None:
    with pytest.raises(ValueError, match=f"^{what}$"):
        read_settings(side)


@pytest.mark.parametrize("cost", ["0", "0.00014", "12.5"])
def test_a_cost_is_a_plain_decimal_number(cost: str) -> None:
    assert read_cost({"cost_usd": cost}) == cost


@pytest.mark.parametrize("cost", [None, 1.5, "", "-1", "NaN", "1e9", "1e999999999", "9" * 50, "٣", [], {}, "1_0", " 1"])
def test_any_other_cost_is_none(cost: object) -> None:
    assert read_cost({"cost_usd": cost}) is None
    assert read_cost(cost) is None


# Objects


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"", "is no JSON"),
        (b"{", "is no JSON"),
        (b"\xff", "is no JSON"),
        (b'{"a": NaN}', "is no JSON"),
        (b'{"a": -Infinity}', "is no JSON"),
        (b'{"a": 1e999}', "is no JSON"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "is no JSON"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"[]", "is no JSON object"),
        (b"null", "is no JSON object"),
    ],
)
def test_what_is_no_object(text: bytes, what: str) -> None:
    with pytest.raises(ValueError, match=f"^{what}$"):
        load_object(text)


def test_numbers_of_an_object_are_read_as_they_are() -> None:
    assert load_object(json.dumps({"a": 1.5, "b": -2})) == {"a": 1.5, "b": -2}
    assert seconds({"a": 3}, "a") == 3.0
