"""The start of a body shows whether it is an event stream, or JSON or HTML instead."""

import pytest

from diptych.apis.anthropic_messages import AnthropicMessages
from diptych.apis.other_bodies import first_byte, is_other_body, json_of


@pytest.mark.parametrize(
    ("start", "is_other"),
    [
        (b'\xef\xbb\xbf \n{"error": 1', True),
        (b"<html>", True),
        (b"[1]", True),
        (b"event: ping\n", False),
        (b'{"type": "message_stop"}\n', False),
        (b"", False),
    ],
)
def test_json_and_html_are_not_a_stream(start: bytes, *, is_other: bool) -> None:
    assert is_other_body(start, AnthropicMessages()) is is_other


def test_white_space_says_nothing_about_the_form() -> None:
    assert first_byte(b" \r\n") == b""


@pytest.mark.parametrize("end", [b"", b"\n\n", b"[DONE]", b"\n\ndata: [DONE]\n\n", b"data:[DONE]"])
def test_a_whole_answer_may_end_like_a_stream(end: bytes) -> None:
    assert json_of(b' {"a": 1}' + end) == b'{"a": 1}'
