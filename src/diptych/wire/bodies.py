"""Bodies that are no event stream: read as far as they may tell something, in bounded memory and time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx2

_MOST = 1024 * 1024
"""Bytes read of such a body, decompressed."""

_PATIENCE = 5.0
"""Seconds that such a body may take; what it would add is not worth more."""

_READABLE = frozenset({"", "identity", "gzip", "deflate"})
"""Content encodings that every installation can undo. httpx2 does so in steps of bounded size, whatever is packed."""


async def read_some(chunks: AsyncIterator[bytes], start: bytes = b"") -> bytes:
    """The beginning of a body, as far as it comes: a connection that is lost, or a server that stalls, ends it."""
    read = bytearray(start)
    with suppress(httpx2.TransportError, httpx2.DecodingError, TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while len(read) < _MOST and (chunk := await anext(chunks, None)) is not None:
                read += chunk
    return bytes(read[:_MOST])


def unreadable_encoding(response: httpx2.Response) -> str | None:
    """The compression that a body has come in although none was asked for, if it cannot be undone."""
    encodings = response.headers.get("content-encoding", "").lower().split(",")
    return next((name for encoding in encodings if (name := encoding.strip()) not in _READABLE), None)
