"""Reads a HAR that any program wrote: Chromium, Firefox, Safari, Playwright, mitmproxy, Charles, Diptych.

They differ in what they leave out. Only Chromium and Diptych say when each event arrived; with the others, only the
beginning and the end of a response are known. What is read is not trusted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import Any, get_args
from urllib.parse import urlsplit

from diptych.codec.checked_fields import object_at, text
from diptych.codec.har.event_messages import timed_pieces
from diptych.codec.har.har_bodies import read_headers, read_text
from diptych.codec.har.har_times import ReadTimings, is_seconds, read_date, read_timings
from diptych.core.capture import Capture
from diptych.core.exchange import ExchangeEnding
from diptych.core.json_text import parse_object
from diptych.core.text.excerpt import excerpt
from diptych.core.timed_body import TimedBytes

_METHOD = "POST"
"""The method of every request that asks a model."""

_ABORTED = "ERR_ABORTED"
"""Chromium's error for a request that the page cancelled."""

_TELLING_ERRORS = ("WebInspector", "Playwright", "Diptych")
"""The programs that write down why a response was cut off, the first of which is Chromium."""

_LONGEST_ERROR = 500

_NO_BODY = "The HAR does not have the body of this response."
_OTHER_FILE = "The HAR has the body of this response in another file: record it with the bodies in the HAR."


def read_har(document: bytes) -> Iterator[Capture]:
    """Yield the exchanges of a HAR in order, secrets included; from requests that are not POST only method and URL.

    Raises `ValueError`, in words that follow the name of the file, for a document that is not a HAR and for an exchange
    that cannot be read.
    """
    log = parse_object(document).get("log")
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise ValueError("is not a HAR: it has no log with entries")
    tells_errors = _creator(log) in _TELLING_ERRORS
    for number, entry in enumerate(entries, 1):
        place = f"entry {number}"
        try:
            if not isinstance(entry, dict):
                raise ValueError("is not an object")
            yield _read_entry(entry, place, tells_errors=tells_errors)
        except ValueError as error:
            raise ValueError(f"cannot be read: {place} {error}") from None


def _read_entry(entry: Mapping[str, Any], place: str, *, tells_errors: bool) -> Capture:
    request = object_at(entry, "request")
    method, url = text(request, "method").upper(), text(request, "url")
    try:
        urlsplit(url)
    except ValueError:
        raise ValueError("has a URL that is not one") from None
    if method != _METHOD:
        return Capture(method, url, (), b"", None, (), (), place=place)
    response, timings = object_at(entry, "response"), _read_timings(entry)
    status = _read_status(response)
    started = read_date(entry.get("startedDateTime"))
    date = None if started is None else started + timings.before
    pieces, times_known = _read_pieces(entry, response, timings, date) if status else ((), False)
    last = pieces[-1].at if times_known and pieces else 0.0
    error = _read_error(response, status)
    missing = "" if error or pieces else _missing_body(response)
    return Capture(
        method,
        url,
        read_headers(request),
        read_text(object_at(request, "postData"), "body of the request") or b"",
        status,
        read_headers(response),
        pieces,
        date,
        times_known,
        "unknown" if missing else _read_ending(entry, error, tells_errors=tells_errors),
        0.0 if _own_members(entry).get("connect") == 0 else timings.connect,  # a HAR has no reused connections
        timings.headers_at if status else None,
        max(timings.ended_at, last) if timings.ended_at is not None else last or None,
        error or missing,
        place,
    )


def _read_timings(entry: Mapping[str, Any]) -> ReadTimings:
    """Return the times of an entry, without those that Diptych did not know either when it wrote it."""
    timings, unknown = read_timings(entry), _own_members(entry).get("unknown_times")
    if not isinstance(unknown, list):
        return timings
    return replace(
        timings,
        headers_at=None if "headers" in unknown else timings.headers_at,
        ended_at=None if "end" in unknown else timings.ended_at,
    )


def _read_status(response: Mapping[str, Any]) -> int | None:
    """Return the status of a response; None for 0 or another number that is not one, which means that none came."""
    status = response.get("status")
    return status if isinstance(status, int) and 100 <= status <= 999 else None


def _read_pieces(
    entry: Mapping[str, Any], response: Mapping[str, Any], timings: ReadTimings, date: float | None
) -> tuple[tuple[TimedBytes, ...], bool]:
    """Return the body of a response in pieces, and whether their times are known."""
    body = read_text(object_at(response, "content"), "body of the response")
    if body is not None and (own := _own_pieces(entry, body)):
        return own, True
    if date is not None and (timed := timed_pieces(entry, body, date)):
        return timed, True
    if not body:
        return (), False
    return (TimedBytes(timings.ended_at or timings.headers_at or 0.0, body),), False


def _own_members(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what Diptych wrote for itself, nothing in an entry of another program."""
    own = entry.get("_diptych")
    return own if isinstance(own, dict) else {}


def _own_pieces(entry: Mapping[str, Any], body: bytes) -> tuple[TimedBytes, ...]:
    """Return the pieces of a body as Diptych wrote them, nothing if they are not those of the body."""
    listed = _own_members(entry).get("pieces")
    if not isinstance(listed, list) or not all(map(_is_piece, listed)):
        return ()
    ends = list(accumulate((size for _, size in listed), initial=0))
    if ends[-1] != len(body):
        return ()
    return tuple(
        TimedBytes(float(at), body[start:end]) for (at, _), (start, end) in zip(listed, pairwise(ends), strict=True)
    )


def _is_piece(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    at, size = value
    return is_seconds(at) and isinstance(size, int) and not isinstance(size, bool) and size >= 0


def _read_error(response: Mapping[str, Any], status: int | None) -> str:
    """Return why the response is missing or cut off, as the program put it."""
    said = response.get("_error") or response.get("_failureText")  # Chromium's, and Playwright's
    if isinstance(said, str):
        return excerpt(said, _LONGEST_ERROR)
    return "" if status else "No response came."


def _creator(log: Any) -> str:
    """Return the name of the program that wrote a HAR, "" if it is not known."""
    creator = log.get("creator") if isinstance(log, dict) else None
    name = creator.get("name") if isinstance(creator, dict) else None
    return name if isinstance(name, str) else ""


def _read_ending(entry: Mapping[str, Any], error: str, *, tells_errors: bool) -> ExchangeEnding:
    """Return how a response ended. `tells_errors` is whether the program that wrote the HAR says it.

    Others keep what came before the connection broke, and do not say that it did.
    """
    said = _own_members(entry).get("ending")
    for ending in get_args(ExchangeEnding):
        if said == ending:
            known: ExchangeEnding = ending
            return known
    if not error:
        return "clean" if tells_errors else "unknown"
    if _ABORTED in error:
        return "unknown"
    return "silent" if "TIMED_OUT" in error else "lost"


def _missing_body(response: Mapping[str, Any]) -> str:
    """Return a sentence about a body that the HAR does not have, "" if the response had none."""
    content = object_at(response, "content")
    if "_file" in content:
        return _OTHER_FILE
    size = content.get("size")
    return _NO_BODY if isinstance(size, int) and size > 0 and content.get("text") is None else ""
