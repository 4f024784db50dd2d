"""An event loop whose time does not pass but jumps: to the next timer, as soon as nothing else is left to do.

With it the real engine, the real SDKs and simulated models run at once and always alike:

    loop = VirtualLoop()                                # time stands still until a test lets it go
    engine = Engine(settings, options, loop=loop, clock=loop.time)
    engine.ask("hi")
    loop.advance(1.5)                                   # 1.5 seconds later, in a few milliseconds
    loop.advance()                                      # … until nothing is left to wait for

or, for a coroutine without threads, `run(coroutine)`.
"""

import asyncio
import math
import selectors
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_PATIENCE = 20.0
"""Real seconds until `advance` gives up."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop with a time of its own, which begins at `start` and moves only as far as it is let.

    Whatever happens outside (a thread that works for `asyncio.to_thread`, a socket) is waited for in real time while
    the virtual time stands still.
    """

    def __init__(self, start: float = 1_000.0, until: float | None = None) -> None:
        self._now = start
        self._until = start if until is None else until
        self._rests = False
        self._in_threads = 0
        self._change = threading.Condition()
        super().__init__(_Selector(self))

    def time(self) -> float:
        """The virtual time in seconds; any thread may ask."""
        return self._now

    def advance(self, seconds: float = math.inf) -> None:
        """Let so much time pass, and wait until all that is due by then has been done; called from another thread."""
        with self._change:
            self._until = max(self._until, self._now) + seconds if seconds < math.inf else math.inf
            self._rests = False
            self._write_to_self()  # type: ignore[attr-defined]  # wakes the loop, as call_soon_threadsafe does
            if not self._change.wait_for(lambda: self._rests, _PATIENCE):
                raise TimeoutError("The virtual loop did not come to rest: does something outside keep it waiting?")
            self._until = self._now

    def settle(self) -> None:
        """Wait until all that is due now has been done; called from another thread."""
        self.advance(0)

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]
        """As ever, but time stands still meanwhile."""
        self._in_threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._leave_thread)
        return future

    async def shutdown_default_executor(self, *args: Any) -> None:
        """As ever, but time stands still while the threads end."""
        self._in_threads += 1
        try:
            await super().shutdown_default_executor(*args)
        finally:
            self._in_threads -= 1

    def _leave_thread(self, future: object) -> None:
        self._in_threads -= 1

    def _may_jump(self, timeout: float | None) -> bool:
        """Called when nothing is ready: jump to the next timer in `timeout` seconds, if time may move that far."""
        if self._in_threads:
            return False
        if timeout is not None and self._now + timeout <= self._until:
            self._now += timeout
            return True
        if self._until < math.inf:
            self._now = max(self._now, self._until)
        self._rests = True
        self._change.notify_all()
        return False


class _Selector(selectors.DefaultSelector):
    """Asks the loop to jump in time where others would wait."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        with self._loop._change:
            ready = super().select(0)
            if ready or self._loop._may_jump(timeout):
                return ready
        return super().select(None)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in virtual time, to its end."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(until=math.inf)) as runner:
        return runner.run(coroutine)
