"""How much of the answers of a hidden round may be shown, so that the pace does not tell which side is slower."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from diptych.core.blind import BlindPace
from diptych.core.request import Label

_STEP = 16
"""Characters by which every answer grows: pieces as they arrive would tell whose they are."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """How many characters of an answer have arrived, whether it has ended, and whether the user stopped it."""

    length: int
    ended: bool
    stopped: bool = False


@dataclass(slots=True)
class _Pace:
    """When the first characters of an answer were seen, and when all of it was there, in seconds on one clock."""

    first: float | None = None
    end: float | None = None

    def look(self, now: float, arrived: Arrived) -> None:
        if self.first is None and arrived.length:
            self.first = now
        if self.end is None and arrived.ended:
            self.end = now

    def rate(self, now: float, arrived: Arrived) -> float:
        """Return the characters per second since the first of them; infinity where no rate can be told."""
        took = 0.0 if self.first is None else (now if self.end is None else self.end) - self.first
        return arrived.length / took if took > 0 else inf


class PacedReveal:
    """Says how many characters of every answer of a round may be shown; it is the same number for all of them.

    It grows at the average pace of the slower answer, and never beyond what has arrived of an answer that goes on. So
    it depends on all sides in the same way, and the longer answer goes on alike whether it has long been there or
    still arrives. With the pace `end`, nothing is shown until every answer has ended, and then all of it.

    If the user stops the round, every answer is cut where the shortest stopped one ends: one that is shown further
    would have been faster.
    """

    def __init__(self, pace: BlindPace) -> None:
        self._pace = pace
        self._paces: dict[Label, _Pace] = {}
        self._position = 0.0
        self._looked: float | None = None
        self._is_hurried = False
        self.is_over = False
        """Whether everything may be shown, as nothing more will arrive."""

    def hurry(self) -> None:
        """Show everything as soon as every answer has ended, whatever the pace."""
        self._is_hurried = True

    def advance(self, now: float, arrived: Mapping[Label, Arrived]) -> int:
        """Return how many characters may be shown at the time `now`, in seconds, when this has arrived."""
        longest = max((each.length for each in arrived.values()), default=0)
        have_ended = all(each.ended for each in arrived.values())
        if have_ended and (stopped := [each.length for each in arrived.values() if each.stopped]):
            self.is_over = True
            return min(stopped)
        if self.is_over or (have_ended and (self._is_hurried or self._pace == "end")):
            self.is_over = True
            return longest
        if self._pace == "end":
            return 0
        for label, each in arrived.items():
            self._paces.setdefault(label, _Pace()).look(now, each)
        rate = min((self._paces[label].rate(now, each) for label, each in arrived.items()), default=inf)
        limit = min((each.length for each in arrived.values() if not each.ended), default=inf)
        passed = 0.0 if self._looked is None else max(now - self._looked, 0.0)
        self._looked = now
        self._position = min(inf if rate == inf else self._position + rate * passed, limit)
        if have_ended and self._position >= longest:
            self.is_over = True
            return longest
        return int(min(self._position, longest)) // _STEP * _STEP
