"""Runs whose task never got to ask: ended all the same."""

import sys
import threading
from typing import TYPE_CHECKING

import pytest

from diptych.core.settings import Settings
from diptych.wire import loading
from tests.support.answers import Answer
from tests.support.asking import notes, settings
from tests.support.engines import real_engine, simulated_engine
from tests.support.loopback import LoopbackServer
from tests.support.streams import messages

if TYPE_CHECKING:
    from diptych.core.request import Label


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


def test_the_clock_of_a_round_begins_when_every_side_is_ready_to_send(monkeypatch: pytest.MonkeyPatch) -> None:
    with simulated_engine() as (engine, loop):
        loads: list[str] = []

        def load(settings: Settings) -> None:
            loads.append(settings.endpoint.name)
            loop._now += 5.0  # as long as an SDK may take on a busy machine

        monkeypatch.setattr("diptych.wire.loading.load", load)
        round_ = engine.ask("hi")
        loop.advance()

    assert loads == ["anthropic", "openai"]
    assert round_.began == pytest.approx(1_000.0)
    for run in round_.runs.values():
        assert run.began == pytest.approx(1_010.0)
        assert run.lines[0].at == pytest.approx(run.began, abs=0.001)


def test_a_side_that_is_stopped_while_an_sdk_loads_does_not_hold_up_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with simulated_engine() as (engine, loop):
        is_stopped = threading.Event()

        def load(settings: Settings) -> None:
            assert is_stopped.wait(20)

        monkeypatch.setattr("diptych.wire.loading.load", load)
        round_ = engine.ask("hi")
        engine.stop("left")
        loop.call_soon_threadsafe(loop.call_soon, is_stopped.set)
        loop.advance()

    left, right = round_.runs["left"], round_.runs["right"]
    assert (left.state, notes(left)) == ("stopped", ["stopped"])
    assert right.state == "complete"


def test_an_sdk_that_cannot_be_loaded_fails_its_side_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_loaded", set())
    monkeypatch.setitem(sys.modules, "anthropic.resources.messages", None)
    with simulated_engine() as (engine, loop):
        round_ = engine.ask("hi")
        loop.advance()

    left, right = round_.runs["left"], round_.runs["right"]
    assert left.failure is not None
    assert "anthropic.resources.messages" in left.failure.message
    assert right.state == "complete"


def test_a_variable_that_is_wrong_fails_the_side_that_needs_it_alone(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "x-name: ü")
    server.plan(Answer(messages("hi")))
    sides: dict[Label, Settings] = {
        "left": settings("anthropic-messages", server.url),
        "right": settings("openai-responses", server.url),
    }
    with real_engine(sides) as watched:
        runs = watched.ask()

    assert runs["left"].state == "complete"
    assert runs["right"].failure is not None
    assert runs["right"].failure.message.startswith("OPENAI_CUSTOM_HEADERS holds a header that cannot be sent")
