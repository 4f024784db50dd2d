"""How bodies came as members of JSON objects and back: frames, the ends of pieces, and what followed the last event.

docs/recordings.md describes them. What is read is not trusted: the functions that read raise `ValueError` with words
that follow "it ".
"""

import base64
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from diptych.codec.checked_fields import rounded, seconds, whole
from diptych.core.body_pieces import NO_REST, BodyRest, PieceEnd, PieceEnds
from diptych.core.event import Event
from diptych.core.frame import UNKNOWN_FRAME, Frame, usual_frame
from diptych.core.json_text import JsonObject
from diptych.core.run import Run

# Written


def unusual_frame(run: Run, event: Event) -> Frame:
    """Return the frame of an event; empty where it is the usual one of its API, or not known."""
    frame = event.frame
    if not frame or not run.keeps_bytes:
        return UNKNOWN_FRAME
    api = run.request.settings.endpoint.api
    return UNKNOWN_FRAME if frame == usual_frame(api, event.name, event.data) else frame


def body_members(run: Run, event: Event) -> JsonObject:
    """Return the frame of an event, and the ends of the pieces in its bytes, where they are not the usual ones."""
    members: JsonObject = {}
    if frame := unusual_frame(run, event):
        members["frame"] = frame_value(frame)
    if event.pieces is not None and run.keeps_bytes:
        members["pieces"] = [[rounded(run.stamps.since_t0(at)), size] for at, size in event.pieces]
    return members


def rest_members(run: Run) -> JsonObject:
    """Return what followed the last event of a run's body as the member `rest`, if there is anything."""
    rest = run.rest
    if rest == NO_REST or not run.keeps_bytes:
        return {}
    pieces = [[rounded(run.stamps.since_t0(at)), size] for at, size in rest.pieces]
    return {"rest": {"data": _bytes_value(rest.data), "pieces": pieces}}


def frame_value(frame: Frame) -> list[Any]:
    """Return a frame as a JSON array of its parts."""
    return [_bytes_value(part) for part in frame]


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
    pieces = read_pieces(line["pieces"], lambda at: t0 + at) if "pieces" in line else None
    return frame, pieces


def read_rest(line: Mapping[str, Any], t0: float) -> BodyRest:
    """Return what followed the last event of a body, from the end line of its run."""
    rest = line.get("rest")
    if rest is None:
        return NO_REST
    if not isinstance(rest, dict):
        raise ValueError("has a rest that is not an object")
    return BodyRest(_read_bytes(rest.get("data")), read_pieces(rest.get("pieces"), lambda at: t0 + at))


def read_frame(value: Any) -> Frame:
    """Return the frame that an array stands for."""
    if not isinstance(value, list) or len(value) < 2:
        raise ValueError("has a frame that is not a list of its parts")
    return _shared(tuple(map(_read_bytes, value)))


def read_pieces(value: Any, stamp: Callable[[float], float]) -> PieceEnds:
    """Return the ends of pieces that an array stands for; `stamp` makes a stamp of a number."""
    if not isinstance(value, list):
        raise ValueError("has pieces that are not a list")
    return tuple(_read_end(end, stamp) for end in value)


def _read_end(end: Any, stamp: Callable[[float], float]) -> PieceEnd:
    if not isinstance(end, list) or len(end) != 2:
        raise ValueError("has a piece that is not a time and a size")
    fields = {"at": end[0], "size": end[1]}
    return PieceEnd(stamp(seconds(fields, "at")), whole(fields, "size"))


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
    """Return the same object for the same frame: nearly all events of a stream have one of a few."""
    return frame
