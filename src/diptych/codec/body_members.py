"""The bytes of a body as JSON and back: the frames of events, the ends of pieces, and what followed the last event.

docs/reference/recordings.md describes the format. What is read is not trusted: the functions that read raise
`ValueError` with words that follow "it ".
"""

import base64
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from diptych.codec.checked_fields import rounded, seconds, whole
from diptych.core.body_pieces import NO_REST, BodyRest, PieceEnd, PieceEnds
from diptych.core.event import Event
from diptych.core.frame import UNKNOWN_FRAME, Frame, is_usual
from diptych.core.json_text import JsonObject, to_json
from diptych.core.run import Run

Time = Callable[[float], float | None]
"""Returns a stamp as seconds since t0, or since the round began."""

_SHORT = 1_000
"""The most bytes of a frame that is cached. Nearly all events of a stream have one of a few short frames."""

# Written


def unusual_frame(run: Run, event: Event) -> Frame:
    """Return the frame of an event; empty where it is the usual one of its API, or not known."""
    frame = event.frame
    if not frame or is_usual(frame, run.request.settings.endpoint.api, event.name) or not run.keeps_bytes:
        return UNKNOWN_FRAME
    return frame


def body_members(run: Run, event: Event) -> JsonObject:
    """Return the frame of an event, and the ends of the pieces in its bytes, where they are not the usual ones."""
    members: JsonObject = {}
    if frame := unusual_frame(run, event):
        members["frame"] = _frame_value(frame)
    if event.pieces is not None and run.keeps_bytes:
        members["pieces"] = pieces_value(event.pieces, run.stamps.since_t0)
    return members


def rest_members(run: Run) -> JsonObject:
    """Return what followed the last event of a run's body as the member `rest`, if there is anything."""
    value = rest_value(run, run.stamps.since_t0)
    return {} if value is None else {"rest": value}


def rest_value(run: Run, time: Time) -> JsonObject | None:
    """Return what followed the last event of a run's body; None if nothing did."""
    rest = run.rest
    if rest == NO_REST or not run.keeps_bytes:
        return None
    return {"data": _bytes_value(rest.data), "pieces": pieces_value(rest.pieces, time)}


def pieces_value(pieces: PieceEnds, time: Time) -> list[Any]:
    """Return the ends of pieces as a JSON array."""
    return [[rounded(time(at)), size] for at, size in pieces]


def frame_text(frame: Frame) -> str:
    """Return a frame as the text of a JSON array."""
    return _short_text(frame) if _is_short(frame) else to_json(_frame_value(frame))


@lru_cache(maxsize=200)
def _short_text(frame: Frame) -> str:
    return to_json(_frame_value(frame))


def _frame_value(frame: Frame) -> list[Any]:
    return [_bytes_value(part) for part in frame]


def _is_short(frame: Frame) -> bool:
    return sum(map(len, frame)) <= _SHORT


def _bytes_value(data: bytes) -> Any:
    """Return bytes as a text, or as an object with their Base64 if they are not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}


# Read


def read_body_members(line: Mapping[str, Any], t0: float) -> tuple[Frame, PieceEnds | None]:
    """Return the frame of an event's line, empty where it has none, and the ends of the pieces, None without them."""
    frame = read_frame(line["frame"]) if "frame" in line else UNKNOWN_FRAME
    return frame, read_pieces(line["pieces"], t0) if "pieces" in line else None


def read_rest(fields: Mapping[str, Any], zero: float) -> BodyRest:
    """Return what followed the last event of a body, by the member `rest`, whose times count from `zero`."""
    rest = fields.get("rest")
    if rest is None:
        return NO_REST
    if not isinstance(rest, dict):
        raise ValueError("has a rest that is not an object")
    return BodyRest(_read_bytes(rest.get("data")), read_pieces(rest.get("pieces"), zero))


def read_frame(value: Any) -> Frame:
    """Return the frame that an array stands for."""
    if not isinstance(value, list) or len(value) < 2:
        raise ValueError("has a frame that is not a list of its parts")
    frame = tuple(map(_read_bytes, value))
    return _shared(frame) if _is_short(frame) else frame


def read_pieces(value: Any, zero: float) -> PieceEnds:
    """Return the ends of pieces that an array stands for, whose times count from `zero`."""
    if not isinstance(value, list):
        raise ValueError("has pieces that are not a list")
    return tuple(_read_end(end, zero) for end in value)


def _read_end(end: Any, zero: float) -> PieceEnd:
    if not isinstance(end, list) or len(end) != 2:
        raise ValueError("has a piece that is not a time and a size")
    fields = {"at": end[0], "size": end[1]}
    return PieceEnd(zero + seconds(fields, "at"), whole(fields, "size"))


def _read_bytes(value: Any) -> bytes:
    encoded = value.get("base64") if isinstance(value, dict) else None
    try:
        if isinstance(encoded, str):
            return base64.b64decode(encoded, validate=True)
        if isinstance(value, str):
            return value.encode()
    except ValueError:
        pass
    raise ValueError("has bytes that are neither a text nor Base64")


@lru_cache(maxsize=200)
def _shared(frame: Frame) -> Frame:
    """Return the same object for equal frames."""
    return frame
