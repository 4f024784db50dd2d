"""Reads the body of a response in pieces that bear the time at which they arrived."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence

import httpcore2
import httpx2

from diptych.wire.clock import Clock
from diptych.wire.stamped.chunked_body import ChunkedBody
from diptych.wire.stamped.piece import Piece
from diptych.wire.stamped.stamped_stream import StampedStream


def stamped_stream(response: httpx2.Response) -> StampedStream | None:
    """Return the stream that a response comes from if it stamps what arrives."""
    stream = response.extensions.get("network_stream")
    return stream if isinstance(stream, StampedStream) else None


async def stamped_body(response: httpx2.Response, clock: Clock) -> AsyncGenerator[Sequence[Piece]]:
    """Yield the decoded body, whatever has come at once. Raises httpx2's errors when the connection is lost."""
    stream = stamped_stream(response)
    if stream is None:
        async for chunk in response.aiter_bytes():
            now = clock()
            yield (Piece(chunk, now, now),)
        return
    stream.is_patient = True
    try:
        if stream.is_at_body and _is_plainly_chunked(response):
            async for pieces in _chunked_pieces(stream):
                yield pieces
            stream.is_patient = False  # there is only the end to come
        async for chunk in response.aiter_bytes():
            yield (stream.latest._replace(data=chunk),)
    finally:
        stream.is_patient = False


def _is_plainly_chunked(response: httpx2.Response) -> bool:
    """Whether a response has a body that is sent in chunks and not compressed."""
    headers = response.headers
    is_plain = headers.get("content-encoding", "").strip().lower() in ("", "identity")
    is_chunked = headers.get("transfer-encoding", "").strip().lower() == "chunked"
    return response.status_code == 200 and is_plain and is_chunked


async def _chunked_pieces(stream: StampedStream) -> AsyncIterator[Sequence[Piece]]:
    """Yield the content of a chunked body up to its end, or up to what is left to httpcore2.

    httpcore2 takes several times as long for each chunk. It reads the last chunk, and so knows that the connection can
    be used again, and it reports whatever is wrong.
    """
    body = ChunkedBody()
    while body.is_plain:
        try:
            arrived = await stream.pieces()
        except httpcore2.NetworkError:
            return  # httpcore2 meets it again
        if not arrived:
            stream.put_back([stream.latest._replace(data=body.rest)] if body.rest else [])
            return
        pieces: list[Piece] = []
        for number, piece in enumerate(arrived, start=1):
            if content := body.feed(piece.data):
                pieces.append(Piece(content, *piece[1:]))
            if not body.is_plain:
                stream.put_back([piece._replace(data=body.rest), *arrived[number:]])
                break
        if pieces:
            yield pieces
    if body.error:
        raise httpx2.RemoteProtocolError(body.error)
