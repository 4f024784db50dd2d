"""The tasks that stream, one a side. Everything here happens in the stream loop's thread."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from diptych.core.failure import Failure
from diptych.core.request import SideName, SideSettings
from diptych.core.run import Run

if TYPE_CHECKING:
    from diptych.wire.client import Client


class Streams:
    """Holds each side's client, which keeps its connection from round to round, and each side's task."""

    def __init__(self, timeout: float | None, seed: int | None, clock: Callable[[], float]) -> None:
        self._timeout = timeout
        self._seed = seed
        self._clock = clock
        self._clients: dict[SideName, tuple[SideSettings, Client]] = {}
        self._tasks: dict[SideName, asyncio.Task[None]] = {}

    def start(self, run: Run) -> None:
        """Begin to stream a run."""
        self._tasks[run.side] = task = asyncio.get_running_loop().create_task(self._ask(run))
        task.add_done_callback(lambda task: self._settle(run, task))

    def stop(self, side: SideName) -> None:
        """Cancel a side's task, if it has one."""
        if task := self._tasks.get(side):
            task.cancel()

    async def close(self) -> None:
        """Cancel every task and close every client."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        for _, client in self._clients.values():
            await client.close()

    async def _ask(self, run: Run) -> None:
        # The wire, and the SDKs with it, are loaded late: the screen stands before.
        from diptych.wire.ask import ask
        from diptych.wire.silence import SilenceLimits

        limits = SilenceLimits() if self._timeout is None else SilenceLimits(self._timeout, self._timeout)
        await ask(run, lambda: self._client(run), limits, self._clock)

    async def _client(self, run: Run) -> "Client":
        from diptych.wire.client import Client, load_sdks
        from diptych.wire.simulated import SimulatedTransport

        settings = run.request.settings
        known = self._clients.pop(run.side, None)
        if known is not None:
            if (known[0].endpoint, known[0].simulated) == (settings.endpoint, settings.simulated):
                self._clients[run.side] = known
                return known[1]
            await known[1].close()
        await asyncio.to_thread(load_sdks)
        transport = SimulatedTransport(run.side, seed=self._seed) if settings.simulated else None
        client = Client(settings, self._clock, transport, self._timeout)
        self._clients[run.side] = (settings, client)
        return client

    def _settle(self, run: Run, task: asyncio.Task[None]) -> None:
        """End a run that its task left open: cancelled before it began, or broken by a fault of ours."""
        if run.ended:
            return
        error = None if task.cancelled() else task.exception()
        if error is None:
            run.stop(self._clock())
        else:
            sentence = f"Diptych failed ({type(error).__name__}: {error}). Please report it."
            run.fail(Failure("internal", sentence), self._clock())
