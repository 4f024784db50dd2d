"""How the bytes of a response body arrived: in which pieces, and when.

A piece ends somewhere in the bytes of an event, most often with its last byte. Events remember the ends of the pieces
that lie in their bytes; what follows the last event has a place of its own. The bytes themselves are those of the
events with their frames (`diptych.core.frame`), so that nothing is kept twice.
"""

from dataclasses import dataclass
from typing import NamedTuple


class PieceEnd(NamedTuple):
    """The end of a piece within the bytes of an event.

    `at` is the stamp of the piece's last byte, on the clock of its run, in seconds. `size` counts the bytes of the
    event that came with this piece: the bytes that no piece of the event before it has brought.
    """

    at: float
    size: int


PieceEnds = tuple[PieceEnd, ...]
"""The ends of all pieces that lie in the bytes of one event, in order; empty if other events came in the same piece."""


@dataclass(frozen=True, slots=True)
class BodyRest:
    """What followed the last event of a body, such as comments or a line that was cut off, with the ends of its pieces.

    Bytes behind the last end came with no piece that was read; there are none in a live recording.
    """

    data: bytes = b""
    pieces: PieceEnds = ()


NO_REST = BodyRest()
