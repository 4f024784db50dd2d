"""The time stamps that the Linux kernel gives to received segments, and how they come onto the run's clock.

The socket option SO_TIMESTAMPNS is described in https://docs.kernel.org/networking/timestamping.html. A read then
comes with a stamp of the realtime clock if it finishes a segment; of several segments, it is that of the last one.
"""

import socket
import struct
import sys
import time
import weakref
from functools import cache
from typing import NamedTuple

from diptych.wire.clock import Clock

ANCILLARY_SIZE = 64
"""Bytes of ancillary data to ask for with each read."""

_SO_TIMESTAMPNS = 35
"""The option with a `struct timespec` of the machine's own word size; Python has no name for it."""

_TIMESPEC = struct.Struct("@ll")

_MOST_DRIFT = 0.000_5
_MOST_DRIFT_PER_SECOND = 0.001
"""Seconds by which the realtime and the monotonic clock may move apart unless one was set or the machine slept.

NTP slews by at most 0.0005 s per second.
"""

_LONGEST_READING = 20_000
"""Nanoseconds that reading the clocks takes, unless something interrupts it."""

Ancillary = list[tuple[int, int, bytes]]
"""The ancillary data of a read, as `socket.recvmsg` returns it."""


def request_stamps(sock: socket.socket) -> None:
    """Have the kernel stamp what a socket receives. Raises `OSError` if it does not know how."""
    sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)


@cache
def has_kernel_stamps() -> bool:
    """Whether this system stamps what sockets receive."""
    if sys.platform != "linux":
        return False
    with socket.socket() as sock:
        try:
            request_stamps(sock)
        except OSError:
            return False
    return True


class StampingKeeper:
    """Keeps the kernel stamping for as long as this object lives.

    The kernel begins to stamp some milliseconds after the first socket of the machine asks for it, and stops with the
    last one. The first response of a fast server would come too early.
    """

    def __init__(self) -> None:
        sock = socket.socket()
        weakref.finalize(self, sock.close)
        request_stamps(sock)


def stamp_in(ancillary: Ancillary) -> int | None:
    """Return the kernel's stamp in nanoseconds since 1970, None if the read finished no segment."""
    for level, kind, value in ancillary:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(value) == _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack(value)
            return int(seconds * 1_000_000_000 + nanoseconds)
    return None


class Reading(NamedTuple):
    """Two clocks at one moment: the run's in seconds, and the realtime clock in nanoseconds since 1970.

    `is_steady` is False if the realtime clock was set since the reading before, so that stamps cannot be compared.
    """

    now: float
    realtime: int
    is_steady: bool

    def arrival(self, stamp: int) -> float | None:
        """Return a kernel's stamp as a moment of the run's clock, None if it cannot be brought onto that."""
        if not self.is_steady or stamp > self.realtime:
            return None
        return round(self.now - (self.realtime - stamp) * 1e-9, 6)


class PairedClocks:
    """Reads the run's clock together with the realtime clock, by which the kernel stamps.

    Only the age of a stamp is taken from the realtime clock, so nothing depends on how the two move apart later.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset, self._read_at = 0, 0

    def now(self) -> float:
        """Return the present moment by the run's clock."""
        return self._clock()

    def read(self) -> Reading:
        """Read both clocks as close together as possible."""
        tries = 3
        while True:
            before = time.monotonic_ns()
            realtime = time.time_ns()
            now = self._clock()
            tries -= 1
            if time.monotonic_ns() - before < _LONGEST_READING or not tries:
                break
        offset, passed = realtime - before, before - self._read_at
        drift = abs(offset - self._offset) * 1e-9
        is_steady = not self._read_at or drift < _MOST_DRIFT + _MOST_DRIFT_PER_SECOND * passed * 1e-9
        self._offset, self._read_at = offset, before
        return Reading(now, realtime, is_steady)
