"""Ends a stream whose server has been silent for too long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

_LONGEST_WAIT = 1.0
"""Seconds between two checks at most, since the limit may become shorter while the timer runs."""


@dataclass(frozen=True, slots=True)
class IdleLimits:
    """Seconds of silence allowed before the first content, and after it. `source` names what sets them."""

    before_content: float = 600.0
    after_content: float = 60.0
    source: str = "--timeout"


class IdleTimeout:
    """Interrupts its block with `TimeoutError` when nothing has been heard for longer than `limit` seconds.

    Hearing something costs one assignment: the timer is not restarted each time, but checks when it was last heard.
    """

    def __init__(self, timeout: asyncio.Timeout, limit: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._timeout = timeout
        self._heard_at = self._due = self._loop.time()
        self.limit = limit
        self._timer: asyncio.Handle = self._loop.call_soon(self._check)

    def heard(self) -> None:
        """Note that something has arrived."""
        self._heard_at = self._loop.time()

    def end_in(self, seconds: float | None) -> None:
        """Interrupt the block after these seconds, whatever arrives. None watches for silence again."""
        self.close()
        if seconds is None:
            self._timeout.reschedule(None)
            self._due = self._loop.time()
            self._check()
        else:
            self._timeout.reschedule(self._loop.time() + seconds)

    def close(self) -> None:
        """Stop watching."""
        self._timer.cancel()

    def _check(self) -> None:
        now = self._loop.time()
        # Time in which this loop could not read does not count as silence: what was sent may still be unread.
        self._heard_at += now - self._due
        deadline = self._heard_at + self.limit
        if now >= deadline:
            self._timeout.reschedule(now)
        else:
            self._due = min(deadline, now + _LONGEST_WAIT)
            self._timer = self._loop.call_at(self._due, self._check)


@asynccontextmanager
async def idle_timeout(limit: float) -> AsyncIterator[IdleTimeout]:
    """Run a block that ends with `TimeoutError` when its `IdleTimeout` hears nothing for `limit` seconds."""
    async with asyncio.timeout(None) as timeout:
        idle = IdleTimeout(timeout, limit)
        try:
            yield idle
        finally:
            idle.close()
