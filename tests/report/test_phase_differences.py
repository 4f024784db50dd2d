"""The phases of two runs as a table of text, and the sentence that says why one took longer."""

from diptych.core.content import Text, Thinking
from diptych.core.failure import Failure
from diptych.core.run import Run
from diptych.differences.phases import run_phases
from diptych.report.phase_differences import phase_lines, phases_text, why_slower_text
from tests.captures.untimed import untimed_run
from tests.differences.timed_runs import add, end, fail, send, sent_run


def ended(*, headers: float, thinks_until: float) -> Run:
    """Return a run that thinks from its headers on, writes for 0.4 s, and ends 0.1 s later."""
    run = sent_run(connect=0.1, headers=headers)
    for at in (headers, thinks_until):
        add(run, at, Thinking("hm "))
    add(run, thinks_until + 0.4, Text("word "))
    end(run, thinks_until + 0.5)
    return run


def test_a_table_and_why_one_took_longer() -> None:
    left = run_phases(ended(headers=0.2, thinks_until=0.7))
    right = run_phases(ended(headers=0.5, thinks_until=1.4))

    assert phase_lines(left, right, "7:left", "7:right") == [
        "phases          7:left  7:right  Δ",
        "connect         0.10s   0.10s    ±0.00s",
        "until headers   0.20s   0.50s    +0.30s",
        "thinking        0.50s   0.90s    +0.40s",
        "answer          0.40s   0.40s    ±0.00s",
        "tail            0.10s   0.10s    ±0.00s",
        "total, from t0  1.20s   1.90s    +0.70s",
        "7:right took 0.70s longer: thinking +0.40s, until headers +0.30s.",
    ]
    assert why_slower_text(right, left, "a", "b") == "a took 0.70s longer: thinking +0.40s, until headers +0.30s."


def test_attempts_that_failed_and_waits_are_told_apart() -> None:
    run = sent_run(headers=None)
    fail(run, 0.2, wait=1)
    send(run, 1.2)
    add(run, 1.7, Text("word"))
    end(run, 1.7)
    lines = phase_lines(run_phases(run), run_phases(run), "a", "b")

    assert [line.split()[:3] for line in lines[1:3]] == [["failed", "attempt", "0.20s"], ["wait", "1.00s", "1.00s"]]
    assert lines[-1] == "total, from t0  0.50s  0.50s  ±0.00s"  # and no sentence, as both took as long


def test_nothing_is_compared_before_both_have_ended() -> None:
    goes_on = sent_run(headers=0.5)
    add(goes_on, 0.8, Text("word"))
    lines = phase_lines(run_phases(goes_on), run_phases(ended(headers=0.2, thinks_until=0.7)), "a", "b")

    assert {line.split()[-1] for line in lines[1:]} == {"–"}


def test_nothing_is_known_of_a_run_that_was_not_sent() -> None:
    sent = ended(headers=0.2, thinks_until=0.7)
    failed = Run("left", sent.request, 0.0)
    failed.fail(Failure("connection", "There is no key."), 1.0)
    unsent = run_phases(failed)
    lines = phase_lines(unsent, run_phases(sent), "a", "b")

    assert lines[-1].split() == ["total,", "from", "t0", "–", "1.20s", "–"]
    assert {line.split()[-3] for line in lines[1:]} == {"–"}
    assert phase_lines(unsent, unsent, "a", "b") == []


def test_what_is_not_timed_is_said() -> None:
    assert phases_text(run_phases(untimed_run(0.5, 2.0))) == "until headers 0.50s, unknown 1.50s."
    assert phases_text(run_phases(untimed_run())) == "times unknown."
