"""What the time of a run was spent on."""

import pytest

from diptych.core.content import (
    Content,
    PartBegins,
    Refusal,
    ServerWork,
    Text,
    Thinking,
    ToolArguments,
    ToolCall,
)
from diptych.core.failure import Failure
from diptych.core.metrics.stalls import stalls
from diptych.core.run import Run
from diptych.differences.phases import Phase, RunPhases, compared_phases, run_phases, why_slower
from tests.captures.untimed import untimed_run
from tests.differences.timed_runs import add, end, fail, send, sent_run, write
from tests.streams.folding import request


def shown(run: Run, now: float | None = None) -> list[tuple[str, float, float]]:
    """The phases with their times, rounded."""
    return [(phase.kind, round(phase.start, 3), round(phase.end, 3)) for phase in run_phases(run, now).phases]


def test_the_phases_follow_each_other_from_connecting_to_the_end() -> None:
    run = sent_run(at=2.0, connect=0.25, headers=2.5)
    add(run, 3.0, Thinking("hm"))
    add(run, 4.0, Thinking("hm"))
    write(run, 4.5, 5.0)
    add(run, 5.25, ToolCall(1, "t", "f"), ToolArguments(1, "{"))
    add(run, 5.5, ToolArguments(1, "}"))
    end(run, 6.0)

    assert shown(run) == [
        ("connect", -0.25, 0.0),
        ("headers", 0.0, 0.5),
        ("first token", 0.5, 1.0),
        ("thinking", 1.0, 2.0),
        ("answer", 2.0, 3.0),
        ("tool input", 3.0, 3.5),
        ("tail", 3.5, 4.0),
    ]
    phases = run_phases(run)
    assert phases.is_final
    assert phases.end == run.stamps.timing().end == 4.0
    assert sum(phase.seconds for phase in phases.phases) == phases.end - phases.start


def test_what_a_chunk_brings_at_once_takes_no_time_of_its_own() -> None:
    run = sent_run(headers=0.5)
    write(run, 1.0, 1.0, 2.0)
    end(run, 2.0)

    assert shown(run) == [("headers", 0.0, 0.5), ("first token", 0.5, 1.0), ("answer", 1.0, 2.0)]


def test_failed_attempts_and_waits_come_before_t0() -> None:
    run = Run("left", request(), 10.0)
    send(run, 10.2, connect=0.1)
    fail(run, 10.5, wait=1.0)
    send(run, 11.6, connect=None)
    fail(run, 12.0, wait=0.0)
    send(run, 12.0, connect=0.0)
    write(run, 12.5)
    end(run, 13.0)

    assert shown(run) == [
        ("failed attempt", -1.9, -1.5),
        ("wait", -1.5, -0.4),
        ("failed attempt", -0.4, 0.0),
        ("headers", 0.0, 0.5),
        ("tail", 0.5, 1.0),
    ]


def test_an_attempt_that_failed_before_anything_was_sent_counts_from_the_beginning() -> None:
    run = Run("left", request(), 1.0)
    run.begin_attempt(1.0)
    fail(run, 2.0, wait=0.5)
    run.begin_attempt(2.5)
    fail(run, 3.0, wait=0.5)
    send(run, 4.0, connect=0.25)
    write(run, 4.5)
    end(run, 4.5)

    assert shown(run) == [
        ("failed attempt", -3.0, -1.0),
        ("wait", -1.0, -0.25),
        ("connect", -0.25, 0.0),
        ("headers", 0.0, 0.5),
    ]


@pytest.mark.parametrize("body", ["late", "early"])
def test_silences_are_those_of_the_figures(body: str) -> None:
    run = sent_run(headers=0.5)
    write(run, 1.0, 1.1, 1.2, 1.3)
    add(run, 4.0, Text("x"), late=0.5 if body == "late" else 0.0)
    write(run, 4.1, 6.5)
    end(run, 6.5)

    silences = [phase for phase in run_phases(run).phases if phase.kind == "silence"]
    assert [(phase.start, phase.end) for phase in silences] == [(stall.start, stall.end) for stall in stalls(run)]
    assert len(silences) == 2


def test_what_the_server_does_itself_is_neither_silence_nor_answer() -> None:
    run = sent_run(headers=0.5)
    write(run, 1.0, 1.1, 1.2)
    add(run, 3.0, ServerWork("web_search_call"))
    add(run, 4.0, ServerWork("web_search_call"))
    write(run, 4.5, 4.6)
    end(run, 4.6)

    assert shown(run)[2:] == [("answer", 1.0, 1.2), ("server work", 1.2, 4.0), ("answer", 4.0, 4.6)]
    assert len(stalls(run)) == 1


def test_thinking_between_tags_is_thinking() -> None:
    run = sent_run(headers=0.5)
    for at, text in (
        (1.0, "<th"),
        (2.0, "ink>hm, "),
        (3.0, "well"),
        (4.0, "</think>"),
        (5.0, "Yes"),
        (6.0, ", it is."),
    ):
        add(run, at, Text(text))
    end(run, 6.0)

    assert str(run.thinking) == "hm, well"
    assert shown(run)[2:] == [("thinking", 1.0, 3.0), ("answer", 3.0, 6.0)]


def test_text_before_a_closing_tag_was_thinking() -> None:
    run = sent_run(headers=0.5)
    for at, text in ((1.0, "Let me "), (2.0, "see."), (3.0, "\n</think>\n"), (4.0, "Yes"), (5.0, ".")):
        add(run, at, Text(text))
    end(run, 5.0)

    assert str(run.text) == "Yes."
    assert shown(run)[2:] == [("thinking", 1.0, 3.0), ("answer", 3.0, 5.0)]


