"""Follows runs line by line, in another thread than the one that writes them.

An observer is told of a line while its run streams, and must return at once. So it queues a turn for each line instead
of the line itself. That costs a reference, and the line stays with its run, which may move it to disk. The thread that
reads the queue asks `RunLines` which line each turn stands for.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from diptych.core.run import Run


@dataclass(frozen=True, slots=True)
class Ended:
    """A turn that stands for the end of a run."""

    run: Run


Turn = Run | Ended
"""A run stands for its next line."""


class RunLines:
    """How many lines of each run were taken."""

    def __init__(self) -> None:
        self._taken: Counter[Run] = Counter()

    def next(self, run: Run) -> int:
        """Return the index of a run's next line, which is taken from now on."""
        index = self._taken[run]
        self._taken[run] = index + 1
        return index

    def copy(self) -> Self:
        """Return another count that begins with this one and goes on by itself."""
        copied = type(self)()
        copied._taken = self._taken.copy()
        return copied

    def taken(self) -> Iterable[Run]:
        """Return each run as often as lines of it were taken."""
        return self._taken.elements()

    def taken_whole(self, runs: Iterable[Run]) -> None:
        """Count every line of these runs as taken."""
        self._taken.update({run: len(run.lines) for run in runs})
