"""How late the stream loop was, so that a doubtful arrival time never passes for a good one."""

import asyncio
import math
from types import TracebackType
from typing import Self

from diptych.wire.clock import Clock

_BEAT = 0.01
"""Seconds between two looks at the clock."""

_WORTH_MARKING = 0.02
"""Seconds by which a stamp may be late before it is marked."""


class LoopLag:
    """Beats on the running loop while a stream has entered it, and knows from a late beat that all else was late too.

    What arrived while the loop could not run is read right after the late beat, so its stamp may be off by as much.
    The streams of a loop share one, since every beat wakes the loop.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._streams = 0
        self._late = 0.0

    def __enter__(self) -> Self:
        if not self._streams:
            self._late = 0.0
            self._schedule(self._clock())
        self._streams += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._streams -= 1
        if not self._streams:
            self._beat.cancel()

    def at(self, stamp: float) -> float:
        """The seconds by which a stamp taken just now may be too late; 0 while they are not worth marking."""
        late = max(self._late, stamp - self._due)
        return late if late > _WORTH_MARKING else 0.0

    def _look(self) -> None:
        now = self._clock()
        self._late = now - self._due
        self._schedule(now)

    def _schedule(self, now: float) -> None:
        self._due = now + _BEAT
        self._beat = asyncio.get_running_loop().call_later(_BEAT, self._look)


class OwnWork:
    """Knows by how much a stream's work on one chunk held up its reading of the next, though the loop turned."""

    def __init__(self) -> None:
        self._began = self._ended = -math.inf

    def done(self, began: float, ended: float) -> None:
        """The work on a chunk is done; both are stamps."""
        self._began, self._ended = began, ended

    def held_up(self, stamp: float) -> float:
        """The seconds by which the stamp of the next chunk may be too late; 0 while they are not worth marking."""
        waited = stamp - self._ended > _BEAT  # it was not there yet when the work was done
        return 0.0 if waited or self._ended - self._began <= _WORTH_MARKING else stamp - self._began
