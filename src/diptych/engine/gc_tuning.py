"""What the interpreter does to a stream: pauses for full garbage collections, and long turns of other threads.

Both are settings of the whole process, so they are changed only while something streams, in whichever engine. A full
collection with the SDKs loaded stops every thread for 100 ms and more; objects that reference counts free come back
without one.
"""

import gc
import sys
import threading

_NEVER = 1_000_000_000
_SWITCH_INTERVAL = 0.0005
"""Seconds after which a thread that paints hands over to the stream loop's."""


class _Process:
    """Owns the settings: the first holder changes them, the last one puts them back as they were."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders = 0
        self._is_to_reclaim = False
        self._before = gc.get_threshold(), sys.getswitchinterval()

    def hold(self) -> None:
        with self._lock:
            self._holders += 1
            if self._holders == 1:
                self._before = gc.get_threshold(), sys.getswitchinterval()
                young, middle, _ = self._before[0]
                gc.set_threshold(young, middle, _NEVER)
                sys.setswitchinterval(_SWITCH_INTERVAL)

    def release(self) -> None:
        with self._lock:
            self._holders -= 1
            if self._holders:
                return
            if self._is_to_reclaim:
                self._reclaim()
            else:
                gc.collect(1)  # garbage of the last moments; older one is found when a session is cleared
                gc.freeze()
            thresholds, interval = self._before
            gc.set_threshold(*thresholds)
            sys.setswitchinterval(interval)

    def reclaim(self) -> None:
        with self._lock:
            if self._holders:
                self._is_to_reclaim = True
            else:
                self._reclaim()

    def _reclaim(self) -> None:
        self._is_to_reclaim = False
        gc.unfreeze()
        gc.collect()
        gc.freeze()


_PROCESS = _Process()


class GcTuning:
    """One engine's request for short pauses, from `begin` to `end`; both may be called again."""

    def __init__(self) -> None:
        self._holds = False

    def begin(self) -> None:
        """Hold full collections back and switch threads sooner."""
        if not self._holds:
            self._holds = True
            _PROCESS.hold()

    def end(self) -> None:
        """Put everything back once no engine streams; no later collection has to look at what was streamed."""
        if self._holds:
            self._holds = False
            _PROCESS.release()


def reclaim() -> None:
    """Find all garbage there is, once no engine streams: a session is cleared. Takes 100 ms and more."""
    _PROCESS.reclaim()
