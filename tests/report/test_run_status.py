"""The word for the state of a run, and how long its server has been silent."""

import pytest

from diptych.core.content import Complete, Stop, Text
from diptych.core.event import AttemptFailed
from diptych.core.run import State
from diptych.report import run_status
from diptych.report.run_status import silence, state_word
from tests.tui.fakes import a_run, add, new_run


@pytest.mark.parametrize(
    ("state", "mark"),
    [("waiting", "◌"), ("streaming", "●"), ("complete", "✔"), ("cut", "✂"), ("stopped", "■"), ("failed", "✖")],
)
def test_every_state_has_another_mark(state: State, mark: str) -> None:
    assert run_status.mark(state) == mark


def test_a_server_that_sends_nothing_for_a_second_is_silent() -> None:
    run = a_run()
    assert silence(run, 100.9) == ""
    assert silence(run, 101.0) == "silent 1 s"

    add(run, Text("a"), at=106.0)
    assert silence(run, 106.9) == ""
    run.stamps.heard = 107.0  # a comment, or half a line
    assert silence(run, 107.9) == ""
    assert silence(run, 119.8) == "silent 12 s"

    run.stop(130.0)
    assert silence(run, 150.0) == ""


def test_a_server_that_has_said_everything_is_not_silent() -> None:
    run = a_run()
    add(run, Text("a"), at=101.0)
    add(run, Stop("end_turn"), Complete(), at=101.0)

    assert silence(run, 105.0) == ""  # usage may come late


def test_a_run_that_waits_for_another_attempt_is_not_silent() -> None:
    run = a_run()
    run.note(AttemptFailed(101.0, 1, 429, 9.0, "busy"))

    assert silence(run, 105.0) == ""


def test_a_server_that_was_not_asked_yet_is_not_silent() -> None:
    run = new_run("left", a_run().request.settings, began=100.0)

    assert silence(run, 106.0) == ""


def test_a_request_that_is_not_sent_after_a_second_does_not_seem_to_wait_for_its_server() -> None:
    settings = a_run().request.settings
    loading, sent = new_run("left", settings, began=100.0), new_run("right", settings, began=100.0)
    sent.begin_attempt(100.5)

    assert (state_word(loading, 100.9), state_word(loading, 103.0)) == ("waiting", "not sent yet")
    assert state_word(sent, 103.0) == "waiting"
