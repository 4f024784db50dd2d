"""Handles the signals that end the program: it closes everything in order, or the watchdog ends the process."""

import signal
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diptych.cli.watchdog import Watchdog

_COMMAND_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_SCREEN_SIGNALS = (*_COMMAND_SIGNALS, "SIGQUIT")


class Shutdown:
    """What happens at the first signal. If that does not end the program, or at a second signal, the watchdog does."""

    def __init__(self) -> None:
        self.watchdog: Watchdog | None = None
        """None on Windows, where processes cannot send each other such signals."""
        self._is_signalled = False
        self._act: Callable[[int], object] | None = None

    def on_signal(self, act: Callable[[int], object]) -> None:
        """Call this with the exit code when a signal comes, instead of raising `SystemExit`. It must return at once."""
        self._act = act

    def before_exit(self, *steps: Callable[[], object]) -> None:
        """Have the watchdog call these, the last one first, before it ends the process. Each runs in its own thread."""
        if self.watchdog:
            self.watchdog.steps.extend(steps)

    def allow(self, seconds: float) -> None:
        """Give the program `seconds` to end after the first signal, instead of the watchdog's usual time."""
        if self.watchdog:
            self.watchdog.grace = seconds

    def hang_up(self) -> None:
        """Start the watchdog's clock, because the terminal is gone. May be called from any thread."""
        if self.watchdog:
            self.watchdog.notify(signal.SIGHUP)

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal; Python calls this in the main thread."""
        del frame
        if self.watchdog:
            self.watchdog.signal_handled()
        if self._is_signalled:
            return
        self._is_signalled = True
        if self._act is None:
            sys.exit(128 + number)
        self._act(128 + number)


@contextmanager
def shutdown_signals(*, screen: bool = False) -> Iterator[Shutdown]:
    """Handle the signals that end a program while the block runs.

    With a `screen` SIGQUIT is handled as well, since the terminal must always be restored.
    """
    shutdown = Shutdown()
    before = {}
    for name in _SCREEN_SIGNALS if screen else _COMMAND_SIGNALS:
        number = getattr(signal, name, None)  # Windows lacks two of them
        if number is None or (name == "SIGHUP" and not screen and signal.getsignal(number) is signal.SIG_IGN):
            continue  # under nohup, go on when the terminal is closed
        before[number] = signal.signal(number, shutdown.handle)
    try:
        with _watchdog(shutdown, frozenset(before)):
            yield shutdown
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def keep_exit_code() -> None:
    """Block signals, so that none changes the exit code of a process that is about to end."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGHUP, signal.SIGINT, signal.SIGTERM))


@contextmanager
def _watchdog(shutdown: Shutdown, numbers: Collection[int]) -> Iterator[None]:
    """Give the shutdown a watchdog for these signals while the block runs."""
    if sys.platform == "win32":
        yield
        return
    from diptych.cli.watchdog import Watchdog

    watchdog = shutdown.watchdog = Watchdog(numbers)
    try:
        yield
    finally:
        watchdog.close()
