"""How often the screen looks at the streams: often enough to read along, never so often that it eats a core."""

import time
from collections.abc import Callable

TICKS_PER_SECOND = 25

_FEWEST_TICKS = 2  # 12 frames a second: more of them cost more and read no better
_MOST_TICKS = 3  # 8 frames a second, however much each of them costs
_SHARE = 0.25
"""The part of a core that painting may take before frames become fewer."""

_SOONEST_FRAME = 1 / 60
_LATEST_FRAME = 1 / 8
"""Seconds from a frame to the next, at least and at most, where frames come when there is something new."""

_LONGEST_WORK = 0.04
"""Seconds of work after which keys are looked at before it goes on."""


class WorkPace:
    """Says how long work that has come together may go on without a break; it begins when it is made."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._end = clock() + _LONGEST_WORK

    def may_go_on(self) -> bool:
        """Whether there is time for more."""
        return self._clock() < self._end


class FramePace:
    """Says at every tick whether a frame is due; `cpu` tells the seconds that the painting thread has computed."""

    def __init__(self, cpu: Callable[[], float] = time.thread_time) -> None:
        self._cpu = cpu
        self._at_last_frame = cpu()
        self._ticks = 0

    def is_due(self) -> bool:
        """Whether to paint now: the frame before has been paid for."""
        self._ticks += 1
        if self._ticks < _FEWEST_TICKS:
            return False
        now = self._cpu()
        cost = now - self._at_last_frame
        if cost > _SHARE * self._ticks / TICKS_PER_SECOND and self._ticks < _MOST_TICKS:
            return False
        self._at_last_frame = now
        self._ticks = 0
        return True


class SwiftPace:
    """Says whether a frame is due right after something happened: at once where frames are cheap, later where not."""

    def __init__(
        self, clock: Callable[[], float] = time.perf_counter, cpu: Callable[[], float] = time.thread_time
    ) -> None:
        self._clock = clock
        self._cpu = cpu
        self._last = clock(), cpu()

    def is_due(self) -> bool:
        """Whether to paint now: the frame before has been paid for."""
        now = self._clock(), self._cpu()
        passed, cost = (here - before for here, before in zip(now, self._last, strict=True))
        if passed < _SOONEST_FRAME or (cost > _SHARE * passed and passed < _LATEST_FRAME):
            return False
        self._last = now
        return True

    def seconds_left(self) -> float:
        """How long no frame can be due."""
        return max(self._last[0] + _SOONEST_FRAME - self._clock(), 0.0)
