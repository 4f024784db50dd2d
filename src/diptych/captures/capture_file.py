"""Reads a file of another program, which may be compressed or in UTF-16."""

import sys
from pathlib import Path

from diptych.captures.encoded_body import MOST_BYTES, decompressed, is_gzip

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""The byte-order marks of UTF-16, which PowerShell writes when output is redirected to a file."""

STANDARD_INPUT = Path("-")


def read_capture_file(path: Path) -> bytes:
    """Return the bytes of a file, decompressed if it is gzip, and as UTF-8 if it is UTF-16. `-` is standard input.

    Raises `OSError`, and `ValueError` in words that follow the name of the file.
    """
    if path == STANDARD_INPUT:
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"is larger than the {MOST_BYTES // 2**20} MiB that Diptych reads")
    if is_gzip(data):
        data = decompressed(data)
    if data.startswith(_UTF_16):
        data = data.decode("utf-16", "replace").encode()
    return data
