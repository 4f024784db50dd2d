"""Hands what arrives to the thread that prints it, so that a slow reader delays no stream."""

import math
import queue
from dataclasses import dataclass
from typing import assert_never

from diptych.core.event import Line
from diptych.core.observers import IgnoresRounds
from diptych.core.run import Run
from diptych.core.run_lines import Ended, RunLines, Turn

_NAP = 0.2
"""Seconds of one wait: on Windows, a wait without end hears no Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Interrupt:
    """A signal asks the printing thread to stop and exit with this code."""

    exit_code: int


class Feed(IgnoresRounds):
    """An observer that queues whose turn it is for the thread that prints."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Turn | Interrupt] = queue.SimpleQueue()
        self._lines = RunLines()
        self.interrupted = 0
        """The exit code of the first signal; 0 until one comes."""

    def line_added(self, run: Run, line: Line) -> None:
        """Queue a line that was added to a run."""
        self._queue.put(run)

    def run_ended(self, run: Run) -> None:
        """Queue the end of a run."""
        self._queue.put(Ended(run))

    def interrupt(self, exit_code: int) -> None:
        """Ask the printing thread to stop and exit with this code; safe in a signal handler."""
        self.interrupted = self.interrupted or exit_code
        self._queue.put(Interrupt(exit_code))

    def next(self, patience: float = math.inf) -> tuple[Run, Line | None] | Interrupt | None:
        """Wait for what comes next: a run with its new line, or with None when it has ended; or a signal.

        Returns None when nothing came for `patience` seconds.
        """
        while patience > 0:
            try:
                item = self._queue.get(timeout=_NAP)
            except queue.Empty:
                patience -= _NAP
                continue
            match item:
                case Run():
                    return item, item.lines[self._lines.next(item)]
                case Ended(run=run):
                    return run, None
                case Interrupt():
                    return item
                case _:
                    assert_never(item)
        return None
