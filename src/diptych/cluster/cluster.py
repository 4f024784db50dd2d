"""The workers of a cluster and their coordinator."""

from collections.abc import Coroutine, Mapping
from concurrent.futures import Future
from decimal import Decimal
from typing import Any, TypeVar

from diptych.cluster.coordinator import Coordinator
from diptych.cluster.jobs import WorkerSetup
from diptych.cluster.ray_session import RaySession
from diptych.cluster.shared_limits import SharedBudget
from diptych.cluster.worker_pool import WorkerPool
from diptych.engine.stream_loop import StreamLoop

_T = TypeVar("_T")


class Cluster:
    """Connects this process with the workers. Make it in the main thread, and drive it from there.

    `address` is that of a Ray cluster, None for a Ray that is started on this machine. There is a worker for each CPU,
    but not more than the `concurrency`, which is the most rounds at once. `budget` is in US dollars, None for none, and
    `spent` what was spent of it before. The first worker is ready when this returns. Raises `ClusterError`.
    """

    def __init__(
        self, address: str | None, setup: WorkerSetup, concurrency: int, budget: Decimal | None, spent: Decimal
    ) -> None:
        self._session = RaySession(address)
        self._loop = StreamLoop()
        self._coordinator = self._session.actor(Coordinator, budget, spent)
        self.budget = SharedBudget(self._session, self._coordinator)
        count = max(1, min(self._session.cpus, concurrency))
        self.pool = WorkerPool(self._session, setup, self._coordinator, count)
        try:
            self.submit(self.pool.begin()).result()
        except BaseException:
            self.close()
            raise

    async def pauses(self) -> Mapping[str, float]:
        """Return the seconds for which each endpoint is left alone. Raises `WorkerLostError` without a coordinator."""
        pauses: Mapping[str, float] = await self._session.result(self._coordinator.pauses.remote())
        return pauses

    def submit(self, coroutine: Coroutine[Any, Any, _T]) -> Future[_T]:
        """Run a coroutine on the event loop of the cluster. Any thread may call this."""
        return self._loop.submit(coroutine)

    def stop(self) -> None:
        """Have all workers stop what streams or waits. Any thread may call this."""
        self._loop.call(self.pool.stop)

    def close(self) -> None:
        """End all actors, and leave the cluster."""
        self._loop.close(self.pool.close())
        self._session.close()
