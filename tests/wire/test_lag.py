"""Arrival times that Diptych's own event loop made doubtful are marked."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from diptych.apis.dialect import DecodedEvent
from diptych.apis.openai_chat import OpenAIChat
from diptych.apis.registry import DIALECTS
from diptych.apis.sse import ServerSentEvent
from diptych.core.event import Event
from diptych.wire.lag import LoopLag, StreamLag, WorkLag
from diptych.wire.stamped.piece import Piece
from tests.support import virtual_loop
from tests.support.answers import Answer, Gate
from tests.support.asking import Asker, Progress, new_run, play, settings
from tests.support.loopback import LoopbackServer
from tests.support.streams import chat


class Clock:
    """Time that passes when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def beat() -> None:
    """Wait until the next beat has been. In real time there might be two."""
    await asyncio.sleep(0.011)


def in_virtual_time(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a test on a loop that is never late."""

    def run() -> None:
        virtual_loop.run(test())

    run.__name__ = test.__name__
    return run


@in_virtual_time
async def test_a_loop_that_was_blocked_makes_a_stamp_doubtful_by_as_much() -> None:
    clock = Clock()
    with LoopLag(clock) as lag:
        clock.now = 0.06  # nothing ran since a beat was due at 0.01

        assert lag.lateness(clock()) == pytest.approx(0.05)


@in_virtual_time
async def test_what_is_read_right_after_a_late_beat_is_doubtful_and_what_comes_after_the_next_is_not() -> None:
    clock = Clock()
    with LoopLag(clock) as lag:
        clock.now = 0.06
        await beat()
        assert lag.lateness(clock()) == pytest.approx(0.05)

        clock.now += 0.01
        await beat()
        assert lag.lateness(clock()) == 0


@in_virtual_time
async def test_what_was_read_after_a_late_beat_stays_doubtful_while_it_waits() -> None:
    clock = Clock()
    with LoopLag(clock) as lag:
        clock.now = 0.06  # 0.05 too late
        await beat()
        clock.now = 0.07
        await beat()
        clock.now = 0.13  # again
        await beat()
        clock.now = 0.14
        await beat()

        read_at = (0.005, 0.059, 0.065, 0.075, 0.125, 0.135, 0.145)
        assert [lag.lateness(at) for at in read_at] == pytest.approx([0, 0.05, 0.05, 0, 0.05, 0.05, 0])


@in_virtual_time
async def test_a_stamp_of_the_kernel_is_doubtful_only_as_far_as_its_piece_may_have_waited_before() -> None:
    clock = Clock()
    with LoopLag(clock) as loop_lag:
        clock.now = 0.06  # nothing ran since a beat was due at 0.01
        lag = StreamLag(loop_lag)

        assert lag.lateness(Piece(b"", 0.06, 0.06)) == pytest.approx(0.05)
        assert lag.lateness(Piece(b"", 0.05, 0.06, is_exact=True)) == pytest.approx(0.05)
        assert lag.lateness(Piece(b"", 0.001, 0.06, is_exact=True)) == pytest.approx(0.001)
        assert lag.lateness(Piece(b"", -0.001, 0.06, is_exact=True)) == 0
        assert lag.lateness(Piece(b"", 0.019, 0.02, is_exact=True)) == 0


@in_virtual_time
async def test_what_was_not_read_because_more_waited_may_have_come_at_any_time_since() -> None:
    clock = Clock()
    with LoopLag(clock) as loop_lag:
        lag = StreamLag(loop_lag)
        clock.now = 0.01

        assert lag.lateness(Piece(b"", 0.01, 0.01, paused=0.5)) == 0.5
        assert lag.lateness(Piece(b"", 0.01, 0.01, paused=0.01)) == 0
        assert lag.lateness(Piece(b"", 0.0, 0.01, is_exact=True, paused=0.5)) == pytest.approx(0.5)


@in_virtual_time
async def test_a_delay_that_no_one_would_see_is_none() -> None:
    clock = Clock()
    with LoopLag(clock) as lag:
        clock.now = 0.025

        assert lag.lateness(clock()) == 0


@in_virtual_time
async def test_nothing_beats_after_the_end_of_the_last_stream() -> None:
    clock = Clock()
    with LoopLag(clock) as lag:
        with lag:
            pass
        clock.now = 0.06
        await beat()
        assert lag.lateness(clock()) == pytest.approx(0.05)
    clock.now = 0.0
    due = lag._due
    await beat()

    assert lag._due == due


def test_a_stream_read_in_time_has_no_doubtful_event() -> None:
    role, text, *rest = chat("hi")

    run = play(Answer([role, 0.5, text, 0.5, *rest]))

    assert [line.late for line in run.lines if isinstance(line, Event)] == [0.0] * run.events


def test_what_waited_for_our_own_work_on_the_chunk_before_is_doubtful() -> None:
    work = WorkLag()
    assert work.lateness(5.0) == 0  # nothing came before

    work.done(5.0, 5.3)
    assert work.lateness(5.301) == pytest.approx(0.301)
    assert work.lateness(5.32) == 0  # it was waited for, so it has just come

    work.done(6.0, 6.01)
    assert work.lateness(6.011) == 0  # too short to matter


def test_a_chunk_that_follows_a_huge_one_at_once_is_marked() -> None:
    role, hel, lo, *rest = chat("Hel", "lo")

    class Slow(OpenAIChat):
        """Takes long to read, as thousands of events do."""

        def decode(self, event: ServerSentEvent) -> DecodedEvent:
            asyncio.get_running_loop()._now += 0.03  # type: ignore[attr-defined]  # the loop of virtual time
            return super().decode(event)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(DIALECTS, "openai-chat", Slow)
        run = play(Answer([role, hel, 1.0, lo + b"".join(rest)]))

    first, second, third, *_ = (line for line in run.lines if isinstance(line, Event))
    assert first.late == 0
    assert second.late == pytest.approx(0.03)
    assert third.late == 0


async def test_events_that_came_while_nothing_was_read_are_as_late_as_they_may_be(server: LoopbackServer) -> None:
    role, hel, lo, *rest = chat("Hel", "lo")
    server.plan(Answer([role, Gate("blocked"), hel, 0.02, lo, Gate("end"), *rest]))
    async with Asker(settings("openai-chat", server.url)) as asker:
        progress = Progress()
        run = new_run(asker.settings, observer=progress)
        asking = asyncio.create_task(asker.ask(run))
        await progress.until(lambda run: run.events == 1)
        server.open("blocked")
        server.reached("end")  # which blocks the loop
        time.sleep(0.05)  # noqa: ASYNC251 - the loop cannot read
        read_at = asker.clock()
        await progress.until(lambda run: run.events == 3)
        await asyncio.to_thread(server.open, "end")
        await asking

    _, first, second, *_ = (line for line in run.lines if isinstance(line, Event))
    assert second.at - (first.at - first.late) > 0.019
    if run.clock == "kernel":
        assert read_at - second.at > 0.03, "the kernel knows when the second came"
        assert second.late == 0
