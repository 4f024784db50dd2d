"""The body of a request as it is noted: a reference stands for the contents of each file.

The contents are kept once by their SHA-256. The body of each attempt on each side would repeat them, in Base64 or as
text.
"""

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


def text_of(file: FilePart, request: Request) -> str:
    """Return the text of a file, without a byte-order mark. Raises `KeyError` if its bytes are not in the request."""
    return request.files[file.sha256].decode("utf-8-sig", "replace")


def without_contents(body: bytes, request: Request) -> bytes:
    """Return the JSON body of a request with a reference to each file in place of its contents.

    Contents of less than a kilobyte stay as they are.
    """
    files = {file for message in request.messages for file in message.files}
    # The longest come first, since one may be a part of another.
    for contents, reference in sorted((_sent(file, request) for file in files), key=lambda each: -len(each[0])):
        if len(contents) >= _SHORTEST_REPLACED:
            body = _replaced(body, contents, reference)
    return body


def with_contents(body: bytes, request: Request, *, encoded: bool = True) -> bytes:
    """Return a noted body with the contents of its files again, as far as the request has them.

    Without `encoded`, the references to files that are sent in Base64 stay.
    """
    for message in request.messages:
        for file in message.files:
            if file.sha256 in request.files and (encoded or file.is_text):
                contents, reference = _sent(file, request)
                body = body.replace(reference, contents)
    return body


def reference_to(file: FilePart) -> bytes:
    """Return what stands in a noted body for the contents of a file."""
    return f"[{'text' if file.is_text else 'Base64'} of SHA-256 {file.sha256}]".encode()


def _sent(file: FilePart, request: Request) -> tuple[bytes, bytes]:
    """Return the contents of a file as they stand in a JSON body, and the reference that takes their place."""
    if file.is_text:
        contents = json.dumps(text_of(file, request), ensure_ascii=False)[1:-1].encode()
        return contents, reference_to(file)
    return base64.b64encode(request.files[file.sha256]), reference_to(file)


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
