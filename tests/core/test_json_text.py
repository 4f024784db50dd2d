"""JSON from elsewhere: what is nested too deeply is refused wherever it is read, and never ends in a RecursionError."""

import json
from typing import Any

import pytest

from diptych.core.event import RequestSent
from diptych.core.json_text import (
    MOST_GLUED,
    MOST_LEVELS,
    parse_finite_json,
    parse_glued_objects,
    parse_json,
    parse_lenient_json,
    parse_object,
    sendable_json,
    to_json,
)
from diptych.core.request_fields import parse_param
from diptych.core.wording.describe import describe


def nested(levels: int) -> str:
    return f"{'[' * levels}{']' * levels}"


def depth(value: Any) -> int:
    levels = 0
    while value:
        value, levels = value[0], levels + 1
    return levels + 1


def test_json_is_read() -> None:
    assert parse_json('{"a": [1, {"b": null}]}') == {"a": [1, {"b": None}]}
    assert parse_json('\ufeff"with a byte-order mark"') == "with a byte-order mark"
    assert parse_json(json.dumps([[]] * 1_000)) == [[]] * 1_000
    assert parse_json(f'"{nested(200)}"') == nested(200)


def test_as_deep_as_it_may_be_and_no_deeper() -> None:
    assert depth(parse_json(nested(MOST_LEVELS))) == MOST_LEVELS
    for levels in (MOST_LEVELS + 1, 900, 100_000):
        with pytest.raises(ValueError, match="nested too deeply"):
            parse_json(nested(levels))
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_json('{"a":' * 500 + "1" + "}" * 500)
    with pytest.raises(ValueError, match="Expecting"):
        parse_json("[" * 50)


@pytest.mark.parametrize("levels", [900, 100_000])
def test_it_is_refused_wherever_json_is_read(levels: int) -> None:
    request = RequestSent(0.0, "POST", "https://here.test", (), nested(levels).encode())

    assert describe(request).detail == ""
    with pytest.raises(ValueError, match="The value of deep is not JSON"):
        parse_param(f"deep={nested(levels)}")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b'{"a": NaN}', "is not JSON"),
        (b'{"a": -Infinity}', "is not JSON"),
        (b'{"a": 1e999}', "is not JSON"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "is not JSON"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"[]", "is not a JSON object"),
        (b"null", "is not a JSON object"),
    ],
)
def test_what_is_no_object(text: bytes, what: str) -> None:
    with pytest.raises(ValueError, match=f"^{what}$"):
        parse_object(text)


def test_numbers_of_an_object_are_read_as_they_are() -> None:
    assert parse_object(json.dumps({"a": 1.5, "b": -2})) == {"a": 1.5, "b": -2}


@pytest.mark.parametrize("text", ["Grüße 🌍", "\x1b[31m", "\u2028", "\ud800"])
def test_every_text_becomes_one_line_of_ascii(text: str) -> None:
    line = to_json({"text": text})

    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line) == {"text": text}


@pytest.mark.parametrize("text", ["NaN", "[-Infinity]", "1e999"])
def test_numbers_that_are_not_finite_are_refused_or_accepted(text: str) -> None:
    assert str(parse_json(text)).strip("[]") in ("nan", "-inf", "inf")
    with pytest.raises(ValueError, match=r"^(-?[A-Z]\w+ is not a number|the number 1e999 is too large)$"):
        parse_finite_json(text)
    with pytest.raises(ValueError, match="Out of range"):
        to_json(parse_json(text))


def test_a_whole_number_of_thousands_of_digits_is_too_large() -> None:
    assert parse_finite_json("9" * 400) == int("9" * 400)
    with pytest.raises(ValueError, match=r"^the number 9999999999… is too large$"):
        parse_finite_json("9" * 5_000)


def test_servers_need_not_escape_line_breaks() -> None:
    assert parse_lenient_json('{"a": "b\tc\nd"}') == {"a": "b\tc\nd"}


def test_several_objects_may_follow_one_another() -> None:
    assert parse_glued_objects(' {"a": 1}{"b": 2} \n {"c": 3}\n') == [{"a": 1}, {"b": 2}, {"c": 3}]


def test_very_many_objects_are_not_read() -> None:
    assert len(parse_glued_objects("{}" * MOST_GLUED)) == MOST_GLUED
    assert parse_glued_objects("{}" * 2_000_000) == []


@pytest.mark.parametrize("text", ["", "{", '{"a": 1}[2]', '{"a": 1} and more', '{"a": 1}' + nested(MOST_LEVELS + 1)])
def test_other_texts_are_not_several_objects(text: str) -> None:
    assert parse_glued_objects(text) == []


def test_what_is_sent_has_no_halves_of_characters() -> None:
    value = {"a\ud83d": ["é", "\udc4d", {"b": 1.5}], "ok": None}

    assert sendable_json(value) == {"a�": ["é", "�", {"b": 1.5}], "ok": None}
