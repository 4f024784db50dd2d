"""Reads cassettes: recorded HTTP for tests, as vcrpy, pytest-recording, cassetter, Ruby's VCR and betamax write them.

They keep each body as one text, and no times but the moment of the recording.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from diptych.captures.encoded_body import decoded_body
from diptych.captures.yaml_document import read_yaml
from diptych.codec.checked_fields import object_at, text
from diptych.core.capture import Capture
from diptych.core.event import Headers
from diptych.core.json_text import parse_object
from diptych.core.timed_body import TimedBytes

_LISTS = ("interactions", "http_interactions")
"""The members that hold the exchanges: of vcrpy, and of Ruby's VCR and betamax."""


def read_cassette(data: bytes) -> Iterator[Capture]:
    """Yield the exchanges of a cassette in order.

    Raises `ValueError`, in words that follow the name of the file.
    """
    document = parse_object(data) if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else read_yaml(data)
    interactions = _interactions(document) if _is_object(document) else None
    if not isinstance(interactions, list):
        raise ValueError("is not a cassette: it has no list of interactions")
    for number, interaction in enumerate(interactions, 1):
        place = f"interaction {number}"
        try:
            if not _is_object(interaction):
                raise ValueError("is not an object")
            yield _read_interaction(interaction, place)
        except ValueError as error:
            raise ValueError(f"cannot be read: {place} {error}") from None


def _interactions(document: Mapping[str, Any]) -> Any:
    """Return the list of exchanges, None if there is none.

    LangChain's tests write what vcrpy has in memory: a list of requests, and one of their responses in the same order.
    """
    requests, responses = document.get("requests"), document.get("responses")
    if isinstance(requests, list) and isinstance(responses, list):
        if len(requests) != len(responses):
            raise ValueError("is not a whole cassette: it does not have a response to every request")
        return [
            {"request": request, "response": response} for request, response in zip(requests, responses, strict=True)
        ]
    return next((document[name] for name in _LISTS if name in document), None)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _read_interaction(interaction: Mapping[str, Any], place: str) -> Capture:
    request, response = object_at(interaction, "request"), object_at(interaction, "response")
    request_headers, headers = _read_headers(request), _read_headers(response)
    body = decoded_body(_read_body(response), headers)
    return Capture(
        text(request, "method").upper(),
        _read_url(request),
        request_headers,
        decoded_body(_read_body(request), request_headers),
        _read_status(response),
        headers,
        (TimedBytes(0.0, body),) if body else (),
        _read_date(interaction.get("recorded_at")),
        ending="clean",
        place=place,
    )


def _read_url(request: Mapping[str, Any]) -> str:
    url = text(request, "uri")
    try:
        urlsplit(url)
    except ValueError:
        raise ValueError("has a URL that is not one") from None
    return url


def _read_headers(message: Mapping[str, Any]) -> Headers:
    """Return headers, each of which has a text or a list of texts."""
    return tuple(
        (str(name), each if isinstance(each, str) else str(each))
        for name, values in object_at(message, "headers").items()
        for each in (values if isinstance(values, list) else [values])
    )


def _read_status(response: Mapping[str, Any]) -> int:
    """Return the status, which vcrpy's cassettes of httpx have as a number, and all others in an object."""
    status = response.get("status_code", response.get("status"))
    if isinstance(status, dict):
        status = status.get("code")
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 999:
        raise ValueError("has a response without a status")
    return status


def _read_body(message: Mapping[str, Any]) -> bytes:
    """Return a body: a text or bytes, in an object or not, as Base64, or as the JSON that it held."""
    if "parsed_body" in message:  # as pydantic-ai's tests write JSON
        return json.dumps(message["parsed_body"], ensure_ascii=False).encode("utf-8", "surrogatepass")
    body = message.get("body", message.get("content"))
    if isinstance(body, dict):
        encoded = body.get("base64_string")
        if encoded is not None:
            return _of_base64(encoded)
        if "type" in body and "content" in body:
            return _of_type(body["type"], body["content"])
        body = body.get("string")
    return _as_bytes(body)


def _of_type(kind: Any, content: Any) -> bytes:
    """Return the body that a cassette of cassetter holds: a text, bytes in hexadecimal, or the JSON that it was."""
    match kind:
        case "json":
            return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
        case "binary":
            return _of_hexadecimal(content)
        case _:
            return _as_bytes(content)


def _of_hexadecimal(written: Any) -> bytes:
    try:
        return bytes.fromhex(written)
    except (TypeError, ValueError):
        raise ValueError("has a body that is not hexadecimal") from None


def _as_bytes(body: Any) -> bytes:
    match body:
        case None:
            return b""
        case bytes():
            return body
        case str():
            return body.encode("utf-8", "surrogatepass")
        case dict() | list():
            return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
        case _:
            return str(body).encode()


def _of_base64(encoded: Any) -> bytes:
    try:
        return base64.b64decode(encoded)
    except (binascii.Error, TypeError, ValueError):
        raise ValueError("has a body that is not Base64") from None


def _read_date(value: Any) -> float | None:
    """Return the date of a recording in seconds since 1970; None if there is none that can be read."""
    try:
        if isinstance(value, str):
            value = parsedate_to_datetime(value) if "," in value else datetime.fromisoformat(value)
        if not isinstance(value, datetime):
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
