"""The loop of the server waits no longer than it has to."""

import asyncio
import socket
import sys

import pytest

from diptych.serving.precise_selector import PreciseSelector


@pytest.mark.skipif(sys.platform != "linux", reason="only there does asyncio round up")
def test_timers_are_not_rounded_up_to_the_next_millisecond() -> None:
    async def least_lateness() -> float:
        loop = asyncio.get_running_loop()
        late: list[float] = []
        for _ in range(1_000):  # a busy machine can delay most of them
            due = loop.time() + 0.0021
            await asyncio.sleep(0.0021)
            late.append(loop.time() - due)
            if late[-1] < 0.0006:
                break
        return min(late)

    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(PreciseSelector())) as runner:
        assert runner.run(least_lateness()) < 0.0006


def test_it_hears_of_descriptors_and_does_not_wait_where_it_must_not() -> None:
    one, other = socket.socketpair()
    with one, other, PreciseSelector() as selector:
        selector.register(one, 1)
        assert selector.select(0) == []
        assert selector.select(0.001) == []
        other.send(b"x")
        for timeout in (None, 0, 5.0):
            assert [key.fileobj for key, _ in selector.select(timeout)] == [one]
