"""Silences in the middle of an answer."""

import pytest

from diptych.core.content import Content, Ping, Text
from diptych.core.event import Event
from diptych.core.metrics.stalls import Stall, stalls
from diptych.core.run import Run
from tests.streams.folding import new_run


def run_with(*stamps: float, late: float = 0.0) -> Run:
    """A run with a piece of text at each stamp; the last one was read late."""
    run = new_run()
    for stamp in stamps:
        add(run, stamp, Text("x"), late=late if stamp == stamps[-1] else 0.0)
    return run


def add(run: Run, at: float, content: Content, late: float = 0.0) -> None:
    run.add(Event(at, run.events + 1, "e", b"{}", (content,), late=late))


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        ((), []),
        ((9.0,), []),  # waiting for the first token is no stall
        ((1.0, 9.0), []),  # one gap is as long as the median
        ((1.0, 1.125, 1.25, 1.375, 2.375, 2.5), [Stall(1.375, 2.375)]),
        ((1.0, 1.1, 1.2, 1.3, 2.2, 2.3), []),  # nine tenths of a second
        ((1.0, 1.25, 1.5, 1.75, 3.0, 3.25), [Stall(1.75, 3.0)]),  # five times the median
        ((1.0, 1.5, 2.0, 2.5, 4.5, 5.0), []),  # four times the median: this run is slow
        ((1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 4.0), [Stall(1.0, 2.0), Stall(2.0, 4.0)]),  # bursts
    ],
)
def test_a_silence_is_long_and_long_for_its_run(stamps: tuple[float, ...], expected: list[Stall]) -> None:
    assert stalls(run_with(*stamps)) == expected


def test_signs_of_life_break_no_silence_and_make_none() -> None:
    run = run_with(1.0, 1.1, 1.2, 1.3)
    add(run, 2.0, Ping())
    add(run, 3.0, Text("x"))
    add(run, 30.0, Ping())

    assert stalls(run) == [Stall(1.3, 3.0)]


def test_what_our_own_loop_slept_through_is_not_the_servers_silence() -> None:
    assert stalls(run_with(1.0, 1.25, 1.5, 1.75, 4.0, late=0.25)) == [Stall(1.75, 3.75)]
    assert stalls(run_with(1.0, 1.25, 1.5, 1.75, 4.0, late=1.5)) == []
    assert stalls(run_with(1.0, 1.25, 1.5, 1.75, 4.0, late=3.0)) == []


def test_a_silence_knows_how_long_it_lasted() -> None:
    assert Stall(1.5, 4.0).seconds == 2.5
