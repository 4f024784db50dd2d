"""Requests that a client sent again after a failure are attempts at one call."""

from dataclasses import replace
from typing import Any

import pytest

from diptych.captures.asked_model import CaptureHints
from diptych.captures.conversion import calls_in, recording_of
from diptych.captures.repeated_requests import attempts
from diptych.core.capture import Capture
from diptych.core.event import AttemptFailed, RequestSent
from diptych.core.timed_body import TimedBytes
from diptych.replay.folding import fold
from tests.streams.folding import stream

BODY = stream("anthropic-messages", "text")
SENT = b'{"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}'
DATE = 1_790_000_000.0
ERROR = b'{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}'

ANSWERED = Capture(
    *("POST", "https://box/v1/messages", (), SENT, 200, (), (TimedBytes(1.0, BODY),)),
    date=DATE + 3.0,
    times_known=True,
    ending="clean",
    headers_at=0.5,
    ended_at=2.0,
)
REFUSED = replace(
    ANSWERED, status=529, pieces=(TimedBytes(0.25, ERROR),), date=DATE, times_known=False, headers_at=0.2, ended_at=0.25
)


def sizes(*captures: Capture) -> list[int]:
    return [len(group) for group in attempts(captures)]


def test_a_failure_and_its_repetition_are_one_run_as_in_recordings_of_diptych() -> None:
    (call,) = calls_in([REFUSED, replace(REFUSED, status=429, date=DATE + 1.0), ANSWERED], CaptureHints())
    recording = recording_of([call], ["left"])

    run = fold(recording).runs["left"]
    failures = [line for line in recording.runs[0].lines if isinstance(line, AttemptFailed)]
    assert [(attempt.status, attempt.wait) for attempt in run.attempts] == [(529, 0.75), (429, 1.75), (200, None)]
    assert [(line.at, line.attempt) for line in failures] == [(0.25, 1), (1.25, 2)]
    assert failures[0].reason == "box is overloaded or has failed (529): Overloaded. Send the prompt again later."
    assert (run.state, run.stamps.t0, run.stamps.timing().headers) == ("complete", 3.0, 0.5)
    assert recording.date == DATE


@pytest.mark.parametrize(
    ("changes", "is_repeated"),
    [
        ({}, True),
        ({"status": 408}, True),
        ({"status": 409}, True),
        ({"status": 500}, True),
        ({"status": 401}, False),
        ({"status": 200}, False),
        ({"status": None, "ending": "lost"}, True),
        ({"status": None, "ending": "unknown"}, False),  # the user may have stopped it
        ({"response_headers": (("X-Should-Retry", "false"),)}, False),
        ({"status": 403, "response_headers": (("x-should-retry", "true"),)}, True),
        ({"method": "GET"}, False),
        ({"url": "https://other/v1/messages"}, False),
        ({"request_body": SENT.replace(b"hi", b"ho")}, False),
        ({"date": DATE + 2.9}, False),  # it failed after the other one was sent
        ({"date": DATE - 1000.0}, False),
        ({"date": None}, True),
    ],
)
def test_which_requests_are_repeated(changes: dict[str, Any], is_repeated: bool) -> None:
    assert sizes(replace(REFUSED, **changes), ANSWERED) == ([2] if is_repeated else [1, 1])


@pytest.mark.parametrize(("count", "is_repeated"), [("0", False), ("1", True)])
def test_sdks_say_whether_they_repeat_a_request(count: str, is_repeated: bool) -> None:
    later = replace(ANSWERED, request_headers=(("X-Stainless-Retry-Count", count),))

    assert sizes(REFUSED, later) == ([2] if is_repeated else [1, 1])


def test_captures_need_not_be_in_the_order_of_time() -> None:
    other = replace(ANSWERED, request_body=b"{}", date=DATE + 1.0)

    assert attempts([ANSWERED, other, REFUSED]) == [(REFUSED, ANSWERED), (other,)]


def test_each_failure_is_repeated_once() -> None:
    assert sizes(REFUSED, REFUSED, ANSWERED, ANSWERED, ANSWERED) == [2, 2, 1]


def test_without_dates_it_is_not_known_how_long_a_client_waited() -> None:
    undated = [replace(capture, date=None, ended_at=None) for capture in (REFUSED, ANSWERED)]
    (call,) = calls_in(undated, CaptureHints())
    recording = recording_of([call], ["left"])

    run = fold(recording).runs["left"]
    assert [(attempt.status, attempt.wait) for attempt in run.attempts] == [(529, None), (200, None)]
    assert [line.unknown_times for line in recording.runs[0].lines if isinstance(line, RequestSent)] == [
        ("end",),
        ("end",),
    ]


def test_a_lost_connection_is_repeated() -> None:
    lost = replace(REFUSED, status=None, ending="lost", error="net::ERR_CONNECTION_RESET", pieces=())
    (call,) = calls_in([lost, ANSWERED], CaptureHints())

    (failed,) = (line for line in recording_of([call], ["left"]).runs[0].lines if isinstance(line, AttemptFailed))
    assert failed.reason == "The connection to the server was lost (net::ERR_CONNECTION_RESET)."
    assert failed.status is None
