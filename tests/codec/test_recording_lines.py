"""A round as a recording: who was asked, when everything came, and never a key."""

import json
from typing import Any

from diptych.codec.recording_lines import header_objects, line_objects, recording_objects
from diptych.core.round import Round
from tests.report.exports import render
from tests.report.rounds import DATE, PROMPT, usual
from tests.report.runs import T0, answered, begun
from tests.store.rounds import retried, round_of


def kinds(round_: Round) -> list[tuple[Any, ...]]:
    """Each line after the header by its side and kind."""
    return [(line["side"], line.get("note", "event")) for line in list(recording_objects(round_))[1:]]


def test_the_header_says_what_was_asked_of_whom() -> None:
    round_ = usual()
    (header,) = header_objects(round_, round_.all_takes())
    app = header.pop("app")
    left, right = header.pop("runs")

    assert (right["label"], right["simulated"]) == ("right", True)
    assert header == {"format": "diptych recording", "version": 4, "date": DATE, "prompt": PROMPT}
    assert left.pop("messages") == [{"role": "user", "content": "hi"}], "which are not the prompt"
    assert left == {
        "label": "left",
        "take": 1,
        "endpoint": "anthropic",
        "api": "anthropic-messages",
        "model": "claude-sonnet-5-5",
        "simulated": False,
        "system": "",
        "max_tokens": 8192,
        "params": {},
    }
    assert app[0].isdigit()


def test_a_request_is_followed_by_the_moment_that_times_count_from() -> None:
    run = begun()

    assert [line["note"] for line in line_objects(run, run.lines[0])] == ["request", "start"]
    assert list(line_objects(run, run.lines[0]))[1] == {"side": "left", "note": "start", "t0": round(T0 - 1_000, 6)}
    assert [line["note"] for line in line_objects(run, run.lines[1])] == ["response"]


def test_every_attempt_has_a_start() -> None:
    assert [kind for _, kind in kinds(round_of(retried()))] == [
        *("request", "start", "attempt"),
        *("request", "start", "response", "attempt"),
        *("request", "start", "response", "event", "event", "cut", "end"),
    ]


def test_the_lines_of_both_sides_stand_in_the_order_of_their_arrival() -> None:
    left, right = begun(), answered("right")
    left.stop(T0 + 0.35)
    lines = kinds(Round("hi", 1_000.0, (left, right)))

    assert lines[:4] == [("left", "request"), ("left", "start"), ("right", "request"), ("right", "start")]
    assert lines.index(("left", "stopped")) < len(lines) - 5
    assert lines[-2:] == [("left", "end"), ("right", "end")]


def test_a_side_that_goes_on_has_no_end() -> None:
    assert ("left", "end") not in kinds(Round("hi", 1_000.0, (begun(), answered("right"))))


def test_no_key_and_no_address_of_an_endpoint_is_in_it() -> None:
    text = render(Round("hi", 1_000.0, (answered(),)), "jsonl")
    header = json.loads(text.splitlines()[0])

    assert "sk-1" not in text
    assert "base_url" not in header["runs"][0]
    assert text.isascii()
