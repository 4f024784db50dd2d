"""Signals that end the program: what is open is closed, what was streamed is written down, and it does end."""

import signal
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diptych.cli.watchdog import Watchdog

_OF_ANY_COMMAND = ("SIGINT", "SIGTERM", "SIGHUP")
_OF_A_SCREEN = (*_OF_ANY_COMMAND, "SIGQUIT")


class Shutdown:
    """What the first signal does. Where that ends nothing, or with a second signal, the watchdog ends the process."""

    def __init__(self) -> None:
        self.watchdog: Watchdog | None = None
        """None on Windows, which has no signals that one process sends another."""
        self._is_taken = False
        self._act: Callable[[int], object] | None = None

    def calls(self, act: Callable[[int], object]) -> None:
        """Let the signal call this with the exit code, rather than raise `SystemExit`; it must return at once."""
        self._act = act

    def at_last(self, *steps: Callable[[], object]) -> None:
        """Let the watchdog do this before it ends the process, in a thread of its own; the last one comes first."""
        if self.watchdog:
            self.watchdog.steps.extend(steps)

    def hang_up(self) -> None:
        """The terminal is gone, and whatever has to leave for that was told: see that it does. From any thread."""
        if self.watchdog:
            self.watchdog.tell(signal.SIGHUP)

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Take a signal."""
        del frame
        if self.watchdog:
            self.watchdog.handled()
        if self._is_taken:
            return
        self._is_taken = True
        if self._act is None:
            sys.exit(128 + number)
        self._act(128 + number)


@contextmanager
def shutdown_signals(*, screen: bool = False) -> Iterator[Shutdown]:
    """Let signals end what happens here in order. With a `screen` more of them, since none may leave it as it is."""
    shutdown = Shutdown()
    before = {}
    for name in _OF_A_SCREEN if screen else _OF_ANY_COMMAND:
        number = getattr(signal, name, None)  # Windows has two of them
        if number is None or (name == "SIGHUP" and not screen and signal.getsignal(number) is signal.SIG_IGN):
            continue  # nohup asks to go on
        before[number] = signal.signal(number, shutdown.handle)
    try:
        with _watched(shutdown, frozenset(before)):
            yield shutdown
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


@contextmanager
def _watched(shutdown: Shutdown, numbers: Collection[int]) -> Iterator[None]:
    """Let a watchdog see to it that these signals end the process."""
    if sys.platform == "win32":
        yield
        return
    from diptych.cli.watchdog import Watchdog

    watchdog = shutdown.watchdog = Watchdog(numbers)
    try:
        yield
    finally:
        watchdog.close()
