"""What the interpreter does to a stream: pauses for full garbage collections, and long turns of other threads.

Both are settings of the whole process, so they are changed only while something streams. A full collection with the
SDKs loaded stops every thread for 100 ms and more; objects that reference counts free come back without one.
"""

import gc
import sys

_NEVER = 1_000_000_000
_SWITCH_INTERVAL = 0.0005
"""Seconds after which a thread that paints hands over to the stream loop's."""


class FewPauses:
    """Keeps pauses short from `begin` to `end`."""

    def __init__(self) -> None:
        self._before: tuple[tuple[int, int, int], float] | None = None

    def begin(self) -> None:
        """Hold full collections back and switch threads sooner."""
        if self._before is None:
            self._before = gc.get_threshold(), sys.getswitchinterval()
            young, middle, _ = self._before[0]
            gc.set_threshold(young, middle, _NEVER)
            sys.setswitchinterval(_SWITCH_INTERVAL)

    def end(self) -> None:
        """Put everything back as it was. What was streamed is kept, so that no collection need look at it again."""
        if self._before is not None:
            thresholds, interval = self._before
            gc.collect(1)  # garbage of the last moments; older one is found when the session is cleared
            gc.freeze()
            gc.set_threshold(*thresholds)
            sys.setswitchinterval(interval)
            self._before = None


def reclaim() -> None:
    """Find all garbage there is, however long that takes: the session that was streamed is cleared."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
