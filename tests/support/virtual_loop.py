"""An event loop with virtual time, which jumps to the next timer as soon as nothing else is left to do.

With it, the real engine, the real SDKs and simulated models run without waiting, and in the same way every time:

    loop = VirtualLoop()                                # time stands still until the test advances it
    engine = Engine(settings, options, loop=loop, clock=loop.time)
    engine.ask("hi")
    loop.advance(1.5)                                   # 1.5 seconds pass, in a few milliseconds
    loop.advance()                                      # time passes until nothing is left to wait for

or, for a coroutine without threads, `run(coroutine)`.
"""

import asyncio
import math
import selectors
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_PATIENCE = 60.0
"""Real seconds after which `advance` fails."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose virtual time begins at `start` and passes only as far as the test allows.

    While the loop waits for something outside of it, such as a thread of `asyncio.to_thread` or a socket, virtual time
    stands still.
    """

    def __init__(self, start: float = 1_000.0, until: float | None = None) -> None:
        self._now = start
        self._until = start if until is None else until
        self._rests = False
        self._in_threads = 0
        self._change = threading.Condition()
        super().__init__(_Selector(self))

    def time(self) -> float:
        """Return the virtual time in seconds. May be called from any thread."""
        return self._now

    def advance(self, seconds: float = math.inf) -> None:
        """Let time pass, and wait until everything that is due by then is done. To be called from another thread."""
        with self._change:
            self._until = max(self._until, self._now) + seconds if seconds < math.inf else math.inf
            self._rests = False
            self._write_to_self()  # type: ignore[attr-defined]  # wakes the loop, as call_soon_threadsafe does
            if not self._change.wait_for(lambda: self._rests, _PATIENCE):
                raise TimeoutError("The virtual loop did not come to rest. Does it wait for something outside of it?")
            self._until = self._now

    def settle(self) -> None:
        """Wait until everything that is due now is done. To be called from another thread."""
        self.advance(0)

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]
        """Do the same as other loops, but let time stand still until the function returns."""
        self._in_threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._leave_thread)
        return future

    async def shutdown_default_executor(self, *args: Any) -> None:
        """Do the same as other loops, but let time stand still while the threads end."""
        self._in_threads += 1
        try:
            await super().shutdown_default_executor(*args)
        finally:
            self._in_threads -= 1

    def _leave_thread(self, future: object) -> None:
        self._in_threads -= 1

    def _may_jump(self, timeout: float | None) -> bool:
        """Jump to the next timer in `timeout` seconds, if time may pass that far. Return whether it did.

        To be called when nothing is ready to run.
        """
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
    """Lets the loop jump in time instead of waiting."""

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
    """Run a coroutine to its end in virtual time."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(until=math.inf)) as runner:
        return runner.run(coroutine)
