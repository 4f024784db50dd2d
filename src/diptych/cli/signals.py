"""Signals that end the program: each lets what is open be closed, and what was streamed be written down."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_OF_ANY_COMMAND = ("SIGINT", "SIGTERM", "SIGHUP")
_OF_A_SCREEN = (*_OF_ANY_COMMAND, "SIGQUIT")


class Ending:
    """What the first signal does; the ones after it do nothing, so that nothing is cut short in being closed."""

    def __init__(self) -> None:
        self._is_taken = False
        self._act: Callable[[int], object] | None = None

    def calls(self, act: Callable[[int], object]) -> None:
        """Let the signal call this with the exit code, rather than raise `SystemExit`; it must return at once."""
        self._act = act

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Take a signal."""
        del frame
        if self._is_taken:
            return
        self._is_taken = True
        if self._act is None:
            sys.exit(128 + number)
        self._act(128 + number)


@contextmanager
def ending_signals(*, screen: bool = False) -> Iterator[Ending]:
    """Let signals end what happens here in order. With a `screen` more of them, since none may leave it as it is."""
    ending = Ending()
    before = {}
    for name in _OF_A_SCREEN if screen else _OF_ANY_COMMAND:
        number = getattr(signal, name, None)  # Windows has two of them
        if number is None or (name == "SIGHUP" and not screen and signal.getsignal(number) is signal.SIG_IGN):
            continue  # nohup asks to go on
        before[number] = signal.signal(number, ending.handle)
    try:
        yield ending
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)
