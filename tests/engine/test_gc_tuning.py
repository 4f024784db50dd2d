"""Full collections wait until nothing streams any more."""

import gc
import math
import sys
import weakref
from dataclasses import replace

import pytest

from diptych.config.environment import configured_endpoints
from diptych.engine.client_pool import ClientKey
from diptych.engine.gc_tuning import GcTuning, reclaim
from tests.support.engines import simulated_engine


@pytest.fixture(autouse=True)
def _freezes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diptych.engine.gc_tuning.gc", gc)  # tests/conftest.py keeps others from freezing objects


def settings() -> tuple[tuple[int, int, int], float]:
    return gc.get_threshold(), sys.getswitchinterval()


def test_they_wait_while_something_streams_and_not_longer() -> None:
    before = settings()
    with simulated_engine() as (engine, loop):
        engine.ask("long")
        loop.advance(1.0)
        (_, _, oldest), interval = settings()
        loop.settle()

    assert oldest > 1_000_000
    assert interval < before[1]
    assert settings() == before


def test_beginning_twice_still_puts_everything_back() -> None:
    before = settings()
    pauses = GcTuning()

    pauses.begin()
    pauses.begin()
    pauses.end()
    pauses.end()

    assert settings() == before


def test_two_engines_put_everything_back_after_the_last_of_them() -> None:
    before = settings()
    one, other = GcTuning(), GcTuning()

    one.begin()
    other.begin()
    one.end()
    during = settings()
    one.begin()
    other.end()
    one.end()

    assert during[0][2] > 1_000_000
    assert settings() == before


def test_garbage_is_looked_for_only_when_no_engine_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: collected.append(generation))
    pauses = GcTuning()
    pauses.begin()

    reclaim()
    assert collected == []
    pauses.end()
    assert collected == [2]
    reclaim()
    assert collected == [2, 2]


def test_all_garbage_is_collected_after_many_runs_even_if_streams_never_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: collected.append(generation))
    reclaim()
    pauses = GcTuning()
    pauses.begin()

    for _ in range(20_000):
        pauses.count_ended()
    assert collected == [2, 2, 2]
    pauses.end()
    assert collected == [2, 2, 2, 2]  # at rest with what was exempted before


def test_runs_one_after_another_leave_no_more_garbage_than_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: collected.append(generation))
    reclaim()
    pauses = GcTuning()

    for _ in range(1_000):
        pauses.begin()
        pauses.count_ended()
        pauses.end()
    assert collected.count(2) == 3
    assert collected.count(1) == 998


def test_an_engine_that_is_closed_in_the_middle_of_a_stream_puts_everything_back() -> None:
    before = settings()
    with simulated_engine() as (engine, loop):
        engine.ask("long")
        loop.advance(1.0)

    assert settings() == before


def test_what_was_streamed_is_looked_at_by_no_later_collection() -> None:
    pauses = GcTuning()
    pauses.begin()
    kept = [[number] for number in range(10_000)]
    frozen = gc.get_freeze_count()

    pauses.end()

    assert gc.get_freeze_count() >= frozen + len(kept)


@pytest.mark.parametrize("seconds", [0.0, 0.5, math.inf], ids=["at once", "while it streams", "after its end"])
def test_a_cleared_session_leaves_nothing_behind(seconds: float) -> None:
    with simulated_engine() as (engine, loop):
        round_ = engine.ask("hi")
        loop.advance(seconds)
        runs = [weakref.ref(run) for run in round_.runs.values()]
        for run in round_.runs.values():
            run.attempts.append(run)  # type: ignore[arg-type]  # a cycle, which only a collection finds
        del round_, run

        engine.new_session()
        loop.settle()
        loop.settle()

        assert [run() for run in runs] == [None, None]


def test_a_client_that_is_not_needed_any_more_leaves_nothing_behind() -> None:
    with simulated_engine() as (engine, loop):
        engine.ask("hi")
        loop.advance()
        client = weakref.ref(engine._scheduler._clients._clients[ClientKey.of(engine.settings["left"])])
        engine.configure("left", replace(engine.settings["left"], endpoint=configured_endpoints({})["openai"]))

        engine.ask("hi")
        loop.advance()

        assert client() is None
