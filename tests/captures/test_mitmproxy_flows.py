"""Flows that mitmproxy 11.0.2 has saved, with its own reader where it is installed: `uv run --with mitmproxy`."""

import shutil
from pathlib import Path

import pytest

from diptych.captures import mitmproxy_flows
from diptych.captures.capture_formats import read_captures, recognized_format
from diptych.captures.mitmproxy_flows import read_flows
from tests.streams.folding import stream

FLOWS = (Path(__file__).parent / "stream.flows").read_bytes()
"""Three exchanges through a proxy: a request that it could not pass on, and two answered ones."""

needs_mitmdump = pytest.mark.skipif(shutil.which("mitmdump") is None, reason="mitmdump is not installed")


@needs_mitmdump
def test_flows_are_read_by_mitmproxy() -> None:
    captures = read_captures(FLOWS, recognized_format(FLOWS), pytest.fail)

    assert [(capture.status, capture.ending) for capture in captures] == [
        (None, "lost"),
        (200, "clean"),
        (200, "clean"),
    ]
    assert captures[0].error
    capture = captures[1]
    assert capture.url == "http://127.0.0.1:9921/v1/messages?key=abcdefghijklmnop"
    assert b"Was ist ein Diptychon?" in capture.request_body
    assert capture.body == stream("anthropic-messages", "text")  # UTF-8, although the headers name no charset
    assert capture.headers_at is not None
    assert capture.ended_at is not None
    assert 0 < capture.headers_at < capture.ended_at < 1
    assert not capture.times_known
    assert capture.place == "flow 2"


@needs_mitmdump
def test_damaged_flows_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be read by mitmdump"):
        list(read_flows(b"1527:9:websocket;" + b"x" * 100, pytest.fail))


@needs_mitmdump
def test_flows_that_are_cut_off_are_read_up_to_there() -> None:
    told: list[str] = []

    assert len(list(read_flows(FLOWS[:-20], told.append))) == 2
    assert told[0].startswith("is damaged, and was read up to there")


def test_without_mitmproxy_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mitmproxy_flows, "_mitmdump", lambda: None)

    assert recognized_format(FLOWS) == "mitmproxy"
    with pytest.raises(ValueError, match="which its program mitmdump reads: install it"):
        list(read_flows(FLOWS, pytest.fail))
