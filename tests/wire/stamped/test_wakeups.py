"""Tasks are woken a few at a time."""

import asyncio

from diptych.wire.stamped.wakeups import Wakeups
from tests.support.virtual_loop import run as in_virtual_time


async def test_few_tasks_are_woken_in_each_iteration_of_the_loop_and_in_their_order() -> None:
    wakeups = Wakeups(2)
    iteration = 0
    woken: list[tuple[int, int]] = []

    async def wait(number: int) -> None:
        await wakeups.wait()
        woken.append((number, iteration))

    tasks = [asyncio.create_task(wait(number)) for number in range(7)]
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0)
        iteration += 1

    assert [number for number, _ in woken] == list(range(7))
    iterations = [each for _, each in woken]
    assert max(iterations.count(each) for each in iterations) == 2


async def test_one_that_does_not_wait_any_more_holds_nobody_up() -> None:
    wakeups = Wakeups(1)
    tasks = [asyncio.create_task(wakeups.wait()) for _ in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()

    done = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(each) for each in done] == [type(None), asyncio.CancelledError, type(None)]


def test_with_a_delay_those_that_come_meanwhile_are_woken_together() -> None:
    async def woken_at() -> list[float]:
        loop = asyncio.get_running_loop()
        wakeups, began, times = Wakeups(8, 0.004), loop.time(), []

        async def wait(after: float) -> None:
            await asyncio.sleep(after)
            await wakeups.wait()
            times.append(round(loop.time() - began, 4))

        await asyncio.gather(wait(0.0), wait(0.003), wait(0.005))
        return times

    assert in_virtual_time(woken_at()) == [0.004, 0.004, 0.009]


def test_the_delay_grows_with_the_number_of_tasks_up_to_the_longest() -> None:
    async def woken_at(count: int) -> list[float]:
        """Return when each of three waits of so many tasks was over."""
        loop = asyncio.get_running_loop()
        wakeups, began, times = Wakeups(8, 0.004, 0.04), loop.time(), []
        for _ in range(3):
            await asyncio.gather(*(wakeups.wait() for _ in range(count)))
            times.append(round(loop.time() - began, 4))
        return times

    assert in_virtual_time(woken_at(2)) == [0.004, 0.008, 0.012]
    assert in_virtual_time(woken_at(20)) == [0.004, 0.014, 0.024]
    assert in_virtual_time(woken_at(200)) == [0.004, 0.044, 0.084]
