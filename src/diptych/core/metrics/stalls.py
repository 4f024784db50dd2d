"""Stalls: long silences in the middle of an answer."""

from array import array
from dataclasses import dataclass
from itertools import pairwise
from operator import sub
from statistics import median

from diptych.core.metrics.arrivals import arrivals
from diptych.core.run import Run

MIN_SECONDS = 1.0
MIN_MEDIANS = 5.0


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
    """Return the gaps between two events with content that are long for any run, and long for this one.

    A gap is long if it is at least 1.0 s and at least five times the run's median gap between events with content.
    Waiting for the first token, or after the last, is not a stall. If Diptych's own event loop was late to read an
    event, the gap ends when the event may have come at the earliest, so that a delay of Diptych does not count against
    the server. `docs/explanation/figures.md` explains this to users, as "silence".
    """
    starts, ends = array("d"), array("d")  # a run may have millions of gaps, of which few are stalls
    for before, after in pairwise(arrivals(run)):
        starts.append(before.at)
        ends.append(max(before.at, after.earliest))
    if not starts:
        return []
    seconds = array("d", map(sub, ends, starts))
    least = max(MIN_SECONDS, MIN_MEDIANS * median(seconds))
    return [Stall(start, end) for start, end in zip(starts, ends, strict=True) if end - start >= least]
