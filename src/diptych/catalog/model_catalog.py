"""Asks servers for their models in the background, and keeps what they listed."""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from diptych.apis.known_models import listed_models
from diptych.catalog.model_cache import cached_list, keep_list
from diptych.core.endpoint import Endpoint
from diptych.core.offered_models import ModelList, ModelListAnswer, NoModelList
from diptych.core.settings import Settings
from diptych.engine.client_pool import ClientPool
from diptych.engine.engine import monotonic_seconds
from diptych.engine.stream_loop import StreamLoop

FRESH_SECONDS = 600.0
"""Seconds for which a list is used without asking the server again, unless the user wants that."""

_MOST_AT_ONCE = 16
"""Servers that are asked at once."""


class ModelCatalog:
    """The lists of models of all endpoints. Use it from one thread; it asks in another.

    With `offline` it asks nobody and knows nothing. `folder` is where lists are kept, None for the user's own folder.
    """

    def __init__(self, *, offline: bool = False, folder: Path | None = None) -> None:
        self._offline = offline
        self._folder = folder
        self._loop: StreamLoop | None = None
        self._places = asyncio.Semaphore(_MOST_AT_ONCE)
        self._tasks: set[asyncio.Task[ModelListAnswer]] = set()

    @property
    def is_offline(self) -> bool:
        """Whether no server is ever asked."""
        return self._offline

    def sdk_models(self, endpoint: Endpoint) -> Sequence[str]:
        """Return the models that the SDK names, usually newest first. Importing it takes up to a second.

        They are those of the provider, so they mean nothing to a server that the user configured.
        """
        return listed_models(endpoint.api) if endpoint.provider or endpoint.is_built_in else ()

    def cached(self, endpoint: Endpoint) -> ModelList | None:
        """Return what a server listed last; None if that is not known. Reads a file."""
        return None if self._offline else cached_list(endpoint, self._folder)

    def fresh(self, endpoint: Endpoint) -> ModelList | None:
        """Return what a server listed in the last minutes, so that it need not be asked again. Reads a file."""
        kept = self.cached(endpoint)
        return kept if kept and is_fresh(kept) else None

    def ask(self, endpoint: Endpoint) -> "Future[ModelListAnswer]":
        """Ask a server for its models. The future never fails; cancelling it ends the request."""
        if self._offline:
            answered: Future[ModelListAnswer] = Future()
            answered.set_result(NoModelList("not asked", "All models are simulated: no server is asked."))
            return answered
        if self._loop is None:
            loop = asyncio.new_event_loop()
            # Resolving a name takes a thread, for as long as 30 seconds where no name server answers.
            loop.set_default_executor(ThreadPoolExecutor(2 * _MOST_AT_ONCE, "models"))
            self._loop, self._places = StreamLoop(loop), asyncio.Semaphore(_MOST_AT_ONCE)
        return self._loop.submit(self._held(endpoint))

    def close(self) -> None:
        """End all requests and the thread."""
        if self._loop:
            self._loop.close(self._cancel_all())
            self._loop = None

    async def _held(self, endpoint: Endpoint) -> ModelListAnswer:
        """Ask in a task that `close` can cancel."""
        task = asyncio.create_task(self._ask(endpoint))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await task

    async def _cancel_all(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _ask(self, endpoint: Endpoint) -> ModelListAnswer:
        from diptych.wire.model_list import ask_for_models

        settings = Settings(endpoint, "")
        clients = ClientPool(None, None, monotonic_seconds)
        async with self._places:
            try:
                answer = await ask_for_models(endpoint, lambda: clients.client_for(settings), monotonic_seconds)
            finally:
                for client in clients.remove_unneeded(()):
                    await client.close()
        if isinstance(answer, ModelList):
            await asyncio.to_thread(keep_list, endpoint, answer, self._folder)
        return answer


def is_fresh(models: ModelList) -> bool:
    """Whether a list is so new that the server need not be asked again."""
    return 0 <= time.time() - models.asked < FRESH_SECONDS
