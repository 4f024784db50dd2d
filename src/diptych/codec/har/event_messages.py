"""The events of a stream as Chromium keeps them beside the body, both ways: the member `_eventSourceMessages`.

A message is `{"time", "eventName", "eventId", "data"}`, with the time in seconds since 1970 (UTC). It is the only
place of a HAR that says when an event arrived. See models/har/Log.ts in the source of Chromium's developer tools,
https://github.com/ChromeDevTools/devtools-frontend.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from diptych.codec.checked_fields import objects, text
from diptych.core.endpoint import ApiName
from diptych.core.frame import framed_lines, usual_frame
from diptych.core.json_text import JsonObject
from diptych.core.recording import RecordedEvent
from diptych.core.timed_body import TimedBytes

MEMBER = "_eventSourceMessages"

_DEFAULT_NAME = "message"
"""The name of an event without an `event:` field, by the standard."""

_FIELD = re.compile(rb"(event|id):[ ]?([^\r\n]*)")

_BLANK_LINE = re.compile(rb"(?:\r\n|\n|\r(?!\n)){2,}")
"""The end of a line and the empty lines that follow it, which end an event."""

_DATA_LINE = re.compile(rb"(?:\A|[\r\n])\xef?\xbb?\xbf?data(?::|[\r\n]|\Z)")

_MOST_APART = 86_400.0
"""Seconds that lie between a request and its events at most. Clocks that do not count from 1970 are further apart."""


def event_messages(
    events: Sequence[RecordedEvent], api: ApiName, date_of: Callable[[float], float]
) -> list[JsonObject]:
    """Return the events of a stream as messages. `date_of` returns the date of a stamp."""
    return [
        {"time": round(date_of(event.at), 6), **_fields(event, api), "data": event.data.decode("utf-8", "replace")}
        for event in events
    ]


def _fields(event: RecordedEvent, api: ApiName) -> JsonObject:
    """Return the name and id that an event has by its fields, not by its data."""
    found = {b"event": b"", b"id": b""}
    for line in framed_lines(event.frame or usual_frame(api, event.name, event.data), event.data):
        if field := _FIELD.match(line):
            found[field[1]] = field[2]
    name, id_ = (value.decode("utf-8", "replace") for value in found.values())
    return {"eventName": name or _DEFAULT_NAME, "eventId": id_}


def timed_pieces(entry: Mapping[str, Any], body: bytes | None, sent: float) -> tuple[TimedBytes, ...] | None:
    """Return the body of an entry in pieces that end with its events, at their times in seconds after `sent`.

    `sent` is the date at which the request was sent. Return None if the entry has no messages with such times, or if
    they are not those of the body. Without a body, it is written anew from the messages, which say nothing of comments.
    Raises `ValueError` in words that follow "it ".
    """
    if MEMBER not in entry:
        return None
    messages = objects(entry, MEMBER)
    times = list(_times(messages, sent))
    pieces = list(map(_framed, messages)) if body is None else _events_of(body)
    if not messages or len(times) != len(pieces):
        return None
    return tuple(map(TimedBytes, times, pieces))


def _times(messages: Sequence[Mapping[str, Any]], sent: float) -> Iterator[float]:
    """Yield when each message arrived, in order; nothing from the first one on whose time is not one."""
    latest = 0.0
    for message in messages:
        time = message.get("time")
        if isinstance(time, bool) or not isinstance(time, int | float):
            return
        if not sent - _MOST_APART < time < sent + _MOST_APART:
            return
        latest = max(latest, time - sent)
        yield latest


def _framed(message: Mapping[str, Any]) -> bytes:
    """Return a message as a server would send it."""
    name, data = text(message, "eventName"), text(message, "data")
    lines = [] if name in ("", _DEFAULT_NAME) else [f"event: {name}"]
    if message.get("eventId"):
        lines.append(f"id: {text(message, 'eventId')}")
    lines += (f"data: {line}" for line in data.split("\n"))
    return "\n".join((*lines, "", "")).encode("utf-8", "surrogatepass")


def _events_of(body: bytes) -> list[bytes]:
    """Return a body in pieces, each of which ends with an event that has data; what follows belongs to the last one."""
    pieces: list[bytes] = []
    start = end = 0
    for blank in _BLANK_LINE.finditer(body):
        if _DATA_LINE.search(body[end : blank.start()]):
            pieces.append(body[start : blank.end()])
            start = blank.end()
        end = blank.end()
    rest = body[start:]
    if _DATA_LINE.search(rest) or not pieces:
        return [*pieces, rest] if rest else pieces
    return [*pieces[:-1], pieces[-1] + rest]
