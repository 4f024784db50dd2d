"""Reads a body that is not an event stream, such as an error, in bounded memory and time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx2

_MOST = 1024 * 1024
"""Bytes that are read, after decompression."""

_PATIENCE = 5.0
"""Seconds that the body may take to arrive."""

_READABLE = frozenset({"", "identity", "gzip", "deflate"})
"""Content encodings that every installation can decompress. httpx2 does so in steps of bounded size."""


class TooLongError(Exception):
    """A body has more bytes than are read."""


async def read_some(chunks: AsyncIterator[bytes], start: bytes = b"") -> bytes:
    """Return `start` and what follows it in the body, until it ends, breaks off, stalls or is too long."""
    read = bytearray(start)
    with suppress(httpx2.TransportError, httpx2.DecodingError, TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while len(read) < _MOST and (chunk := await anext(chunks, None)) is not None:
                read += chunk
    return bytes(read[:_MOST])


async def read_whole(chunks: AsyncIterator[bytes], most: int) -> bytes:
    """Return a whole body. Raises `TooLongError` if it has more than `most` bytes, and what reading it raises."""
    read = bytearray()
    async for chunk in chunks:
        read += chunk
        if len(read) > most:
            raise TooLongError
    return bytes(read)


def unreadable_encoding(response: httpx2.Response) -> str | None:
    """Return the content encoding of a body that cannot be decompressed; None if it can be read."""
    encodings = response.headers.get("content-encoding", "").lower().split(",")
    return next((name for encoding in encodings if (name := encoding.strip()) not in _READABLE), None)
