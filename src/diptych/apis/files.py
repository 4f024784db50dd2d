"""The contents of a request's file parts, as text that JSON can carry."""

import base64

from diptych.core.message import FilePart
from diptych.core.noted_body import text_of
from diptych.core.request import Request


def base64_of(file: FilePart, request: Request) -> str:
    """Return a file's bytes in Base64. Raises `KeyError` for a file whose bytes are not in the request."""
    return base64.b64encode(request.files[file.sha256]).decode("ascii")


def data_url(file: FilePart, request: Request) -> str:
    """Return a file as a `data:` URL (RFC 2397). Raises `KeyError` for a file whose bytes are not in the request."""
    return f"data:{file.media_type};base64,{base64_of(file, request)}"


def named_text(file: FilePart, request: Request) -> str:
    """Return the text of a file after its name, for APIs that take texts only as parts of the prompt."""
    return f"The file {file.name}:\n\n{text_of(file, request)}"
