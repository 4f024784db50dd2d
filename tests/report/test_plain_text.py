"""Runs as plain text."""

from dataclasses import replace

from diptych.core.content import Refusal, Stop, Text, Thinking, ToolArguments, ToolCall
from diptych.core.event import Event
from diptych.core.failure import Failure
from diptych.core.metrics.server_times import ServerTime
from diptych.core.round import Round
from diptych.report.plain_text import answer, figures, summary, whole_round
from tests.report.runs import T0, answered, arrived, begun


def test_an_answer_with_a_tool_call() -> None:
    assert answer(answered()) == 'Hello!\n\n[tool] get_weather {"city": "Paris"}'


def test_thinking_is_no_part_of_the_answer() -> None:
    run = begun()
    arrived(run, 0.4, "e", Thinking("Hm."), Text("\n\nHi.\n"))
    run.stop(T0 + 1)

    assert answer(run) == "Hi.\n\n[stopped] Stopped by the user."


def test_a_refusal_without_words_is_told_with_its_explanation() -> None:
    run = begun()
    arrived(run, 0.4, "e", Stop("refusal", {"explanation": "It is about weapons."}))
    run.complete()

    assert answer(run) == "[refusal] The model refused to answer: It is about weapons."


def test_an_answer_that_is_none_says_why() -> None:
    refused, failed, cut, stopped, empty = begun(), begun(), begun(), begun(), begun()
    arrived(refused, 0.4, "e", Refusal("I won't."))
    refused.complete()
    arrived(failed, 0.4, "e", Text("Hel"), ToolCall(1, None, "f"), ToolArguments(1, '{"a'))
    failed.fail(Failure("connection", "The connection was lost."), T0 + 1)
    arrived(cut, 0.4, "e", Text("Hel"))
    cut.cut(T0 + 1)
    stopped.stop(T0 + 1)

    assert answer(refused) == "[refusal] I won't."
    assert answer(failed) == 'Hel\n\n[tool] f {"a\n\n[failed] The connection was lost. (request req_01)'
    assert answer(cut) == (
        "Hel\n\n[cut] The stream ended after 1 event without its end marker. Send the prompt again for a whole answer."
    )
    assert answer(stopped) == "[stopped] Stopped by the user."
    assert answer(empty) == "[waiting] The answer has not ended yet: this is what had arrived."


def test_figures_on_one_line() -> None:
    assert figures(answered()) == (
        "complete (end_turn) · first token 0.33s · total 0.45s · 100 tok/s · in 8 · out 12 · $0.00014"
    )


def test_a_time_whose_event_was_read_late_is_marked() -> None:
    run = begun()
    run.add(Event(T0 + 0.4, 1, "e", b"{}", (Text("Hi"),), late=0.03))
    run.stop(T0 + 1)

    assert figures(run).startswith("stopped · first token ≤0.40s · total 1.00s")


def test_figures_tell_the_first_answer_where_it_came_later() -> None:
    run = begun()
    arrived(run, 0.4, "e", Thinking("Hm."))
    arrived(run, 0.9, "e", Text("Hi."))
    run.stop(T0 + 1)

    assert (
        figures(run)
        == "stopped · first token 0.40s · first answer 0.90s · total 1.00s · 2 ev/s · in – · out – · cost –"
    )


def test_a_summary_has_a_line_a_side() -> None:
    round_ = Round("hi", 1_000.0, (answered(), begun("right")))

    left, right = summary(round_).splitlines()
    assert left == f"left · anthropic:claude-sonnet-5-5   {figures(answered())}"
    assert right.startswith("right · anthropic:claude-sonnet-5-5  waiting")


def test_a_summary_of_different_models_needs_no_names_of_sides() -> None:
    other = begun("right")
    other.request = replace(other.request, settings=replace(other.request.settings, model="claude-haiku"))

    assert [line.partition("  ")[0] for line in summary(Round("hi", 1_000.0, (answered(), other))).splitlines()] == [
        "anthropic:claude-sonnet-5-5",
        "anthropic:claude-haiku",
    ]


def test_settings_stand_under_the_heading() -> None:
    round_ = Round("hi", 1_000.0, (answered("a", max_tokens=300), answered("b", max_tokens=300)))

    assert "── a · anthropic:claude-sonnet-5-5 ──\nmax 300\n" in "".join(whole_round(round_))


def test_a_whole_round_holds_every_answer_under_its_heading() -> None:
    round_ = Round("  hi\n", 1_000.0, (answered("a"), answered("b"), answered("c")))

    assert "".join(whole_round(round_)) == (
        "── prompt ──\nhi\n\n"
        + "".join(f"── {label} · anthropic:claude-sonnet-5-5 ──\n{answer(answered())}\n\n" for label in "abc")
        + f"{summary(round_)}\n"
    )


def test_a_whole_round_ends_with_what_the_servers_say_of_their_times() -> None:
    run = answered()
    assert "servers" not in "".join(whole_round(Round("hi", 0.0, (run,))))

    run.server_times = (ServerTime("timings", "prompt_ms", 0.0123), ServerTime("timings", "predicted_ms", 0.5))

    shown = "".join(whole_round(Round("hi", 0.0, (run,))))
    assert shown.endswith(
        "\n\n── times by the servers themselves ──\nleft  timings.prompt_ms 12.3 ms · timings.predicted_ms 500 ms\n"
    )
