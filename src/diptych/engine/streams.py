"""The tasks that stream, one a side. Everything here happens in the stream loop's thread."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from diptych.core.failure import Failure
from diptych.core.request import Label
from diptych.core.run import Run
from diptych.engine.gc_tuning import GcTuning, reclaim

if TYPE_CHECKING:
    from diptych.core.settings import Settings
    from diptych.wire.client import Client
    from diptych.wire.lag import LoopLag


class Streams:
    """Holds each side's client, which keeps its connection from round to round, and each side's task."""

    def __init__(self, timeout: float | None, seed: int | None, clock: Callable[[], float]) -> None:
        self._timeout = timeout
        self._seed = seed
        self._clock = clock
        self._clients: dict[Label, tuple[Settings, Client]] = {}
        self._opening: defaultdict[Label, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._preparing: set[asyncio.Task[None]] = set()
        self._tasks: dict[asyncio.Task[None], Run] = {}
        self._pauses = GcTuning()
        self._is_to_reclaim = False
        self._lag: LoopLag | None = None

    def start(self, *runs: Run) -> None:
        """Begin to stream runs, all at the same moment: when every side is ready to send."""
        self._pauses.begin()
        loop = asyncio.get_running_loop()
        earlier = {run: self._tasks_of(run.label) for run in runs}
        preparing = loop.create_task(self._prepare(runs, [run for run in runs if not earlier[run]]))
        self._preparing.add(preparing)
        preparing.add_done_callback(self._preparing.discard)
        for run in runs:
            task = loop.create_task(self._ask(run, earlier[run], preparing))
            self._tasks[task] = run
            task.add_done_callback(self._settle)

    def stop(self, side: Label) -> None:
        """Cancel what a side streams."""
        for task in self._tasks_of(side):
            task.cancel()

    def reclaim(self) -> None:
        """Give back the memory of what is not kept any more, once nothing streams."""
        self._is_to_reclaim = True
        self._reclaim_at_rest()

    async def close(self) -> None:
        """Cancel every task and close every client."""
        for task in (*self._preparing, *self._tasks):
            task.cancel()
        try:
            await asyncio.gather(*self._tasks, return_exceptions=True)
            for _, client in self._clients.values():
                await client.close()
        finally:
            self._pauses.end()  # also when a task does not let itself be cancelled

    def _tasks_of(self, side: Label) -> list[asyncio.Task[None]]:
        return [task for task, run in self._tasks.items() if run.label == side]

    async def _prepare(self, runs: Sequence[Run], at_rest: Sequence[Run]) -> None:
        """Open what the runs at rest need, which loads an SDK the first time; the clock of the round begins after that.

        Where something of a side is not over yet, the client is there.
        """
        for run in at_rest:
            with suppress(Exception):  # it happens again when that side asks, and ends it with a sentence
                await self._client(run)
        now = self._clock()
        for run in runs:
            if not run.ended:
                run.began = now

    async def _ask(self, run: Run, earlier: Sequence[asyncio.Task[None]], preparing: asyncio.Task[None]) -> None:
        await asyncio.shield(preparing)  # the other side goes on with it, should this one be stopped
        from diptych.wire.ask import ask
        from diptych.wire.idle_timeout import IdleLimits
        from diptych.wire.lag import LoopLag

        if self._lag is None:
            self._lag = LoopLag(self._clock)
        if earlier:  # stopped, but perhaps still letting go of the connection
            await asyncio.wait(earlier)
        limits = IdleLimits() if self._timeout is None else IdleLimits(self._timeout, self._timeout)
        await ask(run, lambda: self._client(run), limits, self._clock, self._lag)

    async def _client(self, run: Run) -> "Client":
        async with self._opening[run.label]:
            return await self._open(run)

    async def _open(self, run: Run) -> "Client":
        settings = run.request.settings
        known = self._clients.pop(run.label, None)
        if known is not None:
            if (known[0].endpoint, known[0].simulated) == (settings.endpoint, settings.simulated):
                self._clients[run.label] = known
                return known[1]
            await known[1].close()
            self._is_to_reclaim = True  # its parts hold each other, and with them half a megabyte
        client = await asyncio.to_thread(self._new_client, run)
        self._clients[run.label] = (settings, client)
        return client

    def _new_client(self, run: Run) -> "Client":
        """Open a side's client, on a thread of its own: loading an SDK takes a second, certificates 20 ms."""
        # The wire, and the SDK with it, are loaded late: the screen stands before.
        from diptych.simulated.transport import SimulatedTransport
        from diptych.wire.client import Client
        from diptych.wire.loading import load

        settings = run.request.settings
        load(settings)
        transport = (
            SimulatedTransport("right" if run.label == "right" else "left", seed=self._seed)
            if settings.simulated
            else None
        )
        return Client(settings, self._clock, transport, self._timeout)

    def _settle(self, task: asyncio.Task[None]) -> None:
        """End a run that its task left open: cancelled before it began, or broken by a fault of ours."""
        run = self._tasks.pop(task)
        if not self._tasks:
            self._pauses.end()
            asyncio.get_running_loop().call_soon(self._reclaim_at_rest)  # when nothing here holds the run any more
        error = None if task.cancelled() else task.exception()
        if error is not None:
            sentence = f"Diptych failed ({type(error).__name__}: {error}). Please report it."
            secrets = run.request.settings.endpoint.secrets
            run.fail(Failure("internal", secrets.scrub(sentence)), self._clock())
        elif not run.ended:
            run.stop(self._clock())

    def _reclaim_at_rest(self) -> None:
        if self._is_to_reclaim and not self._tasks:
            self._is_to_reclaim = False
            reclaim()
