"""Limits that the coordinator keeps, as the scheduler of a worker and the loop of the driver use them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import count
from typing import Any

from diptych.cluster.cluster_errors import ClusterError, WorkerLostError
from diptych.cluster.ray_session import RaySession

_TICKETS = count()
"""Numbers that name the requests of this process."""


class SharedSlots:
    """The request slots of one endpoint, as a worker sees them. See `RequestSlots`."""

    pause_left = 0.0
    """0, since the coordinator alone knows of pauses."""

    def __init__(self, endpoint: str, worker: str, coordinator: Any) -> None:
        self._endpoint = endpoint
        self._worker = worker
        self._coordinator = coordinator

    def are_full(self, limit: int | None) -> bool:
        """Return True: every request has to wait until the coordinator has answered."""
        del limit
        return True

    def pause(self, seconds: float) -> None:
        """Keep all workers from beginning a request to this endpoint for `seconds`."""
        self._coordinator.pause.remote(self._endpoint, seconds)

    @asynccontextmanager
    async def one(self, limit: int | None) -> AsyncIterator[None]:
        """Wait until the limit allows another request in the whole cluster, and count it while the block runs."""
        ticket = next(_TICKETS)
        entering = self._coordinator.enter.remote(self._worker, ticket, self._endpoint, limit)
        try:
            try:
                await entering
            except Exception:  # noqa: BLE001 - whatever Ray raises if the coordinator has died
                raise asyncio.CancelledError from None  # the answer counts as stopped, so that it is asked again
            yield
        finally:
            self._coordinator.leave.remote(self._worker, ticket)


class SharedBudget:
    """The budget that the coordinator keeps, as the driver sees it. See `Budget`."""

    def __init__(self, session: RaySession, coordinator: Any) -> None:
        self._session = session
        self._coordinator = coordinator

    async def reserve(self, most: Decimal) -> bool:
        """Set aside the most that a round may cost; return False if the limit does not allow it."""
        try:
            has_room: bool = await self._session.result(self._coordinator.reserve.remote(most))
        except WorkerLostError:
            raise ClusterError("The actor that keeps the limits of the cluster has died.") from None
        return has_room

    def settle(self, most: Decimal, spent: Decimal) -> None:
        """Count what a round has cost in place of the most that was set aside for it."""
        self._coordinator.settle.remote(most, spent)
