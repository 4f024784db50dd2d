"""Measures how late a time stamp may be, so that a doubtful one can be marked."""

import asyncio
import math
from collections import deque
from types import TracebackType
from typing import NamedTuple, Self

from diptych.wire.clock import Clock
from diptych.wire.stamped.piece import Piece

_BEAT = 0.01
"""Seconds between two beats, at which the clock is read."""

_WORTH_MARKING = 0.02
"""Seconds by which a stamp may be late before it is marked."""

_MOST_LATE_BEATS = 64
"""Late beats that are remembered, for what was read after them and has waited since."""


class _LateBeat(NamedTuple):
    """A beat that came `seconds` after it was due. It casts doubt on what was read until the next beat came."""

    due: float
    next_beat: float
    seconds: float


class LoopLag:
    """Measures how late the loop runs: it beats while a stream has entered it, and a late beat shows the delay.

    What arrived while the loop could not run is read right after the late beat, so its stamp may be late by as much.
    All streams of a loop share one `LoopLag`, since every beat wakes the loop.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._streams = 0
        self._was_due = self._late = 0.0
        self._earlier: deque[_LateBeat] = deque(maxlen=_MOST_LATE_BEATS)

    def __enter__(self) -> Self:
        if not self._streams:
            self._late = 0.0
            self._earlier.clear()
            self._was_due = self._clock()
            self._schedule(self._was_due)
        self._streams += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._streams -= 1
        if not self._streams:
            self._beat.cancel()

    def lateness(self, read_at: float) -> float:
        """Return how many seconds what was read at that moment may have waited; 0 if that is not worth marking."""
        if read_at >= self._was_due:
            late = max(self._late, read_at - self._due)
        elif self._earlier and read_at < self._earlier[-1].next_beat:
            late = next((beat.seconds for beat in self._earlier if beat.due <= read_at < beat.next_beat), 0.0)
        else:
            return 0.0
        return late if late > _WORTH_MARKING else 0.0

    def _on_beat(self) -> None:
        now = self._clock()
        if self._late > _WORTH_MARKING:
            self._earlier.append(_LateBeat(self._was_due, now, self._late))
        self._was_due, self._late = self._due, now - self._due
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


class StreamLag:
    """Measures how late the stamps of one stream may be.

    A stamp of the kernel is right for the last bytes of its piece. The ones before them may have come earlier, but
    only while nothing was read.
    """

    def __init__(self, loop_lag: LoopLag) -> None:
        self._loop_lag = loop_lag
        self._work_lag = WorkLag()

    def done(self, piece: Piece, now: float) -> None:
        """Note that the work on a piece has ended."""
        self._work_lag.done(piece.read_at, now)

    def lateness(self, piece: Piece) -> float:
        """Return the seconds by which the stamp of a piece may be late; 0 if that is not worth marking.

        Where the kernel stamped the piece, that is so for all of it but its last bytes.
        """
        waited = max(self._loop_lag.lateness(piece.read_at), piece.paused)
        if not piece.is_exact:
            waited = max(waited, self._work_lag.lateness(piece.read_at))
        if waited <= _WORTH_MARKING:
            return 0.0
        if not piece.is_exact:
            return waited
        since = piece.read_at - waited - _BEAT  # the loop may have stopped right after a beat
        return max(piece.at - since, 0.0)
