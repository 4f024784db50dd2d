"""Runs and rounds that are made of captured exchanges."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from diptych.captures.asked_model import CaptureHints
from diptych.captures.conversion import Call, calls_in, recording_of
from diptych.core.capture import Capture
from diptych.core.event import RequestSent, ResponseBegan
from diptych.core.exchange import Exchange, exchanges
from diptych.core.run import Run
from diptych.core.timed_body import TimedBytes, timed_body
from diptych.replay.folding import fold
from tests.streams.folding import stream

KEY = "sk-ant-abcdefghijklmnop"
BODY = stream("anthropic-messages", "text")
SENT = b'{"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}'
CUT = BODY[: BODY.index(b"event: message_delta")]
CAPTURE = Capture(
    *("POST", "https://box/v1/messages?key=" + KEY, (("x-api-key", KEY),), SENT, 200, (("request-id", "r-1"),)),
    (TimedBytes(0.5, BODY[:100]), TimedBytes(1.5, BODY[100:])),
    1_790_000_000.0,
    times_known=True,
    ending="clean",
    connect=0.25,
    headers_at=0.4,
    ended_at=2.0,
)


def called(**changes: Any) -> Call:
    (call,) = calls_in([replace(CAPTURE, **changes)], CaptureHints())
    return call


def run_of(**changes: Any) -> tuple[Run, Exchange]:
    recording = recording_of([called(**changes)], ["left"])
    (exchange,) = exchanges(recording.runs[0])
    return fold(recording).runs["left"], exchange


def in_pieces(*pieces: bytes) -> tuple[TimedBytes, ...]:
    return tuple(TimedBytes(1.0 + number, piece) for number, piece in enumerate(pieces))


def test_the_times_and_the_bytes_are_those_of_the_capture() -> None:
    run, exchange = run_of()

    assert run.state == "complete"
    assert (run.stamps.t0, run.stamps.headers, run.stamps.connect) == (0.0, 0.4, 0.25)
    assert run.request_id == "r-1"
    assert tuple(timed_body(exchange, "anthropic-messages", keeps_bytes=True)) == CAPTURE.pieces
    assert run.request.settings.max_tokens == 9
    assert run.request.prompt == "hi"


def test_keys_are_taken_out() -> None:
    run, exchange = run_of(pieces=in_pieces(BODY.replace(b"Zwei", KEY.encode())))

    assert isinstance(sent := run.lines[0], RequestSent)
    assert (sent.url, sent.headers) == ("https://box/v1/messages?key=[redacted]", (("x-api-key", "[redacted]"),))
    assert KEY not in str(run.text)
    assert KEY not in repr(exchange)


@pytest.mark.parametrize(
    ("changes", "state", "kind", "ending"),
    [
        ({"pieces": in_pieces(CUT)}, "cut", None, "clean"),
        ({"pieces": in_pieces(CUT), "ending": "unknown"}, "cut", None, "unknown"),
        ({"pieces": in_pieces(CUT), "ending": "lost", "error": "reset"}, "failed", "connection", "lost"),
        ({"pieces": in_pieces(CUT), "ending": "silent"}, "failed", "timeout", "silent"),
        ({"ending": "lost"}, "complete", None, "clean"),  # the answer was whole
        ({"status": None, "pieces": (), "error": "refused"}, "failed", "connection", "lost"),
        ({"status": 429, "pieces": in_pieces(b'{"error": {"message": "slow"}}')}, "failed", "http", "clean"),
        ({"pieces": in_pieces(b"<html>")}, "failed", "response", "clean"),
        ({"pieces": in_pieces(b'{"error": {"message": "no"}}')}, "failed", "response", "clean"),
        ({"pieces": ()}, "cut", None, "clean"),
    ],
)
def test_how_an_exchange_ended(changes: dict[str, Any], state: str, kind: str | None, ending: str) -> None:
    run, exchange = run_of(**changes)

    assert (run.state, run.failure and run.failure.kind) == (state, kind)
    assert exchange.ending == ending


def test_the_sentences_of_failures() -> None:
    def sentence(**changes: Any) -> str:
        run, _ = run_of(**changes)
        assert run.failure
        return run.failure.message

    assert sentence(status=None, pieces=(), error="refused") == "The connection to the server was lost (refused)."
    own = "The connection to h was lost. Send the prompt again."
    assert sentence(status=None, pieces=(), error=own) == own
    assert "slow" in sentence(status=429, pieces=in_pieces(b'{"error": {"message": "slow"}}'))
    assert "an HTML page instead of an event stream" in sentence(pieces=in_pieces(b"<html>"))


def test_the_body_of_an_error_is_kept() -> None:
    run, exchange = run_of(status=500, pieces=in_pieces(b"oh no"))

    assert isinstance(began := run.lines[1], ResponseBegan)
    assert began.body == exchange.body == b"oh no"


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_an_answer_that_is_not_streamed_is_one_event(end: bytes) -> None:
    answer = b'{"type": "message", "content": [{"type": "text", "text": "Hello"}], "stop_reason": "end_turn"}'
    run, _ = run_of(pieces=in_pieces(answer[:9], answer[9:] + end))

    assert (run.events, str(run.text), run.state) == (1, "Hello", "complete")
    assert run.stamps.last_event == 2.0


@pytest.mark.parametrize(
    ("changes", "unknown", "known"),
    [
        ({}, (), {"headers": 0.4, "first_event": 1.5, "end": 1.5}),
        ({"headers_at": None}, ("headers",), {"headers": None, "first_event": 1.5, "end": 1.5}),
        (
            {"times_known": False, "pieces": (TimedBytes(2.0, BODY),)},
            ("events",),
            {"headers": 0.4, "first_event": None, "first_token": None, "last_token": None, "end": 2.0},
        ),
        (
            {"times_known": False, "headers_at": None, "ended_at": None, "pieces": (TimedBytes(0.0, BODY),)},
            ("headers", "events", "end"),
            {"headers": None, "first_token": None, "first_answer": None, "end": None},
        ),
        ({"times_known": False, "status": 429}, (), {"headers": 0.4, "end": 2.0}),
    ],
)
def test_the_recording_knows_which_times_are_unknown(
    changes: dict[str, Any], unknown: tuple[str, ...], known: dict[str, float | None]
) -> None:
    run, exchange = run_of(**changes)

    assert exchange.request.unknown_times == unknown
    timing = asdict(run.stamps.timing())
    assert {name: timing[name] for name in known} == known
    assert run.state == ("failed" if "status" in changes else "complete")


@pytest.mark.parametrize(
    ("later", "date", "start"),
    [
        (1.5, 1_790_000_000.0, 1.5),  # they overlap
        (60.0, 1_790_000_000.0, 0.0),  # one came after the other
        (None, 1_790_000_000.0, 0.0),
    ],
)
def test_calls_of_one_round(later: float | None, date: float, start: float) -> None:
    other = called(date=None if later is None else 1_790_000_000.0 + later)
    recording = recording_of([called(), other], ["left", "right"])

    assert recording.date == date
    assert recording.runs[1].lines[0].at == start
    assert fold(recording).runs["right"].state == "complete"


def test_other_exchanges_are_left_out() -> None:
    assert calls_in([replace(CAPTURE, url="https://box/health", request_body=b"", pieces=())], CaptureHints()) == []


LIKE_RESPONSES = {"request_body": b'{"model": "m", "input": "hi"}'}


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "https://api.openai.com/v1/embeddings", **LIKE_RESPONSES},
        {"url": "https://api.openai.com/v1/moderations", **LIKE_RESPONSES},
        {"url": "https://api.anthropic.com/v1/messages/count_tokens"},
        {"url": "**REDACTED**", "pieces": in_pieces(b'{"object": "list", "data": []}'), **LIKE_RESPONSES},
    ],
)
def test_what_only_looks_like_a_call_is_left_out(changes: dict[str, Any]) -> None:
    assert calls_in([replace(CAPTURE, **changes)], CaptureHints()) == []


def test_a_call_is_recognized_by_its_body_where_the_url_was_removed() -> None:
    assert called(url="**REDACTED**", request_headers=(("anthropic-version", "x"),)).asked.api == "anthropic-messages"


def test_a_capture_does_not_say_whether_a_refused_request_had_a_key() -> None:
    run, _ = run_of(status=401, pieces=in_pieces(b'{"error": {"message": "invalid x-api-key"}}'))

    assert run.failure
    assert run.failure.message == "box refused the request or its key (401): invalid x-api-key."
    assert run.failure.request_id == "r-1"
