"""Wakes tasks a few at a time, so that the event loop looks at its sockets in between."""

import asyncio
from collections import deque

_MOST = 8
"""Tasks that are woken in one iteration of the loop. Each then works for up to a few hundred microseconds."""


class Turns:
    """Wakes the tasks of one event loop, at most a few in each of its iterations, in the order in which it is asked to.

    An event loop that wakes hundreds of tasks at once reads nothing until all of them have worked. What arrives for one
    socket in that time is merged by the kernel, and only its end has a stamp.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._woken = 0

    def wake(self, waiter: asyncio.Future[None]) -> None:
        """Resolve a future on which a task waits, now or in one of the next iterations."""
        if self._woken < _MOST:
            self._resolve(waiter)
        else:
            self._waiting.append(waiter)

    async def next(self) -> None:
        """Wait until it is the running task's turn."""
        waiter = self._loop.create_future()
        self.wake(waiter)
        await waiter

    def _resolve(self, waiter: asyncio.Future[None]) -> None:
        if not waiter.done():
            waiter.set_result(None)
            self._woken += 1
            if self._woken == 1:
                self._loop.call_soon(self._begin_iteration)

    def _begin_iteration(self) -> None:
        self._woken = 0
        while self._waiting and self._woken < _MOST:
            self._resolve(self._waiting.popleft())
