"""Takes the framing off a body that is sent in chunks, as far as it is plain.

The format is defined in RFC 9112, section 7.1. Extensions, trailers and errors are left to httpcore2.
"""

import re

_HEADER = re.compile(rb"([0-9A-Fa-f]{1,8})\r\n")
_BEGINNING_OF_HEADER = re.compile(rb"[0-9A-Fa-f]{0,8}\r?\Z")
_END_OF_CHUNK = b"\r\n"


class ChunkedBody:
    """Reads a chunked body from its first chunk on, as long as it `is_plain`.

    After that, `rest` is what was not read: it begins with the header of a chunk that is not plain, such as the last.
    If a chunk did not end where it should, `error` says so in the words of h11, on which httpcore2 stands.
    """

    def __init__(self) -> None:
        self.is_plain = True
        self.rest = b""
        self.error = ""
        self._missing = 0  # bytes of the content of the present chunk that have not come
        self._end = b""  # bytes that have to follow the content

    def feed(self, data: bytes) -> bytes:
        """Return the content of the next bytes of the body."""
        if self.rest:
            data, self.rest = self.rest + data, b""
        if not self._end and (header := _HEADER.match(data)):
            start, size = header.end(), int(header[1], 16)
            if size and len(data) == start + size + 2 and data.endswith(_END_OF_CHUNK):
                return data[start:-2]  # one whole chunk, as nearly all pieces are
        content: list[bytes] = []
        position = 0
        while position < len(data):
            if self._missing:
                part = data[position : position + self._missing]
                content.append(part)
                position += len(part)
                self._missing -= len(part)
            elif self._end:
                found = data[position : position + len(self._end)]
                if not self._end.startswith(found):
                    self.is_plain = False
                    self.error = f"malformed chunk footer: {bytearray(found)!r} (expected {self._end!r})"
                    break
                self._end = self._end[len(found) :]
                position += len(found)
            elif (header := _HEADER.match(data, position)) and (size := int(header[1], 16)):
                self._missing, self._end = size, _END_OF_CHUNK
                position = header.end()
            else:
                self.is_plain = header is None and _BEGINNING_OF_HEADER.match(data, position) is not None
                self.rest = data[position:]
                break
        return b"".join(content)
