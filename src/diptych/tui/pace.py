"""How often the screen looks at the streams: often enough to read along, never so often that it eats a core."""

import time
from collections.abc import Callable

TICKS_PER_SECOND = 25

_FEWEST_TICKS = 2  # 12 frames a second: more of them cost more and read no better
_MOST_TICKS = 3  # 8 frames a second, however much each of them costs
_SHARE = 0.25
"""The part of a core that painting may take before frames become fewer."""


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
