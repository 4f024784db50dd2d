"""At most so many requests at once, in the order in which they came, whatever happens to the limit meanwhile."""

import asyncio

from diptych.engine.request_slots import RequestSlots
from tests.support.virtual_loop import run as in_virtual_time


class Requests:
    """Requests that run until the test ends them; `began` has their names in order."""

    def __init__(self) -> None:
        self.slots = RequestSlots()
        self.began: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def start(self, names: str, limit: int | None) -> None:
        for name in names:
            self._ends[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._run(name, limit))
        await self._settle()

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await self._settle()

    async def cancel(self, name: str) -> None:
        self.tasks[name].cancel()
        await self._settle()

    async def _settle(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    async def _run(self, name: str, limit: int | None) -> None:
        async with self.slots.one(limit):
            self.began.append(name)
            await self._ends[name].wait()


async def test_the_others_wait_and_begin_in_order() -> None:
    requests = Requests()
    await requests.start("abcd", 2)
    assert requests.began == ["a", "b"]
    assert requests.slots.are_full(2)

    await requests.end("b")
    await requests.end("a")
    assert requests.began == ["a", "b", "c", "d"]
    await requests.end("c")
    assert not requests.slots.are_full(2)


async def test_without_a_limit_none_waits() -> None:
    requests = Requests()
    await requests.start("abcd", None)

    assert requests.began == ["a", "b", "c", "d"]
    assert not requests.slots.are_full(None)


async def test_the_latest_limit_counts_for_all_that_wait() -> None:
    requests = Requests()
    await requests.start("abcd", 1)
    await requests.start("e", 3)
    assert requests.began == ["a", "b", "c"]

    await requests.start("f", 1)
    await requests.end("a")
    await requests.end("b")
    assert requests.began == ["a", "b", "c"]
    await requests.end("c")
    assert requests.began == ["a", "b", "c", "d"]


async def test_one_that_is_cancelled_leaves_its_place() -> None:
    requests = Requests()
    await requests.start("abc", 1)
    await requests.cancel("b")
    await requests.cancel("a")

    assert requests.began == ["a", "c"]


async def test_one_that_is_cancelled_as_its_turn_comes_leaves_its_place() -> None:
    requests = Requests()
    await requests.start("abc", 1)
    requests.tasks["a"].cancel()
    await requests.cancel("b")

    assert requests.began == ["a", "c"]


# Pauses


def test_a_pause_holds_back_new_requests_and_none_that_runs() -> None:
    async def began() -> tuple[list[str], list[str], float, list[str]]:
        requests = Requests()
        await requests.start("a", None)
        requests.slots.pause(10)
        await requests.start("bc", None)
        during = list(requests.began)
        await requests.end("a")
        assert requests.slots.are_full(None)
        left = requests.slots.pause_left
        await asyncio.sleep(9.9)
        before = list(requests.began)
        await asyncio.sleep(1.2)
        return during, before, left, requests.began

    assert in_virtual_time(began()) == (["a"], ["a"], 10.0, ["a", "b", "c"])


def test_a_longer_pause_takes_the_place_of_a_shorter_one_and_not_the_other_way_round() -> None:
    async def left() -> list[float]:
        slots = RequestSlots()
        found = [slots.pause_left]
        for seconds in (5, 60, 1):
            slots.pause(seconds)
            found.append(slots.pause_left)
        await asyncio.sleep(61)
        return [*found, slots.pause_left]

    assert in_virtual_time(left()) == [0.0, 5.0, 60.0, 60.0, 0.0]


def test_one_that_is_cancelled_in_a_pause_leaves_its_place() -> None:
    async def began() -> list[str]:
        requests = Requests()
        requests.slots.pause(5)
        await requests.start("ab", 1)
        await requests.cancel("a")
        await asyncio.sleep(6)
        return requests.began

    assert in_virtual_time(began()) == ["b"]


def test_those_that_have_waited_for_the_end_of_a_pause_begin_one_after_another() -> None:
    async def began() -> list[str]:
        requests, found = Requests(), []
        requests.slots.pause(5)
        await requests.start("abcd", None)
        await asyncio.sleep(5.01)
        for _ in range(5):
            found.append("".join(requests.began))
            await asyncio.sleep(0.25)
        await requests.start("e", None)
        return [*found, "".join(requests.began)]

    assert in_virtual_time(began()) == ["a", "ab", "abc", "abcd", "abcd", "abcde"]


def test_a_pause_that_comes_while_they_begin_holds_back_the_rest() -> None:
    async def began() -> list[str]:
        requests, found = Requests(), []
        requests.slots.pause(5)
        await requests.start("abc", None)
        await asyncio.sleep(5.01)
        requests.slots.pause(10)
        for _ in range(2):
            await asyncio.sleep(9.9)
            found.append("".join(requests.began))
        return found

    assert in_virtual_time(began()) == ["a", "abc"]
