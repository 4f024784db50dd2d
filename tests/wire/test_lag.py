"""Arrival times that our own loop made doubtful are known as such."""

import asyncio

import pytest

from diptych.core.event import Event
from diptych.wire.lag import LoopLag
from tests.support.answers import Answer
from tests.support.asking import play
from tests.support.streams import chat


class Clock:
    """Time that passes when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def beat() -> None:
    """Wait until the next beat has been."""
    await asyncio.sleep(0.011)


async def test_a_loop_that_was_blocked_makes_a_stamp_doubtful_by_as_much() -> None:
    clock = Clock()
    with LoopLag(clock) as lag:
        clock.now = 0.06  # nothing ran since a beat was due at 0.01

        assert lag.at(clock()) == pytest.approx(0.05)


async def test_what_is_read_right_after_a_late_beat_is_doubtful_and_what_comes_after_the_next_is_not() -> None:
    clock = Clock()
    with LoopLag(clock) as lag:
        clock.now = 0.06
        await beat()
        assert lag.at(clock()) == pytest.approx(0.05)

        clock.now += 0.01
        await beat()
        assert lag.at(clock()) == 0


async def test_a_delay_that_no_one_would_see_is_none() -> None:
    clock = Clock()
    with LoopLag(clock) as lag:
        clock.now = 0.025

        assert lag.at(clock()) == 0


async def test_nothing_beats_after_the_end_of_the_last_stream() -> None:
    clock = Clock()
    with LoopLag(clock) as lag:
        with lag:
            pass
        clock.now = 0.06
        await beat()
        assert lag.at(clock()) == pytest.approx(0.05)
    clock.now = 0.0
    due = lag._due
    await beat()

    assert lag._due == due


def test_a_stream_read_in_time_has_no_doubtful_event() -> None:
    role, text, *rest = chat("hi")

    run = play(Answer([role, 0.5, text, 0.5, *rest]))

    assert [line.late for line in run.lines if isinstance(line, Event)] == [0.0] * run.events
