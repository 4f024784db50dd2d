"""Undoes the content encodings of an HTTP body, in bounded memory."""

import zlib

from diptych.core.event import Headers

MOST_BYTES = 256 * 1024 * 1024
"""The most bytes of a file or of a body, before and after decompression."""

_GZIP_MAGIC = b"\x1f\x8b"
_AUTO_WINDOW = 32 + zlib.MAX_WBITS
"""Tells zlib to accept the headers of both gzip and zlib."""


def is_gzip(data: bytes) -> bool:
    """Whether data are compressed by gzip."""
    return data.startswith(_GZIP_MAGIC)


def decoded_body(body: bytes, headers: Headers) -> bytes:
    """Return a body without the encodings that its headers name.

    Many programs keep the headers but save the decoded body; that is recognized. Raises `ValueError`, in words that
    follow the name of the file, for an encoding that cannot be undone.
    """
    encodings = ",".join(value for name, value in headers if name.lower() == "content-encoding").lower().split(",")
    for encoding in filter(None, map(str.strip, reversed(encodings))):
        if encoding in ("gzip", "x-gzip", "deflate") and _is_compressed(body):
            body = decompressed(body)
        elif encoding in ("br", "zstd") and not _is_text(body):
            raise ValueError(f"has a body compressed with {encoding}, which Diptych does not read")
    return body


def decompressed(data: bytes) -> bytes:
    """Decompress gzip or zlib. Of data that are cut off, return what can be read. Raises `ValueError` if damaged."""
    pieces: list[bytes] = []
    size = 0
    while data:
        decoder = zlib.decompressobj(_AUTO_WINDOW)
        try:
            piece = decoder.decompress(data, MOST_BYTES + 1 - size)
        except zlib.error:
            raise ValueError("holds compressed data that are damaged") from None
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise ValueError(f"decompresses to more than the {MOST_BYTES // 2**20} MiB that Diptych reads")
        data = decoder.unused_data  # a gzip file may have several members
    return b"".join(pieces)


def _is_compressed(body: bytes) -> bool:
    return is_gzip(body) or (body[:1] == b"\x78" and len(body) > 1 and int.from_bytes(body[:2], "big") % 31 == 0)


def _is_text(body: bytes) -> bool:
    """Whether the beginning of a body is text, so that somebody has decompressed it."""
    start = body[:200]
    return not body or (b"\0" not in start and sum(byte < 128 for byte in start) > 0.9 * len(start))
