"""Limits how many requests one endpoint gets at once."""

import asyncio
import math
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Protocol

_SPREAD = 1.0
"""Seconds over which those requests begin that have waited for the end of a pause."""


class EndpointSlots(Protocol):
    """What lets requests to one endpoint begin; see `RequestSlots`."""

    @property
    def pause_left(self) -> float:
        """The seconds for which no further request begins, because of a pause."""

    def are_full(self, limit: int | None) -> bool:
        """Whether a request that comes now would have to wait."""

    def pause(self, seconds: float) -> None:
        """Begin no further request for `seconds`."""

    def one(self, limit: int | None) -> AbstractAsyncContextManager[None]:
        """Wait until the limit allows another request, and count it for as long as the block runs."""


class RequestSlots:
    """Lets a number of requests run at once; the others wait, and begin in the order in which they came.

    The limit may change between requests: the latest one counts for all that wait. After a pause, those that have
    waited begin one after another, since all at once would soon be too much for the server again.
    """

    def __init__(self) -> None:
        self._limit = sys.maxsize
        self._running = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None  # known once there was a pause
        self._paused_until = -math.inf  # on the clock of the loop
        self._end_of_pause: asyncio.TimerHandle | None = None
        self._to_spread = 0  # requests that are still let in one by one after a pause

    def are_full(self, limit: int | None) -> bool:
        """Whether a request that comes now would have to wait with this limit, None for none."""
        return bool(self._waiting) or self._running >= (limit or sys.maxsize) or self.pause_left > 0

    @property
    def pause_left(self) -> float:
        """The seconds for which no further request begins, because of a pause; 0 if there is none. For any thread."""
        return 0.0 if self._loop is None else max(0.0, self._paused_until - self._loop.time())

    def pause(self, seconds: float) -> None:
        """Begin no further request for `seconds`. Those that run go on, and a longer pause stays as it is."""
        if seconds > self.pause_left:
            self._to_spread = 0
            self._hold_back(seconds, self._resume)

    def _hold_back(self, seconds: float, then: Callable[[], None]) -> None:
        """Begin no request for `seconds`, then call `then`."""
        self._loop = asyncio.get_running_loop()
        self._paused_until = self._loop.time() + seconds
        if self._end_of_pause:
            self._end_of_pause.cancel()
        self._end_of_pause = self._loop.call_at(self._paused_until, then)

    def _resume(self) -> None:
        self._to_spread = len(self._waiting)
        self._let_in_next(_SPREAD / max(self._to_spread, 1))

    def _let_in_next(self, gap: float) -> None:
        """Let in one of the requests that have waited in the pause, and the next one after `gap` seconds."""
        self._paused_until = -math.inf
        self._to_spread -= 1
        if self._to_spread <= 0:
            self._let_in()
        else:
            self._let_in(1)
            self._hold_back(gap, partial(self._let_in_next, gap))

    @asynccontextmanager
    async def one(self, limit: int | None) -> AsyncIterator[None]:
        """Wait until the limit allows another request, and count it for as long as the block runs."""
        turn = self.join(limit)
        try:
            await turn
            yield
        finally:
            self.leave(turn)

    def join(self, limit: int | None) -> asyncio.Future[None]:
        """Line up another request; return a future that is done when the limit allows it. `leave` must follow."""
        self._limit = limit or sys.maxsize
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._let_in()
        return turn

    def leave(self, turn: asyncio.Future[None]) -> None:
        """Stop counting a request, whether it has begun or still waits."""
        if turn in self._waiting:
            self._waiting.remove(turn)
        else:
            self._running -= 1
        self._let_in()

    def _let_in(self, most: int = sys.maxsize) -> None:
        """Let in as many requests as the limit allows, but at most `most`."""
        while most and self._waiting and self._running < self._limit and not self.pause_left:
            most -= 1
            self._running += 1
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
