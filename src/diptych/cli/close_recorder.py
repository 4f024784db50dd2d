"""Closes the recorder when a command ends, and reports rounds that could not be recorded."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from diptych.cli.standard_error import say

if TYPE_CHECKING:
    from diptych.cli.signals import Shutdown
    from diptych.store.recorder import Recorder

RECORD_HINT = "Use `diptych run --record FILE` to record to a file instead."

_WAIT = 2.0
"""Seconds to write the rest before a sentence says that it takes longer: another program locks the history, or the disk
is very slow.
"""

_SHORT_WAIT = 0.5
"""Seconds to write the rest after a signal or an error."""

_LONG_WAIT = 10.0
"""Seconds to wait for a history that another program locks."""


class RecorderCloser:
    """A recorder together with how to close it. `hint` tells the user what to do about a round that is not recorded."""

    def __init__(self, recorder: "Recorder", hint: str) -> None:
        self.recorder = recorder
        self.may_wait = False
        """Whether a locked history may be waited for: not after a signal or an error."""
        self._hint = hint

    def close(self, shutdown: "Shutdown") -> None:
        """Write the rest. If something cannot be recorded, say so on standard error."""
        problem = self.recorder.close(_WAIT if self.may_wait else _SHORT_WAIT)
        if problem and self.may_wait and self.recorder.goes_on:
            shutdown.on_signal(sys.exit)
            try:
                _print(f"{problem} Trying again for {_LONG_WAIT:.0f} s; press Ctrl-C to quit now.")
                problem = self.recorder.close(_LONG_WAIT)
            finally:
                self._print_result(problem)
        elif problem:
            self._print_result(problem)

    def _print_result(self, problem: str) -> None:
        _print(f"{problem} {self._hint}".rstrip() if problem else "Everything is recorded now.")


@contextmanager
def closed_at_end(recorder: "Recorder", shutdown: "Shutdown", hint: str) -> Iterator[RecorderCloser]:
    """Close the recorder when the block ends, in whatever way it ends."""
    closer = RecorderCloser(recorder, hint)
    try:
        yield closer
    finally:
        closer.close(shutdown)


def _print(sentence: str) -> None:
    with suppress(OSError):  # standard error is a terminal that is gone
        say(sentence)
