"""The thread of the streams and how it ends."""

import asyncio
import gc
import threading
from collections.abc import AsyncGenerator

import pytest

from diptych.engine.stream_loop import StreamLoop


def test_it_calls_functions_in_a_thread_of_its_own() -> None:
    names: list[str] = []

    async def last() -> None:
        names.append(threading.current_thread().name)

    loop = StreamLoop()
    loop.call(lambda: names.append(threading.current_thread().name))
    loop.close(last())

    assert names == ["streams", "streams"]


def test_a_last_coroutine_that_takes_too_long_is_given_up() -> None:
    cancelled = threading.Event()

    async def never_ends() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    StreamLoop().close(never_ends(), patience=0.05)
    join_the_streams()

    assert cancelled.is_set()


def test_a_last_coroutine_that_fails_ends_the_thread_all_the_same() -> None:
    async def fails() -> None:
        raise ZeroDivisionError

    before = set(threading.enumerate())
    with pytest.raises(ZeroDivisionError):
        StreamLoop().close(fails())
    join_the_streams()

    assert set(threading.enumerate()) <= before


def test_a_thread_that_hangs_is_left_behind() -> None:
    began, released = threading.Event(), threading.Event()

    async def blocks() -> None:
        began.set()
        released.wait(120)

    async def last() -> None:
        """Does not run while the thread hangs."""

    loop = asyncio.new_event_loop()
    streams = StreamLoop(loop)
    streams.submit(blocks())
    assert began.wait(120)
    streams.close(last(), patience=0.05)
    assert loop.is_running()

    released.set()
    join_the_streams()
    assert loop.is_closed()


def test_closing_it_again_does_nothing() -> None:
    async def last() -> None:
        """Never runs the second time."""

    loop = StreamLoop()
    loop.close(last())
    join_the_streams()

    loop.close(last())


def test_whatever_is_under_way_ends_with_the_loop(caplog: pytest.LogCaptureFixture) -> None:
    released, ended = threading.Event(), list[str]()

    async def endless() -> AsyncGenerator[None]:
        try:
            while True:
                yield
        finally:
            await asyncio.sleep(0)
            ended.append("generator")

    async def never_ends() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("task")

    async def blocks_and_waits() -> None:
        released.wait(120)
        await anext(generator)
        await never_ends()

    generator = endless()
    loop = StreamLoop()
    loop.submit(never_ends())
    loop.close(blocks_and_waits(), patience=0.05)
    released.set()
    join_the_streams()
    gc.collect()

    assert sorted(ended) == ["generator", "task", "task"]
    assert not caplog.records  # such as "Task was destroyed but it is pending!"


def join_the_streams() -> None:
    for thread in threading.enumerate():
        if thread.name == "streams":
            thread.join(120)


def test_it_runs_a_coroutine_until_that_is_cancelled() -> None:
    ended = threading.Event()

    async def answer() -> int:
        return 42

    async def never_ends() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def last() -> None:
        pass

    loop = StreamLoop()
    assert loop.submit(answer()).result(120) == 42
    waiting = loop.submit(never_ends())
    loop.submit(answer()).result(120)  # so that the one before has begun
    waiting.cancel()

    assert ended.wait(120)
    loop.close(last())
