"""Runs whose task never got to ask: ended all the same."""

import sys

import pytest

from tests.support.asking import notes
from tests.support.engines import simulated_engine


def test_a_run_that_is_stopped_before_its_task_began() -> None:
    with simulated_engine() as (engine, loop):

        def at_once() -> None:
            engine.ask("hi")
            engine.stop()

        loop.call_soon_threadsafe(at_once)
        loop.settle()
        (round_,) = engine.rounds

    assert [(run.state, notes(run)) for run in round_.runs.values()] == [("stopped", ["stopped"])] * 2


def test_a_fault_of_our_own_fails_the_run_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "diptych.wire.ask", None)
    with simulated_engine() as (engine, loop):
        round_ = engine.ask("hi")
        loop.settle()

    for run in round_.runs.values():
        assert notes(run) == ["failed: internal"]
        assert run.failure is not None
        assert run.failure.message.startswith("Diptych failed (ModuleNotFoundError: ")


def test_a_new_run_of_a_side_waits_until_the_stopped_one_is_over() -> None:
    with simulated_engine() as (engine, loop):
        old = engine.ask("long")
        loop.advance(1.0)

        def anew() -> None:
            engine.new_session()
            engine.ask("hi")

        loop.call_soon_threadsafe(anew)
        loop.advance()

        assert [run.state for run in old.runs.values()] == ["stopped", "stopped"]
        assert [run.state for run in engine.rounds[-1].runs.values()] == ["complete", "complete"]
