"""When the bytes that a connection is about to read arrived: by the kernel's stamp, or now where it has none.

The event loop reads the requests of many clients one after another. The kernel stamps each when it arrives.
"""

import socket
from collections.abc import Callable

from diptych.wire.stamped.kernel_stamps import ANCILLARY_SIZE, PairedClocks, has_kernel_stamps, request_stamps, stamp_in

_BUFFER_SIZE = 256 * 1024


class ArrivalTimes:
    """Looks up the kernel's stamps of unread bytes, and brings them onto a clock, in seconds.

    `buffer` is what those bytes are to be read into. All connections share it, since each read is used before the next.
    """

    def __init__(self, clock: Callable[[], float], listener: socket.socket) -> None:
        """Have the kernel stamp what arrives on the connections that `listener` will accept."""
        self.buffer = bytearray(_BUFFER_SIZE)
        self._clocks = PairedClocks(clock)
        self._clocks.read()  # a change of the realtime clock is noticed from now on
        self._has_stamps = has_kernel_stamps()
        if self._has_stamps:
            request_stamps(listener)

    def of_unread(self, connection: socket.socket) -> float:
        """Return when the last of the bytes arrived that the next read of a connection will take.

        Raises `OSError` if the connection was reset. The kernel says so only once: a read would find the end instead.
        """
        if not self._has_stamps:
            return self._clocks.now()
        try:
            _, ancillary, _, _ = connection.recvmsg_into([self.buffer], ANCILLARY_SIZE, socket.MSG_PEEK)
        except (BlockingIOError, InterruptedError):  # there is nothing to read
            return self._clocks.now()
        reading = self._clocks.read()
        stamp = stamp_in(ancillary)
        arrival = None if stamp is None else reading.arrival(stamp)
        return reading.now if arrival is None else arrival
