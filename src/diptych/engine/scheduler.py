"""Decides which runs stream at once, and streams each in a task. All of it happens in the thread of the stream loop."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from diptych.core.failure import Failure
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.core.wording.open_files import why_none_opens
from diptych.engine.client_pool import ClientKey, ClientPool
from diptych.engine.gc_tuning import GcTuning, reclaim
from diptych.engine.request_slots import EndpointSlots, RequestSlots

if TYPE_CHECKING:
    from diptych.wire.client import Client
    from diptych.wire.idle_timeout import IdleLimits
    from diptych.wire.lag import LoopLag


def _go_on(wait: float) -> None:
    """Do nothing about a server that wants to be left alone: a person has asked it just once."""


Failed = Mapping[ClientKey, Exception]
"""Why clients could not be opened."""


class Scheduler:
    """Streams any number of runs at once, each in a task.

    `timeout` is the silence allowed in seconds, whatever an endpoint says of it; None leaves it to the endpoints and
    the defaults. A run over the limit of its endpoint waits; those that wait begin in the order in which they were
    started. With `heeds_overload`, an endpoint that says that it is asked too often gets no further run for as long as
    it wants. `new_slots` makes what keeps the limit of the endpoint of that name.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        timeout: float | None = None,
        seed: int | None = None,
        *,
        heeds_overload: bool = False,
        new_slots: Callable[[str], EndpointSlots] = lambda endpoint: RequestSlots(),
    ) -> None:
        self._clock = clock
        self._heeds_overload = heeds_overload
        self._timeout = timeout
        self._new_slots = new_slots
        self._slots: dict[str, EndpointSlots] = {}
        self._clients = ClientPool(timeout, seed, clock)
        self._kept_open: frozenset[ClientKey] = frozenset()
        self._closing: set[asyncio.Task[None]] = set()
        self._preparing: set[asyncio.Task[Failed]] = set()
        self._tasks: dict[Run, asyncio.Task[None]] = {}
        self._gc_tuning = GcTuning()
        self._wants_reclaim = False
        self._is_closing = False
        self._lag: LoopLag | None = None

    def keep_open(self, settings: Iterable[Settings]) -> None:
        """Keep the clients for these settings open between requests; close all others once no run needs them."""
        self._kept_open = frozenset(map(ClientKey.of, settings))
        self._close_unneeded()

    def start(self, *runs: Run) -> Sequence[asyncio.Task[None]]:
        """Stream runs that begin at the same moment: when all of them are ready to send.

        Return the task of each. A run has ended when its task is done.
        """
        self._gc_tuning.begin()
        loop = asyncio.get_running_loop()
        preparing = loop.create_task(self._prepare(runs))
        self._preparing.add(preparing)
        preparing.add_done_callback(self._on_prepared)
        for run in runs:
            task = self._tasks[run] = loop.create_task(self._stream(run, preparing))
            task.add_done_callback(partial(self._on_ended, run))
        return [self._tasks[run] for run in runs]

    def pauses(self) -> Mapping[str, float]:
        """Return the seconds for which each endpoint that wants a pause gets no further run. For any thread."""
        return {name: left for name, slots in tuple(self._slots.items()) if (left := slots.pause_left)}

    def stop(self, run: Run) -> None:
        """Stop a run, whether it streams or still waits. A run that has ended stays as it is."""
        if run in self._tasks:
            self._tasks[run].cancel()

    def reclaim(self) -> None:
        """Free the memory of runs that are not kept any more, once nothing streams."""
        self._wants_reclaim = True
        self._reclaim_when_idle()

    async def close(self) -> None:
        """Cancel every task and close every client."""
        self._is_closing = True
        for task in (*self._preparing, *self._tasks.values()):
            task.cancel()
        try:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            self.keep_open(())
            await asyncio.gather(*self._closing)
        finally:
            self._gc_tuning.end()  # even if a task refuses to be cancelled

    async def _prepare(self, runs: Sequence[Run]) -> Failed:
        """Open the clients of these runs, which loads an SDK the first time; return the errors of those that failed.

        The times of the runs count from the moment at which all clients are open.
        """
        failed: dict[ClientKey, Exception] = {}
        for key, settings in {ClientKey.of(run.request.settings): run.request.settings for run in runs}.items():
            try:
                await self._clients.client_for(settings)
            except Exception as error:  # noqa: BLE001 - it is raised again, and reported, for each run that needs the client
                failed[key] = error
        now = self._clock()
        for run in runs:
            if not run.ended:
                run.began = run.queued_at = now
        return failed

    def _on_prepared(self, preparing: asyncio.Task[Failed]) -> None:
        self._preparing.discard(preparing)
        self._close_unneeded()  # a run may have been stopped before its client had opened

    async def _stream(self, run: Run, preparing: asyncio.Task[Failed]) -> None:
        settings = run.request.settings
        slots = self._slots_of(settings.endpoint.name)
        limit = settings.endpoint.connection.concurrency
        has_to_wait = slots.are_full(limit)
        async with slots.one(limit):
            failed = await asyncio.shield(preparing)  # which the other runs still need if this one is stopped
            if has_to_wait:
                run.began = self._clock()
            # Imported here, since the wire loads much: the screen is painted first.
            from diptych.wire.ask import ask
            from diptych.wire.lag import LoopLag

            if self._lag is None:
                self._lag = LoopLag(self._clock)
            await ask(
                run,
                partial(self._client_for, settings, failed),
                self._idle_limits(settings),
                self._clock,
                self._lag,
                on_overload=slots.pause if self._heeds_overload else _go_on,
            )

    def _slots_of(self, endpoint: str) -> EndpointSlots:
        if endpoint not in self._slots:
            self._slots[endpoint] = self._new_slots(endpoint)
        return self._slots[endpoint]

    async def _client_for(self, settings: Settings, failed: Failed) -> "Client":
        """Return the client for these settings. Raises the error that was met when it was opened, if there was one."""
        if error := failed.get(ClientKey.of(settings)):
            raise error
        return await self._clients.client_for(settings)

    def _idle_limits(self, settings: Settings) -> "IdleLimits":
        from diptych.wire.idle_timeout import IdleLimits

        connection = settings.endpoint.connection
        if self._timeout is not None:
            return IdleLimits(self._timeout, self._timeout)
        if connection.timeout is not None:
            source = connection.timeout_source or "timeout in the config file"
            return IdleLimits(connection.timeout, connection.timeout, source)
        return IdleLimits()

    def _on_ended(self, run: Run, task: asyncio.Task[None]) -> None:
        """End a run that its task left open: cancelled before it began, or broken by a bug in Diptych."""
        del self._tasks[run]
        self._close_unneeded()
        self._gc_tuning.count_ended()
        if not self._tasks:
            self._gc_tuning.end()
            # Not now, because this call still holds the run.
            asyncio.get_running_loop().call_soon(self._reclaim_when_idle)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            if why := why_none_opens(error):
                sentence = f"The model could not be asked: {why}."
            else:
                sentence = f"Diptych failed ({type(error).__name__}: {error}). Please report it."
            secrets = run.request.settings.endpoint.secrets
            run.fail(Failure("internal", secrets.scrub(sentence)), self._clock())
        elif not run.ended:
            run.stop(self._clock())

    def _close_unneeded(self) -> None:
        if self._clients.are_all_in(self._kept_open):
            return  # as nearly always; what follows looks at every run
        needed = self._kept_open.union(ClientKey.of(run.request.settings) for run in self._tasks)
        for client in self._clients.remove_unneeded(needed):
            closing = asyncio.get_running_loop().create_task(client.close())
            self._closing.add(closing)
            closing.add_done_callback(self._on_closed)

    def _on_closed(self, closing: asyncio.Task[None]) -> None:
        self._closing.discard(closing)
        # The parts of a client hold each other, and with them half a megabyte.
        self._wants_reclaim = True
        asyncio.get_running_loop().call_soon(self._reclaim_when_idle)

    def _reclaim_when_idle(self) -> None:
        if self._wants_reclaim and not self._tasks and not self._is_closing:  # the end of the process frees everything
            self._wants_reclaim = False
            reclaim()
