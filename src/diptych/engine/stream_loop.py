"""The event loop that streams: it has its own thread, so that painting never delays a read."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

_T = TypeVar("_T")


class StreamLoop:
    """Runs an asyncio loop in a background thread until `close`."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop = loop or asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="streams", daemon=True)
        self._thread.start()

    def call(self, function: Callable[..., object], *arguments: object) -> None:
        """Have the loop's thread call a function soon. Any thread may call this."""
        self._loop.call_soon_threadsafe(function, *arguments)

    def submit(self, coroutine: Coroutine[Any, Any, _T]) -> Future[_T]:
        """Run a coroutine on the loop; cancelling the future cancels it. Any thread may call this."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def close(self, last: Coroutine[Any, Any, None], patience: float = 2.0) -> None:
        """Run a last coroutine for at most `patience` seconds, then stop the loop and its thread.

        Any thread may call this, and again after another one did: the watchdog does so when closing takes too long.
        """
        ending = asyncio.wait_for(last, patience)
        try:
            done = asyncio.run_coroutine_threadsafe(ending, self._loop)
        except RuntimeError:  # the loop is closed
            ending.close()
            last.close()
            return
        try:
            with suppress(TimeoutError):
                done.result(2 * patience)
        finally:
            with suppress(RuntimeError):  # another thread has closed the loop in the meantime
                self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(patience)

    def _run(self) -> None:
        """Run the loop until it is stopped, and then what is left on it: a loop that was blocked stops too early."""
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(_cancel_all())
        finally:
            self._loop.close()


async def _cancel_all() -> None:
    """Cancel every other task of the running loop and wait for its end, and for that of unfinished generators."""
    await asyncio.sleep(0)  # a task that has not begun yet could not clean up
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