@pytest.mark.parametrize("part", [PartBegins("text"), ServerWork("search"), ToolCall(1, "t", "f")])
def test_a_tag_may_come_in_a_later_part(part: Content) -> None:
    run = sent_run(headers=0.5)
    write(run, 1.0, 2.0)
    add(run, 2.0, part)
    add(run, 3.0, Text("<think>"))
    add(run, 4.0, Text("hm</think>x"))
    write(run, 5.0)
    end(run, 5.0)

    kinds = [kind for kind, _, _ in shown(run)]
    assert kinds[-2:] == ["thinking", "answer"]


def test_what_is_held_back_at_the_end_is_answer() -> None:
    run = sent_run(headers=0.5)
    write(run, 1.0)
    add(run, 2.0, Text("a </th"))
    end(run, 2.0)

    assert shown(run)[2:] == [("answer", 1.0, 2.0)]


def test_a_refusal_is_an_answer() -> None:
    run = sent_run(headers=0.5)
    add(run, 0.75, ServerWork("search"))
    add(run, 1.0, Refusal("I"))
    add(run, 2.0, Refusal(" will not."))
    end(run, 2.0)

    assert shown(run)[2:] == [("answer", 1.0, 2.0)]


def test_a_run_without_content_only_waited() -> None:
    run = sent_run(headers=0.5)
    end(run, 2.0)
    assert shown(run) == [("headers", 0.0, 0.5), ("first token", 0.5, 2.0)]

    run = sent_run(headers=None)
    run.stop(3.0)
    assert shown(run) == [("headers", 0.0, 3.0)]


def test_a_recording_may_lack_the_headers() -> None:
    run = sent_run(headers=None)
    write(run, 1.0, 2.0)
    end(run, 2.0)

    assert shown(run) == [("headers", 0.0, 1.0), ("answer", 1.0, 2.0)]


def test_a_run_that_goes_on_grows_up_to_now() -> None:
    run = Run("left", request(), 0.0)
    assert shown(run, 1.0) == []
    run.begin_attempt(0.5)
    assert shown(run, 1.0) == [("connect", 0.0, 0.5)]
    send(run, 1.0, connect=0.5)
    assert shown(run, 1.5) == [("connect", -0.5, 0.0), ("headers", 0.0, 0.5)]
    fail(run, 2.0, wait=3.0)
    assert shown(run, 3.0) == [("failed attempt", -0.5, 1.0), ("wait", 1.0, 2.0)]
    send(run, 5.0)
    write(run, 6.0)
    assert shown(run, 7.0)[-2:] == [("headers", 0.0, 1.0), ("so far", 1.0, 2.0)]
    assert not run_phases(run, 7.0).is_final
    assert shown(run)[-1] == ("headers", 0.0, 1.0)


def test_a_run_that_was_never_sent_has_no_phases() -> None:
    run = Run("left", request(), 0.0)
    run.fail(Failure("connection", "No."), 1.0)

    assert run_phases(run).phases == ()
    assert (run_phases(run).start, run_phases(run).end) == (0.0, 0.0)


def test_how_long_connecting_took_is_unknown_where_nothing_was_connected() -> None:
    run = sent_run(connect=None)
    end(run, 1.0)
    assert run_phases(run).seconds("connect") is None

    run = sent_run(connect=0.0)
    end(run, 1.0)
    assert run_phases(run).seconds("connect") == 0.0


def test_two_runs_are_compared_kind_by_kind() -> None:
    left = RunPhases(
        [Phase("connect", -1.0, 0.0), Phase("headers", 0.0, 1.0), Phase("answer", 1.0, 3.0)], is_final=True
    )
    right = RunPhases(
        [Phase("headers", 0.0, 1.5), Phase("silence", 1.5, 4.0), Phase("answer", 4.0, 5.0)], is_final=True
    )
    unknown = RunPhases([Phase("headers", 0.0, 1.5)], is_final=True, knows_connect=False)

    assert [(each.kind, each.left, each.right) for each in compared_phases(left, right)] == [
        ("connect", 1.0, 0.0),
        ("headers", 1.0, 1.5),
        ("answer", 2.0, 1.0),
        ("silence", 0.0, 2.5),
    ]
    assert compared_phases(left, unknown)[0].delta is None


def test_what_makes_a_run_slower_adds_up_to_the_difference_of_the_totals() -> None:
    left = RunPhases(
        [Phase("connect", -1.0, 0.0), Phase("headers", 0.0, 1.0), Phase("answer", 1.0, 3.0)], is_final=True
    )
    right = RunPhases(
        [Phase("headers", 0.0, 1.001), Phase("silence", 1.001, 4.0), Phase("answer", 4.0, 5.0)], is_final=True
    )

    parts = why_slower(left, right)

    assert [each.kind for each in parts] == ["silence", "answer"]
    assert sum(each.delta or 0 for each in parts) == pytest.approx(right.end - left.end, abs=0.005)
    assert why_slower(left, RunPhases(right.phases, is_final=False)) == []


def test_a_capture_without_times_does_not_say_what_its_time_was_spent_on() -> None:
    assert shown(untimed_run(0.5, 2.0)) == [("headers", 0.0, 0.5), ("unknown", 0.5, 2.0)]
    assert shown(untimed_run(None, 2.0)) == [("unknown", 0.0, 2.0)]
    assert shown(untimed_run(0.5, None)) == []
    assert not run_phases(untimed_run()).knows_end
