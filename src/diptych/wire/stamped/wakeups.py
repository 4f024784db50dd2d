"""Wakes tasks a few at a time, so that the event loop reads its sockets in between."""

import asyncio
from collections import deque

_DELAY_PER_TASK = 0.000_5
"""Seconds of delay for each task that was woken after the last delay. Its work takes about a fifth of that."""


class Wakeups:
    """Wakes the tasks of one event loop in the order in which they wait, at most `most` in each iteration of the loop.

    An event loop that wakes hundreds of tasks at once reads nothing until all of them have worked. What arrives for one
    socket in that time is merged by the kernel, and only its end has a stamp. With a `delay`, the first task is woken
    after that many seconds, together with those that have come by then: working through many at once costs less. The
    more tasks there are, the longer is the delay, up to `longest_delay`, so that each finds more to work on.
    """

    def __init__(self, most: int, delay: float = 0.0, longest_delay: float = 0.0) -> None:
        self._most = most
        self._delay = delay
        self._longest_delay = longest_delay
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_scheduled = False
        self._woken = 0  # tasks, since the last delay

    def wake(self, waiter: asyncio.Future[None]) -> None:
        """Resolve a future that a task awaits, after those that were passed before."""
        self._waiting.append(waiter)
        if not self._is_scheduled:
            self._is_scheduled = True
            loop = waiter.get_loop()
            if self._delay:
                loop.call_later(self._next_delay(), self._wake_some)
            else:
                loop.call_soon(self._wake_some)

    async def wait(self) -> None:
        """Wait until the running task is woken, after those that waited before."""
        waiter = asyncio.get_running_loop().create_future()
        self.wake(waiter)
        await waiter

    def _next_delay(self) -> float:
        woken, self._woken = self._woken, 0
        return max(self._delay, min(woken * _DELAY_PER_TASK, self._longest_delay))

    def _wake_some(self) -> None:
        count = min(self._most, len(self._waiting))
        self._woken += count
        for _ in range(count):
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
        self._is_scheduled = bool(self._waiting)
        if self._waiting:
            self._waiting[0].get_loop().call_soon(self._wake_some)
