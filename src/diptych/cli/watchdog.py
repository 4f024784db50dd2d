"""Ends the process some time after a signal, even if the code that should have ended it never gets to run."""

import math
import os
import select
import signal
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from threading import Thread

GRACE = 1.5
"""Seconds after the first signal that the program has to end by itself."""

_STEPS_LIMIT = 1.2
"""Seconds for the steps before the exit, counted from when they begin, so that a machine that stalls takes none."""

_TWICE = 0.5
"""Seconds after the first signal in which a second one is ignored. One Ctrl-C may arrive twice: from the terminal, and
from a parent process that passes it on."""

_STEPS_LIMIT_TWICE = 0.5
"""Seconds for the steps before the exit, after a second signal."""


class Watchdog:
    """A thread that reads the numbers of signals from a pipe.

    The interpreter's C code writes them there (`signal.set_wakeup_fd`), so no Python code has to run for it. The first
    of the given signals starts a clock. When the time is up, or at a second signal, the thread runs the `steps` and
    ends the process with the exit code 128 plus the number of the first signal. Only the main thread may create and
    close a watchdog.
    """

    def __init__(self, numbers: Collection[int]) -> None:
        self.steps: list[Callable[[], object]] = []
        """Called before the process ends, the last one first. Each may already be running in another thread."""
        self.grace = GRACE
        """Seconds after the first signal that the program has to end by itself."""
        self._since: float | None = None
        """When the first signal was handled, by `time.monotonic`; the handler may run before this thread does."""
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

    def notify(self, number: int) -> None:
        """Act as if this signal had arrived. May be called from any thread."""
        with suppress(OSError):  # the watchdog has been closed
            os.write(self._writing, bytes((number,)))

    def signal_handled(self) -> None:
        """Set an alarm for the moment at which the watchdog must act. A signal's handler calls this in the main thread.

        Some C code, such as a long regular expression match, lets signal handlers run but no other thread. The handler
        of the alarm therefore makes the main thread wait for the watchdog's thread.
        """
        now = time.monotonic()
        if self._is_closed:
            return
        if self._since is None:
            self._since, patience = now, self.grace
        else:
            patience = _TWICE
        signal.setitimer(signal.ITIMER_REAL, max(self._since + patience - now, 0.001))

    def close(self) -> None:
        """Stop watching, since the program ends by itself. If its time was already up, the process still ends."""
        self._is_closed = True
        signal.setitimer(signal.ITIMER_REAL, 0)
        wakeup, alarm = self._before
        signal.signal(signal.SIGALRM, alarm)
        signal.set_wakeup_fd(wakeup)
        writing, self._writing = self._writing, -1
        os.close(writing)
        self._thread.join()

    def _run(self) -> None:
        number, patience = self._await_end()
        os.close(self._reading)
        if number:
            self._run_steps(time.monotonic() + patience)
            os._exit(128 + number)

    def _await_end(self) -> tuple[int, float]:
        """Wait until the process must end.

        Return the signal's number (0 if the watchdog was closed) and the seconds for the steps.
        """
        pipe = select.poll()
        pipe.register(self._reading, select.POLLIN)
        first, start, end, patience = 0, 0.0, math.inf, _STEPS_LIMIT
        while (now := time.monotonic()) < end:
            if not pipe.poll(None if end == math.inf else (end - now) * 1000):
                continue
            numbers = os.read(self._reading, 512)
            if not numbers:
                return 0, patience
            for number in filter(self._numbers.__contains__, numbers):
                now = time.monotonic()
                if not first:
                    first, start = number, now if self._since is None else self._since
                    end = start + self.grace
                else:
                    end = min(end, max(now, start + _TWICE))
                    patience = _STEPS_LIMIT_TWICE
        return first, patience

    def _run_steps(self, limit: float) -> None:
        """Run the steps. Each gets half of the remaining time, so that one that hangs does not block the others."""
        while self.steps:
            left = limit - time.monotonic()
            step = Thread(target=self.steps.pop(), daemon=True)
            step.start()
            step.join(max(left / 2 if self.steps else left, 0))
