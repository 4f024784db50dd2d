import pytest

from diptych.core.content import Complete, Error, Stop, Text, Thinking, UsageReport
from diptych.core.event import AttemptFailed, Event
from diptych.core.failure import Failure
from diptych.core.metrics.usage import Usage
from diptych.tui import figure_text
from tests.captures.untimed import untimed_run
from tests.tui.fakes import a_run, add, finish, new_run, say


def test_a_run_that_waits_shows_its_age() -> None:
    status = figure_text.status(a_run(), 101.25, 80)

    assert (status.mark, status.word) == ("◌", "waiting")
    assert status.figures == "  first token     –     – ev/s  1.25s · silent 1 s"


def test_a_run_that_was_stopped_before_it_was_sent_has_no_age() -> None:
    run = new_run("left", a_run().request.settings, began=100.0)
    assert figure_text.status(run, 101.25, 80).figures == "  first token     –     – ev/s  1.25s"

    run.stop(102.0)

    assert figure_text.status(run, 40_000.0, 80).figures == "  first token     –     – ev/s      –"


def test_a_run_that_waits_for_another_attempt_says_for_what() -> None:
    run = a_run()
    run.note(AttemptFailed(101.0, 1, 429, 2.0, "busy"))

    assert figure_text.status(run, 101.5, 80).word == "429 · attempt 2 in  1.5s"


def test_an_attempt_that_never_connected_has_no_status() -> None:
    run = a_run()
    run.note(AttemptFailed(101.0, 2, None, 0.5, "refused"))

    assert figure_text.status(run, 105.0, 80).word == "no connection · attempt 3 in  0.0s"


def test_a_streaming_run_counts_events_and_never_calls_them_tokens() -> None:
    run = a_run()
    add(run, Text("a"), at=100.5)
    add(run, Text("b"), at=100.75)

    status = figure_text.status(run, 101.0, 80)

    assert (status.mark, status.word) == ("●", "streaming")
    assert status.figures == "  first token 0.50s     4 ev/s  1.00s"


def test_the_first_answer_is_shown_where_it_differs() -> None:
    run = a_run()
    add(run, Thinking("hm"), at=100.5)
    add(run, Text("a"), at=102.0)

    assert "first token 0.50s  first answer 2.00s" in figure_text.status(run, 102.0, 80).figures


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (80, "  first token 0.50s  first answer 2.00s     1 ev/s  2.90s"),
        (60, "  token 0.50s  answer 2.00s     1 ev/s  2.90s"),
        (48, "  first token 0.50s     1 ev/s  2.90s"),
        (42, "  token 0.50s     1 ev/s  2.90s"),
        (32, "     1 ev/s  2.90s"),
        (20, "  2.90s"),
        (10, ""),
    ],
)
def test_figures_give_way_where_there_is_no_room(width: int, expected: str) -> None:
    run = a_run()
    add(run, Thinking("hm"), at=100.5)
    add(run, Text("a"), at=102.0)

    status = figure_text.status(run, 102.9, width)

    assert status.figures == expected
    assert len(f"{status.mark} {status.word}{status.figures}") <= max(width, len("● streaming"))


def test_a_complete_run_shows_its_stop_reason_and_tokens_a_second() -> None:
    run = a_run()
    add(run, Text("a" * 12), at=101.0)
    add(run, Text("b" * 12), at=101.5)
    add(run, Text("c" * 12), at=102.0)
    add(run, Stop("max_tokens"), UsageReport(Usage(input_tokens=8, output_tokens=101), {}), at=102.0)
    run.complete()

    status = figure_text.status(run, 999.0, 80)

    assert (status.state, status.word) == ("complete", "max_tokens")
    assert status.figures == "  first token 1.00s   100 tok/s  2.00s"


def test_figures_keep_their_width_as_they_grow() -> None:
    run = a_run()
    say(run, "a", "b")

    widths = set()
    for now in (100.5, 109.0, 150.0, 999.0):
        run.stamps.heard = now
        widths.add(len(figure_text.status(run, now, 80).figures))

    assert len(widths) == 1


def test_a_failed_run_shows_its_http_status() -> None:
    run = a_run()
    run.fail(Failure("http", "There is no such model.", 404), 100.4)

    assert figure_text.status(run, 200.0, 80).word == "failed 404"


def test_an_error_in_the_stream_has_no_http_status() -> None:
    run = a_run()
    add(run, Error(Failure("event", "overloaded", 200)))
    run.complete()

    assert figure_text.status(run, 200.0, 80).word == "failed"


def test_cut_and_stopped_runs_say_so() -> None:
    cut, stopped = a_run(), a_run()
    cut.cut(101.0)
    stopped.stop(101.0)

    assert [figure_text.status(run, 101.0, 80).word for run in (cut, stopped)] == ["cut", "stopped"]


def test_a_time_whose_event_was_read_late_is_marked() -> None:
    run = a_run()
    run.add(Event(100.5, 1, "delta", b"{}", (Thinking("hm"),), late=0.03))
    run.add(Event(102.0, 2, "delta", b"{}", (Text("a"),)))
    status = figure_text.status(run, 102.9, 80)
    assert status.figures == "  first token ≤0.50s  first answer 2.00s     1 ev/s  2.90s"

    run.add(Event(103.0, 3, "message_stop", b"{}", (Stop("end_turn"), Complete()), late=0.03))
    run.complete()
    assert figure_text.status(run, 110.0, 60).figures == "  token ≤0.50s  answer 2.00s     1 ev/s  ≤3.00s"


def test_a_doubtful_arrival_time_is_an_upper_bound() -> None:
    assert figure_text.line_offset(a_run(), Event(1.5, 1, "chunk", b"", ()), 1.0) == "0.500"
    assert figure_text.line_offset(a_run(), Event(1.5, 1, "chunk", b"", (), late=0.03), 1.0) == "≤0.500"


def test_a_stop_reason_is_shown_as_the_provider_sends_it() -> None:
    run = a_run()
    finish(run, "model_context_window_exceeded")

    assert figure_text.status(run, 101.0, 80).word == "model_context_window_exceeded"


def test_how_long_a_server_is_silent_stands_after_the_figures() -> None:
    run = a_run()
    assert figure_text.status(run, 100.9, 80).figures == "  first token     –     – ev/s  0.90s"
    assert figure_text.status(run, 105.2, 80).figures == "  first token     –     – ev/s  5.20s · silent 5 s"
    assert figure_text.status(run, 105.2, 24).figures == " · silent 5 s"
    assert figure_text.status(run, 105.2, 12).figures == ""


@pytest.mark.parametrize(("tokens", "shown"), [(4, ""), (5, ""), (6, " · 1.5 tokens each"), (32, " · 8.0 tokens each")])
def test_batches_of_tokens_are_told(tokens: int, shown: str) -> None:
    run = a_run()
    say(run, *("word" for _ in range(4)))
    assert figure_text.batches(run) == ""
    add(run, Stop("end_turn"), UsageReport(Usage(output_tokens=tokens), {}))

    assert figure_text.batches(run) == shown


def test_times_that_are_not_known_are_not_shown() -> None:
    run = untimed_run(None, 2.0)
    request, response, event = (run.lines[number] for number in range(3))

    assert [figure_text.line_offset(run, line, 0.0) for line in (request, response, event)] == ["0.000", "–", "–"]
    assert figure_text.gap(run, request, response) == "–"
    assert figure_text.status(run, 9.0, 80).figures == "  first token     –     – ev/s  2.00s"

    timed = untimed_run(0.5, 2.0)
    assert figure_text.gap(timed, timed.lines[0], timed.lines[1]) == "+0.500"
