"""Takes the framing off a body that is sent in chunks, as far as it is plain.

The format is defined in RFC 9112, section 7.1. Extensions, trailers and errors are left to httpcore2.
"""

import re

_HEADER = re.compile(rb"([0-9A-Fa-f]{1,8})\r\n")
_BEGINNING_OF_HEADER = re.compile(rb"[0-9A-Fa-f]{0,8}\r?\Z")
_END_OF_CHUNK = b"\r\n"


class MalformedChunkError(Exception):
    """A chunk does not end where its header says. The message is that of h11, which httpcore2 stands on."""


class ChunkedBody:
    """Reads a chunked body from its first chunk on.

    `rest` is what has been read and not been handed out. Once `is_plain` is False, it begins with the header of a chunk
    that is not plain, such as the last one, and nothing more can be read.
    """

    def __init__(self) -> None:
        self.is_plain = True
        self.rest = b""
        self._missing = 0  # bytes of the present chunk that have not come
        self._is_in_chunk = False

    def feed(self, data: bytes) -> bytes:
        """Return the content of the next bytes of the body. Raises `MalformedChunkError`."""
        if self.rest:
            data, self.rest = self.rest + data, b""
        content: list[bytes] = []
        position = 0
        while position < len(data):
            if self._missing:
                part = data[position : position + self._missing]
                content.append(part)
                position += len(part)
                self._missing -= len(part)
            elif self._is_in_chunk:
                if not data.startswith(_END_OF_CHUNK, position):
                    end = data[position : position + len(_END_OF_CHUNK)]
                    if end != _END_OF_CHUNK[: len(end)]:
                        raise MalformedChunkError(f"malformed chunk footer: {end!r} (expected {_END_OF_CHUNK!r})")
                    break
                position += len(_END_OF_CHUNK)
                self._is_in_chunk = False
            elif (header := _HEADER.match(data, position)) and (size := int(header[1], 16)):
                self._missing, self._is_in_chunk = size, True
                position = header.end()
            else:
                self.is_plain = header is None and _BEGINNING_OF_HEADER.match(data, position) is not None
                break
        self.rest = data[position:]
        return b"".join(content)
