"""Closes what writes the rounds down, and tells what could not be written."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from diptych.core.text.sanitize import clean_line

if TYPE_CHECKING:
    from diptych.cli.signals import Shutdown
    from diptych.store.recorder import Recorder

HINT = "`diptych run --record FILE` records into a file instead."

_SHORT = 0.5
"""Seconds to write what is left; enough unless another program keeps the history locked, and short enough after a
signal."""

_LONG = 10.0
"""Seconds to wait for a locked history."""


class Recording:
    """What is being recorded while a command runs."""

    def __init__(self, recorder: "Recorder", hint: str) -> None:
        self.recorder = recorder
        self.can_wait = False
        """Whether the command has come to its end in its own time, so that it may wait for a locked history."""
        self._hint = hint

    def close(self, shutdown: "Shutdown") -> None:
        """Write what is left, and tell on standard error what is not recorded and how else it can be."""
        problem = self.recorder.close(_SHORT)
        if problem and self.can_wait and self.recorder.goes_on:
            shutdown.calls(sys.exit)
            try:
                _tell(f"{problem} Trying again for {_LONG:.0f} s; Ctrl-C leaves at once.")
                problem = self.recorder.close(_LONG)
            finally:
                self._conclude(problem)
        elif problem:
            self._conclude(problem)

    def _conclude(self, problem: str) -> None:
        _tell(f"{problem} {self._hint}".rstrip() if problem else "Everything is recorded now.")


@contextmanager
def recorded(recorder: "Recorder", shutdown: "Shutdown", hint: str) -> Iterator[Recording]:
    """Record what happens here, until that is over and what is left is written."""
    recording = Recording(recorder, hint)
    try:
        yield recording
    finally:
        recording.close(shutdown)


def _tell(sentence: str) -> None:
    with suppress(OSError):  # standard error is a terminal that is gone
        click.echo(clean_line(sentence), err=True)
