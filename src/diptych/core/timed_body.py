"""The body of a recorded answer as the bytes that arrived, and when: what a server sends to repeat it."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from diptych.core.body_pieces import PieceEnd, PieceEnds
from diptych.core.endpoint import ApiName
from diptych.core.exchange import Exchange
from diptych.core.frame import framed_bytes, usual_frame
from diptych.core.recording import RecordedEvent


class TimedBytes(NamedTuple):
    """A piece of a body: the stamp of its last byte, on the clock of the run, in seconds, and its bytes."""

    at: float
    data: bytes


def timed_body(exchange: Exchange, api: ApiName, *, keeps_bytes: bool) -> Iterator[TimedBytes]:
    """Yield the body of an exchange in the pieces in which it arrived.

    Where the recording does not keep the bytes, each event is framed in the usual way of its API, and the events that
    arrived at the same time are one piece.
    """
    if exchange.body:
        yield TimedBytes(exchange.ended_at, exchange.body)
    waiting = b""
    for raw, ends in _with_ends(exchange, api, keeps_bytes=keeps_bytes):
        start = 0
        for at, size in ends:
            if piece := waiting + raw[start : start + size]:  # bytes that were dropped are counted, but missing
                yield TimedBytes(at, piece)
            waiting = b""
            start += size
        waiting += raw[start:]
    if waiting:
        yield TimedBytes(exchange.ended_at, waiting)


def _with_ends(exchange: Exchange, api: ApiName, *, keeps_bytes: bool) -> Iterator[tuple[bytes, PieceEnds]]:
    """Yield the bytes of each event, and those after the last one, with the ends of the pieces that lie in them."""
    for event, following in pairwise((*exchange.events, None)):
        assert event is not None  # noqa: S101 - only the last one has nothing that follows
        raw = framed_bytes(event.frame or usual_frame(api, event.name, event.data), event.data)
        yield raw, _ends(event, following, len(raw), keeps_bytes=keeps_bytes)
    yield exchange.rest.data, exchange.rest.pieces


def _ends(event: RecordedEvent, following: RecordedEvent | None, size: int, *, keeps_bytes: bool) -> PieceEnds:
    if event.pieces is not None:
        return event.pieces
    if not keeps_bytes and following is not None and following.at == event.at:
        return ()
    return (PieceEnd(event.at, size),)
