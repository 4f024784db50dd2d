"""Full collections wait until nothing streams any more."""

import gc
import sys

from diptych.engine.pauses import FewPauses
from tests.support.engines import simulated_engine


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
    pauses = FewPauses()

    pauses.begin()
    pauses.begin()
    pauses.end()
    pauses.end()

    assert settings() == before
