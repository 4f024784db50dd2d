"""A piece of a stream of bytes, with the time at which it arrived."""

from typing import NamedTuple


class Piece(NamedTuple):
    """Bytes that were read at one time. All times are seconds, stamps are moments of the run's clock.

    `at` is when the last byte arrived, and `read_at` when it was read. `is_exact` says that the kernel stamped `at`; if
    not, it is the same as `read_at`. `paused` is for how long nothing had been read on purpose, because earlier pieces
    were still waiting: what arrived during a pause may bear a stamp that is late by as much.
    """

    data: bytes
    at: float
    read_at: float
    is_exact: bool = False
    paused: float = 0.0
