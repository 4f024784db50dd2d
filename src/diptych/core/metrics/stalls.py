"""Silences in the middle of an answer."""

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from diptych.core.metrics.arrivals import arrivals
from diptych.core.run import Run

_LEAST_SECONDS = 1.0
_LEAST_MEDIANS = 5.0


@dataclass(frozen=True, slots=True)
class Stall:
    """A silence between two events with content: the absolute stamps at which it began and ended."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.end - self.start


def stalls(run: Run) -> list[Stall]:
    """The gaps between an event with content and the next that are long, and long for this run.

    Long is at least 1.0 s, and at least five times the run's median gap between events with content. Waiting for the
    first token and after the last is no stall. Where our own loop was late to read an event, the gap is taken to end
    when the event may have come at the earliest: what may be our fault is not counted against the server.
    """
    gaps = [Stall(before.at, max(before.at, after.earliest)) for before, after in pairwise(arrivals(run))]
    if not gaps:
        return []
    least = max(_LEAST_SECONDS, _LEAST_MEDIANS * median(gap.seconds for gap in gaps))
    return [gap for gap in gaps if gap.seconds >= least]
