"""The body of a request as the standard input of `curl`: the length of an argument is limited.

`curl --data @-` removes line breaks, of which a JSON body has none outside its strings. Therefore the body may be
wrapped, and files may come in Base64 from another command.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from diptych.core.event import RequestSent
from diptych.core.message import FilePart
from diptych.core.noted_body import reference_to, with_contents
from diptych.core.request import Request
from diptych.report.curl.shell import here_document, word

_LONGEST_WHOLE = 64 * 1024
"""Bytes of a body above which images and PDFs are read from their files: many terminals copy little more."""

_LONGEST_LINE = 4_000
"""Bytes of a line of the body. A terminal cuts a typed line at 4,096, unless the shell edits lines itself."""

_ASKS_FIRST = 1_000_000
"""Bytes of a body from which on curl first asks the server whether it may send it, with `Expect: 100-continue`."""

_ONE_LINE = re.compile(rb"[^\r\n\0]*")


@dataclass(frozen=True, slots=True)
class ShellBody:
    """A body: what stands before `curl`, its arguments, what stands after them, and sentences to the user."""

    before: str
    arguments: tuple[str, ...]
    after: str
    remarks: tuple[str, ...] = ()


def shell_body(sent: RequestSent, request: Request) -> ShellBody:
    """Return the body of a sent request, with the contents of its files as far as they are known.

    The images and PDFs of a long body are read from files of their names when the command runs.
    """
    body = with_contents(sent.body, request)
    if len(body) > _LONGEST_WHOLE:
        body = with_contents(sent.body, request, encoded=False)
    files = [file for file in _files(request) if reference_to(file) in body]
    remarks = tuple(map(_remark, files))
    asks_first = ("-H 'Expect:'",) if files or len(body) >= _ASKS_FIRST else ()
    if not _ONE_LINE.fullmatch(body):
        return ShellBody(f"printf %s {word(_text(body))} | ", (*asks_first, "--data-binary @-"), "", remarks)
    arguments = (*asks_first, "--data @-")
    pieces = _pieces(body, [file for file in files if not file.is_text])
    if len(pieces) == 1:
        return ShellBody("", arguments, _document(body), remarks)
    steps = "".join(
        f"base64 < {word(f'./{piece.name}')}\n" if isinstance(piece, FilePart) else f"cat{_document(piece)}\n"
        for piece in pieces
    )
    return ShellBody(f"{{\n{steps}}} | ", arguments, "", remarks)


def _files(request: Request) -> list[FilePart]:
    """Return the files of the conversation, each once."""
    files = {file.sha256: file for message in request.messages for file in message.files}
    return list(files.values())


def _remark(file: FilePart) -> str:
    if file.is_text:
        return f"The text of {file.name} is not in the recording: put it where its SHA-256 stands."
    return f"Run this in the folder of {file.name} (SHA-256 {file.sha256})."


def _pieces(body: bytes, files: list[FilePart]) -> list[bytes | FilePart]:
    """Return the body in pieces, with the files where references to them stood."""
    by_reference = {reference_to(file): file for file in files}
    if not by_reference:
        return [body]
    pattern = b"(" + b"|".join(map(re.escape, by_reference)) + b")"
    return [by_reference.get(piece, piece) for piece in re.split(pattern, body)]


def _document(body: bytes) -> str:
    return here_document("\n".join(_wrapped(body)))


def _wrapped(body: bytes) -> Iterator[str]:
    """Yield the lines of a wrapped body. No character is divided."""
    start = 0
    while len(body) - start > _LONGEST_LINE:
        end = start + _LONGEST_LINE
        while body[end] & 0xC0 == 0x80:  # inside a character in UTF-8
            end -= 1
        yield _text(body[start:end])
        start = end
    yield _text(body[start:])


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
