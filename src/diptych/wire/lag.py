"""Measures how late a time stamp may be, so that a doubtful one can be marked."""

import asyncio
import math
from types import TracebackType
from typing import Self

from diptych.wire.clock import Clock

_BEAT = 0.01
"""Seconds between two beats, at which the clock is read."""

_WORTH_MARKING = 0.02
"""Seconds by which a stamp may be late before it is marked."""


class LoopLag:
    """Measures how late the loop runs: it beats while a stream has entered it, and a late beat shows the delay.

    What arrived while the loop could not run is read right after the late beat, so its stamp may be late by as much.
    All streams of a loop share one `LoopLag`, since every beat wakes the loop.
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

    def lateness(self, stamp: float) -> float:
        """Return the seconds by which a stamp that was just taken may be late; 0 if that is not worth marking."""
        late = max(self._late, stamp - self._due)
        return late if late > _WORTH_MARKING else 0.0

    def _on_beat(self) -> None:
        now = self._clock()
        self._late = now - self._due
        self._schedule(now)

    def _schedule(self, now: float) -> None:
        self._due = now + _BEAT
        self._beat = asyncio.get_running_loop().call_later(_BEAT, self._on_beat)


class WorkLag:
    """Measures how late one stream reads a chunk because it was still working on the chunk before.

    `LoopLag` does not show that, since the loop goes on between the portions of a large chunk.
    """

    def __init__(self) -> None:
        self._began = self._ended = -math.inf

    def done(self, began: float, ended: float) -> None:
        """Note when the work on a chunk began and ended."""
        self._began, self._ended = began, ended

    def lateness(self, stamp: float) -> float:
        """Return the seconds by which the stamp of the next chunk may be late; 0 if that is not worth marking."""
        waited = stamp - self._ended > _BEAT  # the chunk had not arrived yet when the work was done
        return 0.0 if waited or self._ended - self._began <= _WORTH_MARKING else stamp - self._began
