"""The figures of a round as a table."""

from dataclasses import replace
from decimal import Decimal

import pytest

from diptych.core.content import Error, Identity, Text
from diptych.core.endpoint import Prices
from diptych.core.event import Event
from diptych.core.failure import Failure
from diptych.core.metrics.server_times import ServerTime
from diptych.core.round import Round
from diptych.core.run import Run
from diptych.core.wording.outcome import end_sentence
from diptych.report.comparison import comparison
from tests.report.rounds import usual
from tests.report.runs import T0, answered, arrived, begun


def table(*runs: Run) -> dict[str, tuple[str, ...]]:
    return {row.name: row.cells for row in comparison(Round("hi", 1_000.0, runs))}


def test_every_figure_has_a_row_and_every_side_a_cell() -> None:
    assert {row.name: row.cells for row in comparison(usual())} == {
        "model": ("anthropic:claude-sonnet-5-5", "anthropic:claude-sonnet-5-5 · simulated"),
        "state": ("complete (end_turn)", "complete (end_turn)"),
        "first token": ("0.90s", "0.60s"),
        "first answer": ("2.40s", "0.60s"),
        "tok/s": ("116", "60"),
        "total": ("6.40s", "4.20s"),
        "input tokens": ("31", "31"),
        "output tokens": ("420", "251"),
        "reasoning tokens": ("60", "–"),
        "cached tokens": ("10", "–"),
        "cost": ("$0.0042", "–"),
        "events": ("78", "72"),
        "tokens per event": ("5.1", "3.6"),
    }


def test_what_is_unknown_is_a_dash_and_no_zero() -> None:
    rows = table(begun())

    assert rows.pop("model") == ("anthropic:claude-sonnet-5-5",)
    assert rows.pop("state") == ("waiting",)
    assert rows.pop("events") == ("0",)
    assert set(rows.values()) == {("–",)}


def test_settings_have_a_row_where_they_differ() -> None:
    assert table(begun(preset="terse"), begun("right"))["settings"] == ("@terse", "–")
    assert "settings" not in table(begun(), begun("right"))


def test_the_reported_model_has_a_row_where_it_differs() -> None:
    left, right = begun(), begun("right")
    arrived(left, 0.3, "e", Identity("claude-sonnet-5-5-20260101", None))

    assert table(left, right)["reported model"] == ("claude-sonnet-5-5-20260101", "–")
    arrived(right, 0.3, "e", Identity("claude-sonnet-5-5", None))
    assert "reported model" not in table(right)


def test_a_time_that_may_be_too_late_says_so() -> None:
    run = begun()
    run.add(Event(T0 + 0.4, 1, "e", b"{}", (Text("Hi"),), late=0.03))

    assert table(run)["first token"] == ("≤0.40s",)


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("none", "The answer has not ended yet: this is what had arrived."),
        ("fail", "Lost. (request req_01)"),
        (
            "cut",
            "The server answered 200 without any event that could be read."
            " Check the base URL and whether the server streams.",
        ),
        ("stop", "Stopped by the user."),
        ("complete", "The answer is complete, but there is nothing in it."),
    ],
)
def test_what_ended_a_run(end: str, sentence: str | None) -> None:
    run = begun()
    match end:
        case "fail":
            run.fail(Failure("connection", "Lost."), T0 + 1)
        case "cut":
            run.cut(T0 + 1)
        case "stop":
            run.stop(T0 + 1)
        case "complete":
            run.complete()

    assert end_sentence(run) == sentence


def test_an_error_of_the_server_is_told_in_its_words() -> None:
    run = begun()
    arrived(run, 0.4, "error", Error(Failure("event", "Overloaded.")))
    run.complete()

    assert end_sentence(run) == "Overloaded. (request req_01)"


def test_a_cost_by_the_users_own_prices_is_marked_and_explained() -> None:
    own = answered()
    endpoint = replace(own.request.settings.endpoint, prices=Prices(Decimal(1), Decimal(2)))
    own.request = replace(own.request, settings=replace(own.request.settings, endpoint=endpoint))

    assert table(own, answered("right"))["cost (* by own prices)"] == ("$0.00014*", "$0.00014")
    assert "cost" in table(answered())


def test_what_servers_say_of_their_own_times_stands_below_our_figures() -> None:
    left, right = answered("left"), answered("right")
    left.server_times = (ServerTime("timings", "prompt_ms", 0.0123), ServerTime("openai-processing-ms", "", 1.5))
    right.server_times = (ServerTime("timings", "prompt_ms", 0.00007),)
    rows = {row.name: row.cells for row in comparison(Round("hi", 0.0, (left, right)))}

    assert rows["server's timings.prompt_ms"] == ("12.3 ms", "0.07 ms")
    assert rows["server's openai-processing-ms"] == ("1.5 s", "–")
    assert list(rows)[-2:] == ["server's timings.prompt_ms", "server's openai-processing-ms"]
