"""How often the screen is painted: often enough to read along, and not so often that it takes a whole core."""

import time
from collections.abc import Callable

TICKS_PER_SECOND = 25

_FEWEST_TICKS = 2  # 12 frames a second: more of them cost more and read no better
_MOST_TICKS = 3  # 8 frames a second, however much each of them costs
_SHARE = 0.25
"""The share of a core that painting may take before there are fewer frames."""

_SOONEST_FRAME = 1 / 60
_LATEST_FRAME = 1 / 8
"""Seconds between two frames, at least and at most, where a frame is painted when there is something new."""

_LONGEST_WORK = 0.04
"""Seconds of work after which keys are handled before it goes on."""


class WorkPace:
    """Limits how long work may go on without a break. The time begins when the object is made."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._end = clock() + _LONGEST_WORK

    def may_go_on(self) -> bool:
        """Whether there is time for more work."""
        return self._clock() < self._end


class FramePace:
    """Decides at every tick whether a frame is due; `cpu` returns the CPU seconds of the painting thread."""

    def __init__(self, cpu: Callable[[], float] = time.thread_time) -> None:
        self._cpu = cpu
        self._at_last_frame = cpu()
        self._ticks = 0

    def is_due(self) -> bool:
        """Whether to paint now, as the cost of the previous frame allows it."""
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
    """Decides whether a frame is due when something has happened: at once if frames are cheap, later otherwise."""

    def __init__(
        self, clock: Callable[[], float] = time.perf_counter, cpu: Callable[[], float] = time.thread_time
    ) -> None:
        self._clock = clock
        self._cpu = cpu
        self._last = clock(), cpu()

    def is_due(self) -> bool:
        """Whether to paint now, as the cost of the previous frame allows it."""
        now = self._clock(), self._cpu()
        passed, cost = (here - before for here, before in zip(now, self._last, strict=True))
        if passed < _SOONEST_FRAME or (cost > _SHARE * passed and passed < _LATEST_FRAME):
            return False
        self._last = now
        return True

    def seconds_left(self) -> float:
        """Return the seconds until a frame can be due."""
        return max(self._last[0] + _SOONEST_FRAME - self._clock(), 0.0)
