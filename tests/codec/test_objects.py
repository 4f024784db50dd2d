"""The JSON that `diptych run` writes, to the last key."""

from typing import TYPE_CHECKING, Any

import pytest

from diptych.codec.event_lines import line_object
from diptych.codec.message_object import file_object
from diptych.codec.objects import end_object, event_objects, read_cost, round_object, run_object
from diptych.core.content import (
    Cancelled,
    Error,
    Malformed,
    RedactedThinking,
    Refusal,
    Stop,
    Text,
    Thinking,
    UsageReport,
)
from diptych.core.failure import Failure
from diptych.core.message import FilePart, Message, TextPart
from diptych.core.metrics.server_times import ServerTime
from diptych.core.metrics.usage import Usage
from diptych.core.request import Request
from diptych.core.round import Round
from diptych.core.run import Run
from tests.report.runs import T0, answered, arrived, begun

if TYPE_CHECKING:
    from collections.abc import Callable

ANSWERED = {
    "endpoint": "anthropic",
    "api": "anthropic-messages",
    "model": "claude-sonnet-5-5",
    "reported_model": "claude-sonnet-5-5",
    "simulated": False,
    "settings": {"system": "", "max_tokens": 8192, "params": {}, "preset": "", "tools": [], "schema": False},
    "response_id": "msg_01",
    "request_id": "req_01",
    "state": "complete",
    "text": "Hello!",
    "thinking": "",
    "redacted_thinking": 0,
    "refusal": None,
    "tools": [{"id": "toolu_01", "name": "get_weather", "arguments": '{"city": "Paris"}'}],
    "stop_reason": "end_turn",
    "stop_detail": None,
    "usage": {
        "input_tokens": 8,
        "cache_read_tokens": None,
        "cache_write_tokens": None,
        "output_tokens": 12,
        "reasoning_tokens": None,
    },
    "usage_raw": {"input_tokens": 8, "output_tokens": 12},
    "cost_usd": "0.000136",
    "cost_source": "genai-prices",
    "events": 6,
    "attempts": [{"status": 200, "wait": None, "reason": None}],
    "clock": "kernel",
    "timing": {
        "connect": 0.05,
        "headers": 0.31,
        "first_event": 0.32,
        "first_token": 0.33,
        "first_answer": 0.33,
        "last_token": 0.44,
        "end": 0.45,
    },
    "late": 0.0,
    "tokens_per_second": 100.0,
    "tokens_per_event": 4.0,
    "server_times": [],
    "unread": 0,
    "warnings": [],
    "error": None,
}


def test_a_round_is_the_object_of_design_md() -> None:
    round_ = Round("hi", 1_000.0, (answered(), answered("right")))

    assert round_object(round_) == {"prompt": "hi", "left": ANSWERED, "right": ANSWERED}
    assert list(run_object(answered())) == list(ANSWERED)


def test_a_side_that_was_not_asked_is_not_there() -> None:
    assert round_object(Round("hi", 1_000.0, (answered("right"),))).keys() == {"prompt", "right"}


def test_a_simulated_side_says_so_and_costs_nothing() -> None:
    simulated = run_object(answered(simulated=True))

    assert (simulated["simulated"], simulated["cost_usd"]) == (True, None)


def test_what_is_unknown_is_null_and_every_key_is_there() -> None:
    run = begun()
    run.stop(T0 + 0.5)
    stopped = run_object(run)

    assert stopped.keys() == ANSWERED.keys()
    assert stopped["state"] == "stopped"
    assert set(stopped["usage"].values()) == {None}
    assert stopped["timing"] == dict.fromkeys(stopped["timing"], None) | {"connect": 0.05, "headers": 0.31, "end": 0.5}
    nothing = (
        "usage_raw",
        "cost_usd",
        "cost_source",
        "tokens_per_second",
        "tokens_per_event",
        "stop_reason",
        "reported_model",
        "refusal",
        "error",
    )
    assert {stopped[key] for key in nothing} == {None}


def test_a_cut_and_a_stop_by_the_server_have_their_sentence_as_an_error() -> None:
    cut, stopped = begun(), begun()
    arrived(cut, 0.4, "chunk", Text("So f"))
    cut.cut(T0 + 1)
    arrived(stopped, 0.4, "response.cancelled", Stop("cancelled"), Cancelled())
    stopped.complete()

    assert run_object(cut)["error"] == {
        "kind": "cut",
        "status": 200,
        "message": "The stream ended after 1 event without its end marker. Send the prompt again for a whole answer.",
        "request_id": "req_01",
    }
    by_server = run_object(stopped)
    assert (by_server["state"], by_server["stop_reason"]) == ("stopped", "cancelled")
    assert (by_server["error"]["kind"], by_server["error"]["message"]) == (
        "event",
        "Stopped by the server: cancelled.",
    )


