"""Ends the process after a signal, also when the code that should have ended it never gets its turn."""

import math
import os
import select
import signal
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from threading import Thread

GRACE = 1.5
"""Seconds after the first signal in which the program may end in its own way."""

_LIMIT = 2.7
"""Seconds after the first signal until the process is gone, whatever is still waiting."""

_TWICE = 0.5
"""Seconds after the first signal in which a second one may be the same one: a Ctrl-C comes from the terminal and,
again, from a parent process that passes it on."""

_LAST = 0.5
"""Seconds for the last steps after a second signal."""


class Watchdog:
    """A thread that learns of signals from a pipe, which the interpreter's C code fills: no Python code has to run.

    The first of the given signals starts the clock. When the time is up, or at a second signal, the thread takes the
    last steps by itself and ends the process with the exit code 128 plus the number of the first signal. To be made
    and closed by the main thread.
    """

    def __init__(self, numbers: Collection[int]) -> None:
        self.steps: list[Callable[[], object]] = []
        """What to do before the process ends, the last one first. Each may already be running in another thread."""
        self._since: float | None = None
        """When the first signal came, by `time.monotonic`, if its handler ran before this thread got its turn."""
        self._numbers = numbers
        self._is_closed = False
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)
        self._before = (
            signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False),
            signal.signal(signal.SIGALRM, lambda *_: self._thread.join()),
        )
        self._thread = Thread(target=self._run, name="watchdog", daemon=True)
        self._thread.start()

    def tell(self, number: int) -> None:
        """Act as if that signal had come; for use in any thread."""
        with suppress(OSError):  # it has been closed
            os.write(self._writing, bytes((number,)))

    def handled(self) -> None:
        """Called by the handler of a signal, in the main thread.

        There is code in C, such as a regular expression at work, that lets signals be handled but no other thread have
        its turn. An alarm makes the main thread wait when the watchdog has to act.
        """
        now = time.monotonic()
        if self._is_closed:
            return
        if self._since is None:
            self._since, patience = now, GRACE
        else:
            patience = _TWICE
        signal.setitimer(signal.ITIMER_REAL, max(self._since + patience - now, 0.001))

    def close(self) -> None:
        """The program has come to its end by itself. If that was too late, the watchdog still ends the process."""
        self._is_closed = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        wakeup, alarm = self._before
        signal.signal(signal.SIGALRM, alarm)
        signal.set_wakeup_fd(wakeup)
        writing, self._writing = self._writing, -1
        os.close(writing)
        self._thread.join()

    def _run(self) -> None:
        number, limit = self._await_end()
        os.close(self._reading)
        if number:
            self._take_steps(limit)
            os._exit(128 + number)

    def _await_end(self) -> tuple[int, float]:
        """Wait until it is time to end the process: for which signal, and by when. The number is 0 if it never is."""
        pipe = select.poll()
        pipe.register(self._reading, select.POLLIN)
        first, start, end, limit = 0, 0.0, math.inf, math.inf
        while (now := time.monotonic()) < end:
            if not pipe.poll(None if end == math.inf else (end - now) * 1000):
                continue
            numbers = os.read(self._reading, 512)
            if not numbers:
                return 0, limit
            for number in filter(self._numbers.__contains__, numbers):
                now = time.monotonic()
                if not first:
                    first, start = number, now if self._since is None else self._since
                    end, limit = start + GRACE, start + _LIMIT
                else:
                    end = min(end, max(now, start + _TWICE))
                    limit = min(limit, end + _LAST)
        return first, limit

    def _take_steps(self, limit: float) -> None:
        """Take the last steps. None of them can hold up the others: each has half of the time that is left."""
        while self.steps:
            left = limit - time.monotonic()
            step = Thread(target=self.steps.pop(), daemon=True)
            step.start()
            step.join(max(left / 2 if self.steps else left, 0))
