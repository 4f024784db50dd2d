import asyncio
from collections.abc import Mapping
from decimal import Decimal

from diptych.cluster.coordinator import Coordinator
from tests.support.virtual_loop import run as in_virtual_time


async def soon() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_limit_of_an_endpoint_holds_for_all_workers() -> None:
    coordinator = Coordinator(None, Decimal(0))
    await coordinator.enter("one", 1, "a", 1)
    waiting = asyncio.create_task(coordinator.enter("other", 1, "a", 1))
    await coordinator.enter("other", 2, "b", 1)
    await soon()
    assert not waiting.done()

    await coordinator.leave("one", 1)
    await waiting


async def test_what_a_dead_worker_held_or_waited_for_is_free() -> None:
    coordinator = Coordinator(None, Decimal(0))
    await coordinator.enter("dead", 1, "a", 1)
    waiting = asyncio.create_task(coordinator.enter("dead", 2, "a", 1))
    await soon()

    await coordinator.forget("dead")
    await coordinator.enter("dead", 3, "a", 1)  # sent before it died
    await asyncio.wait_for(coordinator.enter("other", 1, "a", 1), 1)
    await asyncio.wait([waiting])  # nobody is there any more to begin


def test_a_pause_that_one_worker_was_asked_for_holds_for_all() -> None:
    async def paused() -> tuple[Mapping[str, float], float, Mapping[str, float]]:
        coordinator, now = Coordinator(None, Decimal(0)), asyncio.get_running_loop().time
        began = now()
        await coordinator.pause("a", 20.0)
        before = await coordinator.pauses()
        await coordinator.enter("other", 1, "a", None)
        return before, now() - began, await coordinator.pauses()

    assert in_virtual_time(paused()) == ({"a": 20.0}, 20.0, {})


async def test_the_budget_is_one_for_all() -> None:
    coordinator = Coordinator(Decimal(3), Decimal(1))

    assert await coordinator.reserve(Decimal(2))
    await coordinator.settle(Decimal(2), Decimal(1))
    assert not await coordinator.reserve(Decimal(2))
