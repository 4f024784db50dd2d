"""How long a server may be silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

_LONGEST_NAP = 1.0  # seconds; the limit may become shorter while the watch sleeps


@dataclass(frozen=True, slots=True)
class IdleLimits:
    """Seconds of silence allowed before the first content, and after it."""

    before_content: float = 600.0
    after_content: float = 60.0


class IdleTimeout:
    """Interrupts its block with `TimeoutError` when nothing is heard for longer than the limit.

    A sign of life is one assignment: the timer is not set anew for each, it looks by itself how long it was quiet.
    """

    def __init__(self, timeout: asyncio.Timeout, limit: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._timeout = timeout
        self._heard_at = self._due = self._loop.time()
        self.limit = limit
        self._timer: asyncio.Handle = self._loop.call_soon(self._look)

    def heard(self) -> None:
        """Something arrived."""
        self._heard_at = self._loop.time()

    def end_in(self, seconds: float | None) -> None:
        """Interrupt the block after this time, whatever arrives; None goes back to watching for silence."""
        self.close()
        if seconds is None:
            self._timeout.reschedule(None)
            self._due = self._loop.time()
            self._look()
        else:
            self._timeout.reschedule(self._loop.time() + seconds)

    def close(self) -> None:
        """Watch no longer."""
        self._timer.cancel()

    def _look(self) -> None:
        now = self._loop.time()
        # While our own loop could not listen the server was not silent: what it sent may wait to be read.
        self._heard_at += now - self._due
        deadline = self._heard_at + self.limit
        if now >= deadline:
            self._timeout.reschedule(now)
        else:
            self._due = min(deadline, now + _LONGEST_NAP)
            self._timer = self._loop.call_at(self._due, self._look)


@asynccontextmanager
async def idle_timeout(limit: float) -> AsyncIterator[IdleTimeout]:
    """A block that `TimeoutError` ends when its watch hears nothing for `limit` seconds."""
    async with asyncio.timeout(None) as timeout:
        watch = IdleTimeout(timeout, limit)
        try:
            yield watch
        finally:
            watch.close()