def test_what_could_not_be_read_is_told_beside_a_whole_answer() -> None:
    run = begun()
    arrived(run, 0.4, "chunk", Malformed("no JSON"))
    run.complete()
    told = run_object(run)

    assert (told["state"], told["unread"], told["error"]) == ("complete", 1, None)
    assert told["warnings"][0] == "The answer is complete, but nothing of it could be read."
    assert told["warnings"][1].startswith("1 event could not be read")


def test_a_refusal_thinking_and_details() -> None:
    run = begun()
    arrived(run, 0.4, "content_block_delta", Thinking("Hm"), Thinking("m."), RedactedThinking())
    arrived(run, 0.5, "content_block_delta", Refusal("I "), Refusal("won't."), Stop("refusal", {"category": "cyber"}))
    refused = run_object(run)

    assert (refused["thinking"], refused["redacted_thinking"], refused["refusal"]) == ("Hmm.", 1, "I won't.")
    assert (refused["stop_reason"], refused["stop_detail"]) == ("refusal", {"category": "cyber"})


def test_the_usage_names_what_was_cached_and_thought() -> None:
    run = begun()
    arrived(run, 0.4, "message_delta", UsageReport(Usage(100, 80, 10, 50, 40, 10), {"output_tokens": 50}))

    assert list(run_object(run)["usage"].values()) == [100, 80, 10, 50, 40]


@pytest.mark.parametrize(("own", "shown"), [("req_of_error", "req_of_error"), (None, "req_01")])
def test_an_error_names_the_request(own: str | None, shown: str) -> None:
    run = begun()
    run.fail(Failure("http", "Slow down.", 429, own), T0 + 1)

    expected = {"kind": "http", "status": 429, "message": "Slow down.", "request_id": shown}
    assert run_object(run)["error"] == expected


def test_an_error_event() -> None:
    run = begun()
    arrived(run, 0.4, "error", Error(Failure("event", "The server broke off with overloaded_error.")))
    run.complete()

    assert (run_object(run)["state"], run_object(run)["error"]["kind"]) == ("failed", "event")


def test_the_end_of_a_side_is_the_run_as_a_whole() -> None:
    assert end_object(answered()) == {"side": "left", "note": "end", "run": ANSWERED}


@pytest.mark.parametrize("cost", ["0", "0.00014", "12.5"])
def test_a_cost_is_a_plain_decimal_number(cost: str) -> None:
    assert read_cost({"cost_usd": cost}) == cost


@pytest.mark.parametrize("cost", [None, 1.5, "", "-1", "NaN", "1e9", "1e999999999", "9" * 50, "٣", [], {}, "1_0", " 1"])
def test_any_other_cost_is_none(cost: object) -> None:
    assert read_cost({"cost_usd": cost}) is None
    assert read_cost(cost) is None


def test_no_key_is_in_any_of_it() -> None:
    run = answered()
    objects: list[Callable[[], Any]] = [lambda: run_object(run), lambda: [line_object(run, line) for line in run.lines]]

    assert all("sk-1" not in str(make()) for make in objects)


def test_a_round_lists_the_files_that_were_sent_with_its_prompt() -> None:
    file = FilePart("0" * 64, "a.png", "image/png", 5, 3, 2)
    asked = Request(begun().request.settings, (Message("user", (file, TextPart("hi"))),))

    whole = round_object(Round("hi", 0.0, (Run("left", asked, 0.0),)))

    assert list(whole) == ["prompt", "attachments", "left"]
    assert whole["attachments"] == [file_object(file)]


def test_the_times_that_a_server_reports() -> None:
    run = answered()
    run.server_times = (ServerTime("timings", "prompt_ms", 0.01234567),)

    assert run_object(run)["server_times"] == [{"source": "timings", "name": "prompt_ms", "seconds": 0.012346}]


def test_the_lines_of_a_run_are_those_that_are_printed_as_they_come() -> None:
    whole, broken_off = answered(), begun()

    assert list(event_objects(whole)) == [*(line_object(whole, line) for line in whole.lines), end_object(whole)]
    assert list(event_objects(broken_off)) == [line_object(broken_off, line) for line in broken_off.lines]
