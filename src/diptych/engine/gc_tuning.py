"""Keeps the interpreter from delaying a stream: full garbage collections wait, and threads switch sooner.

Both are settings of the whole process, so they are changed only while an engine streams. With the SDKs loaded, a full
collection stops every thread for 100 ms and more. Objects that no cycle holds are freed without one.
"""

import gc
import sys
import threading

_NEVER = 1_000_000_000
_THRESHOLDS = 5_000, 2 if sys.version_info < (3, 14) else 10, _NEVER
"""For `gc.set_threshold`. Python's own (700 and 10 in 3.11) suit programs that leave garbage in cycles. Here, most of
what a collection looks at is events that wait to be recorded: fewer collections save 4 % of the CPU with hundreds of
streams. From Python 3.14 on, the second number says how little of the old objects each collection looks at.
"""

_MANY_ENDED = 500
"""Runs after which everything is collected as soon as nothing streams: each leaves objects that hold each other, about
3 KB if its connection is closed after it.
"""

_MOST_ENDED = 10_000
"""Runs after which garbage is collected although something streams. That stops 256 streams for 0.1 s, in which about
thirty requests begin: their first tokens are read late.
"""

_SWITCH_INTERVAL = 0.0005
"""Seconds after which the thread that paints lets the thread of the stream loop run."""


class _Process:
    """Owns the settings of the process: the first holder changes them, the last one restores them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders = 0
        self._wants_reclaim = False
        self._ended = 0  # runs since everything was collected, also what is frozen
        self._before = gc.get_threshold(), sys.getswitchinterval()

    def hold(self) -> None:
        with self._lock:
            self._holders += 1
            if self._holders == 1:
                self._before = gc.get_threshold(), sys.getswitchinterval()
                gc.set_threshold(*_THRESHOLDS)
                sys.setswitchinterval(_SWITCH_INTERVAL)

    def release(self) -> None:
        with self._lock:
            self._holders -= 1
            if self._holders:
                return
            if self._wants_reclaim or self._ended >= _MANY_ENDED:
                self._reclaim()
            else:
                gc.collect(1)  # recent garbage; what is older is collected when a session ends
                gc.freeze()
            thresholds, interval = self._before
            gc.set_threshold(*thresholds)
            sys.setswitchinterval(interval)

    def reclaim(self) -> None:
        with self._lock:
            if self._holders:
                self._wants_reclaim = True
            else:
                self._reclaim()

    def count_ended(self) -> None:
        with self._lock:
            self._ended += 1
            if self._ended % _MOST_ENDED == 0:
                gc.collect()  # the modules are frozen, and not looked at

    def _reclaim(self) -> None:
        self._wants_reclaim = False
        self._ended = 0
        gc.unfreeze()
        gc.collect()
        gc.freeze()


_PROCESS = _Process()


class GcTuning:
    """Shortens the pauses for one engine from `begin` to `end`. Calling either of them twice does no harm."""

    def __init__(self) -> None:
        self._holds = False

    def begin(self) -> None:
        """Postpone full collections and switch threads sooner."""
        if not self._holds:
            self._holds = True
            _PROCESS.hold()

    def count_ended(self) -> None:
        """Count a run that has ended. After very many, garbage is collected at once."""
        _PROCESS.count_ended()

    def end(self) -> None:
        """Restore the settings once no engine streams, and exempt what was streamed from later collections."""
        if self._holds:
            self._holds = False
            _PROCESS.release()


def reclaim() -> None:
    """Collect all garbage, once no engine streams. Takes 100 ms and more."""
    _PROCESS.reclaim()
