"""Bodies of answers that are JSON or HTML instead of an event stream."""

from diptych.apis.dialect import Dialect
from diptych.apis.status_errors import server_message
from diptych.core.failure import Failure

_FIRST_BYTES = (b"{", b"[", b"<")
"""First bytes of JSON and HTML."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def first_byte(body: bytes) -> bytes:
    """Return the first byte that says something about the form of a body; b"" if it has not come yet."""
    return body.removeprefix(_BYTE_ORDER_MARK).lstrip()[:1]


def is_other_body(start: bytes, dialect: Dialect) -> bool:
    """Whether the start of a body shows that it is not an event stream, as far as it has come."""
    return first_byte(start) in _FIRST_BYTES and not dialect.is_line_of_stream(start)


def json_of(body: bytes) -> bytes:
    """Return the JSON of a body, without the mark of a stream's end that some servers write after a whole answer."""
    data = body.strip()
    return data.removesuffix(b"[DONE]").rstrip().removesuffix(b"data:").rstrip() if data.endswith(b"[DONE]") else data


def not_a_stream(body: bytes, status: int) -> Failure:
    """Return the failure of an answer with this body, which is JSON, HTML or some other text."""
    form = "an HTML page" if body.lstrip().startswith(b"<") else "JSON"
    said = server_message(body)
    sentence = f"The server answered with {form} instead of an event stream"
    sentence += f": {said}." if said else "."
    return Failure("response", f"{sentence} Check the base URL and whether the server streams.", status)
