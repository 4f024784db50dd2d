"""Frames, pieces and the rest of a body as JSON: left out where they are usual, checked where they are read."""

import json
from typing import Any

import pytest

from diptych.codec.body_members import body_members, frame_text, read_body_members, read_frame, read_rest, rest_members
from diptych.core.body_pieces import NO_REST, BodyRest, PieceEnd
from diptych.core.event import Event
from diptych.core.frame import Frame, usual_frame
from tests.store.rounds import BEGAN, new_run, sent


def an_event(**more: Any) -> Event:
    return Event(BEGAN + 1.5, 1, "chunk", b"{}", (), **more)


def test_what_is_usual_is_left_out() -> None:
    run = new_run()
    sent(run)

    assert body_members(run, an_event()) == {}
    assert body_members(run, an_event(frame=usual_frame("openai-chat", "chunk", b"{}"))) == {}
    assert rest_members(run) == {}
    assert read_body_members({}, 0.0) == ((), None)
    assert read_rest({}, 0.0) is NO_REST


def test_what_is_not_usual_comes_back() -> None:
    run = new_run()
    sent(run, at=0.5)
    frame: Frame = (b": \xff\n", b"data: ", b"\r\n\r\n")
    event = an_event(frame=frame, pieces=(PieceEnd(BEGAN + 1.25, 3), PieceEnd(BEGAN + 1.5, 9)))
    run.rest = BodyRest(b": \xfe", (PieceEnd(BEGAN + 2.5, 3),))

    written, rest = body_members(run, event), rest_members(run)

    assert written == {
        "frame": [{"base64": "OiD/Cg=="}, "data: ", "\r\n\r\n"],
        "pieces": [[0.75, 3], [1.0, 9]],
    }
    assert rest == {"rest": {"data": {"base64": "OiD+"}, "pieces": [[2.0, 3]]}}
    assert read_body_members(written, BEGAN + 0.5) == (frame, event.pieces)
    assert read_body_members(written, 0.0)[0] is read_body_members(written, 0.0)[0]
    assert read_rest(rest, BEGAN + 0.5) == run.rest


def test_long_frames_come_back() -> None:
    frame: Frame = (b":" + b"x" * 5_000, b"\n\n")

    assert read_frame(json.loads(frame_text(frame))) == frame
    assert read_frame(json.loads(frame_text(frame[1:] * 2))) == frame[1:] * 2


def test_what_an_older_version_did_not_keep_is_not_made_up() -> None:
    run = new_run()
    sent(run)
    run.keeps_bytes = False
    run.rest = BodyRest(b":")

    assert body_members(run, an_event(frame=(b"data:", b"\n\n"), pieces=())) == {}
    assert rest_members(run) == {}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"frame": "data: "}, "has a frame that is not a list of its parts"),
        ({"frame": ["data: "]}, "has a frame that is not a list of its parts"),
        ({"frame": ["data: ", 7]}, "has bytes that are neither a text nor Base64"),
        ({"frame": ["data: ", {"base64": "?"}]}, "has bytes that are neither a text nor Base64"),
        ({"frame": ["data: ", {}]}, "has bytes that are neither a text nor Base64"),
        ({"frame": ["data: ", "\ud800"]}, "has bytes that are neither a text nor Base64"),
        ({"pieces": None}, "has pieces that are not a list"),
        ({"pieces": [7]}, "has a piece that is not a time and a size"),
        ({"pieces": [[1.0]]}, "has a piece that is not a time and a size"),
        ({"pieces": [["1", 1]]}, "has no time as at"),
        ({"pieces": [[1.0, -1]]}, "has no whole number as size"),
    ],
)
def test_a_damaged_event_is_refused(line: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        read_body_members(line, 0.0)


@pytest.mark.parametrize(
    ("rest", "problem"),
    [
        ("bye", "has a rest that is not an object"),
        ({"pieces": []}, "has bytes that are neither a text nor Base64"),
        ({"data": "bye"}, "has pieces that are not a list"),
    ],
)
def test_a_damaged_rest_is_refused(rest: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        read_rest({"rest": rest}, 0.0)
