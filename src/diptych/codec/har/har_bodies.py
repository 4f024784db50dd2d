"""The headers and bodies of a HAR, both ways."""

import base64
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from diptych.codec.checked_fields import objects, text
from diptych.core.event import Headers, header_value
from diptych.core.json_text import JsonObject

_EVENT_STREAM = "text/event-stream"
_IS_JSON = re.compile(r"\s*application/json\b", re.IGNORECASE)

_NO_TYPE = "x-unknown"
"""The media type of a response without one, as Chromium writes it."""


def header_objects(headers: Headers) -> list[JsonObject]:
    """Return headers as a list of objects."""
    return [{"name": name, "value": value} for name, value in headers]


def query_objects(url: str) -> list[JsonObject]:
    """Return the parameters of a URL's query as a list of objects."""
    fields = (field.partition("=") for field in urlsplit(url).query.split("&") if field)
    return [{"name": unquote_plus(name), "value": unquote_plus(value)} for name, _, value in fields]


def post_data(body: bytes, headers: Headers) -> JsonObject:
    """Return the body of a request. A HAR can only hold text there, so U+FFFD replaces bytes that are not UTF-8."""
    return {
        "mimeType": header_value(headers, "content-type"),
        "text": body.decode("utf-8", "replace"),
    }


def content_object(body: bytes, headers: Headers, *, is_stream: bool) -> JsonObject:
    """Return the body of a response, byte for byte: in Base64 where it is not UTF-8.

    `is_stream` says whether it was read as events. Chromium shows them only if the type is that of an event stream,
    without a charset, whatever the server said.
    """
    media_type = header_value(headers, "content-type") or _NO_TYPE
    if is_stream and not _IS_JSON.match(media_type):
        media_type = _EVENT_STREAM
    content: JsonObject = {"size": len(body), "mimeType": media_type}
    try:
        return content | {"text": body.decode()}
    except UnicodeDecodeError:
        return content | {"text": base64.b64encode(body).decode("ascii"), "encoding": "base64"}


def usual_status_text(status: int) -> str:
    """Return the usual words for a status, "" if it has none."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def read_headers(message: Mapping[str, Any]) -> Headers:
    """Return the headers of a request or response, without the pseudo-headers of HTTP/2, such as `:authority`.

    Raises `ValueError` in words that follow "it ".
    """
    found = [(text(header, "name"), text(header, "value")) for header in objects(message, "headers")]
    return tuple((name, value) for name, value in found if not name.startswith(":"))


def read_text(holder: Mapping[str, Any], name: str) -> bytes | None:
    """Return the bytes of a body, None if it has no text. Raises `ValueError` in words that follow "it "."""
    written = holder.get("text")
    if written is None:
        return None
    if not isinstance(written, str):
        raise ValueError(f"has a {name} that is not a text")
    if holder.get("encoding") != "base64":
        return written.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(written, validate=True)
    except ValueError:
        raise ValueError(f"has a {name} that is not Base64") from None
