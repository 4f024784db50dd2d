"""The actor that keeps the limits which hold for all workers together: of endpoints, and of what may be spent."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from diptych.engine.experiment.budget import Budget
from diptych.engine.request_slots import RequestSlots

if TYPE_CHECKING:
    import asyncio


@dataclass(frozen=True, slots=True)
class _Ticket:
    slots: RequestSlots
    turn: "asyncio.Future[None]"


class Coordinator:
    """Lets requests begin as far as their endpoint allows, and rounds as far as the budget allows.

    `limit` is the budget in US dollars, None for none, and `spent` what has been spent before. All methods run on one
    event loop.
    """

    def __init__(self, limit: Decimal | None, spent: Decimal) -> None:
        self._budget = Budget(limit, spent)
        self._slots: defaultdict[str, RequestSlots] = defaultdict(RequestSlots)
        self._tickets: defaultdict[str, dict[int, _Ticket]] = defaultdict(dict)
        self._gone: set[str] = set()

    async def enter(self, worker: str, ticket: int, endpoint: str, limit: int | None) -> None:
        """Return when a worker may send another request to an endpoint, of which at most `limit` run at once.

        The request counts until the worker gives back the ticket, which is a number of its choice.
        """
        if worker in self._gone:
            return
        slots = self._slots[endpoint]
        turn = slots.join(limit)
        self._tickets[worker][ticket] = _Ticket(slots, turn)
        await turn

    async def leave(self, worker: str, ticket: int) -> None:
        """Take back a ticket, also of a request that still waits."""
        if held := self._tickets[worker].pop(ticket, None):
            held.slots.leave(held.turn)
            held.turn.cancel()

    async def forget(self, worker: str) -> None:
        """Take back all tickets of a worker that has died."""
        self._gone.add(worker)
        for ticket in list(self._tickets[worker]):
            await self.leave(worker, ticket)
        del self._tickets[worker]

    async def pause(self, endpoint: str, seconds: float) -> None:
        """Begin no further request to an endpoint for `seconds`."""
        self._slots[endpoint].pause(seconds)

    async def pauses(self) -> Mapping[str, float]:
        """Return the seconds for which each endpoint gets no further request that has asked for a pause."""
        return {name: left for name, slots in self._slots.items() if (left := slots.pause_left)}

    async def reserve(self, most: Decimal) -> bool:
        """Set aside the most that a round may cost; return False if the budget does not allow it."""
        return await self._budget.reserve(most)

    async def settle(self, most: Decimal, spent: Decimal) -> None:
        """Count what a round has cost in place of the most that was set aside for it."""
        self._budget.settle(most, spent)
