"""The budget of an experiment: what was spent, and what is in flight at its most."""

import asyncio
from decimal import Decimal
from typing import Protocol

from diptych.core.run import Run


class KeepsBudget(Protocol):
    """Keeps what an experiment may cost; see `Budget`."""

    async def reserve(self, most: Decimal) -> bool:
        """Set aside the most that a round may cost; return False if the limit does not allow it."""

    def settle(self, most: Decimal, spent: Decimal) -> None:
        """Count what a round has cost in place of the most that was set aside for it."""


class Budget:
    """Lets a round be asked only if the limit holds whatever its answers cost. All of it happens on one event loop.

    `limit` is in US dollars, None for no limit. `spent` is what has been spent before.
    """

    def __init__(self, limit: Decimal | None = None, spent: Decimal = Decimal(0)) -> None:
        self.spent = spent
        self.is_exhausted = False
        """Whether a round was refused. None is asked after it."""
        self._limit = limit
        self._in_flight = Decimal(0)
        self._settled = asyncio.Event()

    async def reserve(self, most: Decimal) -> bool:
        """Set aside the most that a round may cost; return False if the limit does not allow it.

        Waits for rounds in flight where they may leave enough.
        """
        while self._limit is not None and not self.is_exhausted and self.spent + self._in_flight + most > self._limit:
            if not self._in_flight:
                self.is_exhausted = True
                self._settled.set()
                break
            self._settled.clear()
            await self._settled.wait()
        if not self.is_exhausted:
            self._in_flight += most
        return not self.is_exhausted

    def settle(self, most: Decimal, spent: Decimal) -> None:
        """Count what a round has cost in place of the most that was set aside for it."""
        self._in_flight -= most
        self.spent += spent
        self._settled.set()


def spent_on(run: Run, most: Decimal) -> Decimal:
    """Return what a run that has ended has cost at most, if `most` is the most that its request may cost.

    That is its cost, where it is known. A request that the server refused, or that was never sent, costs nothing. What
    broke off may be charged, and nobody knows how much of it.
    """
    if run.cost_usd is not None and run.state in ("complete", "failed"):
        return Decimal(run.cost_usd)
    refused = run.events == 0 and all(attempt.status is not None and attempt.status >= 400 for attempt in run.attempts)
    return Decimal(0) if refused else max(most, Decimal(run.cost_usd or 0))
