"""How the bytes of a response body arrived: in which pieces, and when.

A piece ends somewhere in the bytes of an event, most often with its last byte. Events keep the ends of the pieces that
lie in their bytes; `BodyRest` is what follows the last event. The bytes themselves are those of the
events with their frames (`diptych.core.frame`), so that nothing is kept twice.
"""

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

_MOST_ENDS = 1_000
"""The most ends that are kept for one event, since a server that sends single bytes could fill the memory."""


class PieceEnd(NamedTuple):
    """The end of a piece within the bytes of an event.

    `at` is the stamp of the piece's last byte, on the clock of its run, in seconds. `size` counts the bytes of the
    event that came with this piece: the bytes that no piece of the event before it has brought. Bytes that were dropped
    because of a limit, or removed because they held a secret, are counted.
    """

    at: float
    size: int


PieceEnds = tuple[PieceEnd, ...]
"""The ends of all pieces that lie in the bytes of one event, in order; empty if other events came in the same piece."""


@dataclass(frozen=True, slots=True)
class BodyRest:
    """What followed the last event of a body, such as comments or a line that was cut off, with the ends of its pieces.

    Bytes behind the last end came with a piece that was not read to its end.
    """

    data: bytes = b""
    pieces: PieceEnds = ()


NO_REST = BodyRest()


class PieceTracker:
    """Assigns the ends of pieces to the events of a body. Positions count from the start of the body, in bytes."""

    __slots__ = ("_arrived", "_ends", "_taken")

    def __init__(self) -> None:
        self._arrived = 0
        self._taken = 0
        self._ends: deque[tuple[float, int]] = deque()  # of pieces that end after `_taken`

    def add(self, size: int, at: float | None) -> None:
        """Count bytes that arrived; `at` is the stamp of their piece if it ends with them."""
        self._arrived += size
        if at is None:
            return
        ends = self._ends
        if ends and (ends[-1][0] == at or len(ends) >= _MOST_ENDS):
            ends.pop()
        ends.append((at, self._arrived))

    def take(self, size: int, at: float | None) -> PieceEnds | None:
        """Return the ends in the bytes of the next event. None stands for one that ends with the event, at its time."""
        start = self._taken
        self._taken = stop = start + size
        ends = self._ends
        if not ends or ends[0][1] > stop:
            return ()
        stamp, end = ends.popleft()
        if stamp == at and end == stop:
            return None
        found = [PieceEnd(stamp, end - start)]
        while ends and ends[0][1] <= stop:
            start = end
            stamp, end = ends.popleft()
            found.append(PieceEnd(stamp, end - start))
        return tuple(found)

    def rest(self) -> PieceEnds:
        """Return the ends that no event has taken."""
        return self.take(self._arrived - self._taken, None) or ()
