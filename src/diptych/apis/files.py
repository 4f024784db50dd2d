"""The contents of a request's file parts: as text that JSON can carry, and as they are noted of a request."""

import base64
import json

from diptych.core.message import FilePart
from diptych.core.request import Request

_SHORTEST_REPLACED = 1024
"""Bytes of an encoded file from which on a noted request holds a reference instead."""

_BEGINNING = 64
"""Bytes of a file's contents that are searched first."""

_MOST_TRIES = 50
"""Places with this beginning that are compared one by one."""


def base64_of(file: FilePart, request: Request) -> str:
    """Return a file's bytes in Base64. Raises `KeyError` for a file whose bytes are not in the request."""
    return base64.b64encode(request.files[file.sha256]).decode("ascii")


def data_url(file: FilePart, request: Request) -> str:
    """Return a file as a `data:` URL (RFC 2397). Raises `KeyError` for a file whose bytes are not in the request."""
    return f"data:{file.media_type};base64,{base64_of(file, request)}"


def text_of(file: FilePart, request: Request) -> str:
    """Return the text of a file, without a byte-order mark. Raises `KeyError` if its bytes are not in the request."""
    return request.files[file.sha256].decode("utf-8-sig", "replace")


def named_text(file: FilePart, request: Request) -> str:
    """Return the text of a file after its name, for APIs that take texts only as parts of the prompt."""
    return f"The file {file.name}:\n\n{text_of(file, request)}"


def without_contents(body: bytes, request: Request) -> bytes:
    """Return the JSON body of a request with a reference to each file in place of its contents.

    The contents are kept once by their SHA-256. The body of each attempt on each side would repeat them, in Base64 or
    as text. Contents of less than a kilobyte stay as they are.
    """
    files = {file for message in request.messages for file in message.files}
    # The longest come first, since one may be a part of another.
    for contents, reference in sorted((_sent(file, request) for file in files), key=lambda each: -len(each[0])):
        if len(contents) >= _SHORTEST_REPLACED:
            body = _replaced(body, contents, reference)
    return body


def _sent(file: FilePart, request: Request) -> tuple[bytes, bytes]:
    """Return the contents of a file as they stand in a JSON body, and the reference that takes their place."""
    if file.is_text:
        contents = json.dumps(text_of(file, request), ensure_ascii=False)[1:-1].encode()
        return contents, f"[text of SHA-256 {file.sha256}]".encode()
    return base64.b64encode(request.files[file.sha256]), f"[Base64 of SHA-256 {file.sha256}]".encode()


def _replaced(body: bytes, contents: bytes, reference: bytes) -> bytes:
    pieces: list[bytes] = []
    start = 0
    while (at := _find(body, contents, start)) >= 0:
        pieces += (body[start:at], reference)
        start = at + len(contents)
    return b"".join((*pieces, body[start:]))


def _find(body: bytes, contents: bytes, start: int) -> int:
    """Return where the contents stand from `start` on, -1 if nowhere, as `bytes.find` does in three times the time.

    A server that streams beside this must not wait for the search of megabytes, so that their beginning is searched.
    Contents that repeat themselves may have that beginning in very many places.
    """
    at = start
    for _ in range(_MOST_TRIES):
        at = body.find(contents[:_BEGINNING], at)
        if at < 0 or body.startswith(contents, at):
            return at
        at += 1
    return body.find(contents, at)
