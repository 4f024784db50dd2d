"""Files to attach: the smallest of each kind, and larger ones."""

import struct
import zlib
from hashlib import sha256

from diptych.core.attachment import Attachment
from diptych.core.message import FilePart


def png(width: int = 3, height: int = 2, comment: bytes = b"") -> bytes:
    """Return a grey picture with a comment in the clear."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\x80" * width) * height if width * height < 100_000 else b"")
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"tEXt", b"Comment\0" + comment), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)


JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080002000301011100ffd9")
GIF = b"GIF89a\3\0\2\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\3\0\2\0\0\2\3\x84\x8f\5\0;"
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\2\x40\0\0\x07\x10\xfd\x8f\xfe\x07\x22\xa2\xff\1\0"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def attachment(name: str, data: bytes, media_type: str = "image/png", *dimensions: int) -> Attachment:
    """Return an attachment without looking into it."""
    return Attachment(FilePart(sha256(data).hexdigest(), name, media_type, len(data), *dimensions), data)
