"""The failure of an answer whose body is not an event stream."""

from diptych.apis.status_errors import server_message
from diptych.core.failure import Failure


def not_a_stream(body: bytes, status: int) -> Failure:
    """Return the failure of an answer with this body, which is JSON, HTML or some other text."""
    form = "an HTML page" if body.lstrip().startswith(b"<") else "JSON"
    said = server_message(body)
    sentence = f"The server answered with {form} instead of an event stream"
    sentence += f": {said}." if said else "."
    return Failure("response", f"{sentence} Check the base URL and whether the server streams.", status)
