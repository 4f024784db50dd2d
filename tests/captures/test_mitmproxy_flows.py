"""Flows that mitmproxy 11.0.2 has saved, with its own reader where it is installed: `uv run --with mitmproxy`."""

import shutil
from pathlib import Path
from unittest.mock import Mock

import pytest

from diptych.captures import mitmproxy_addon, mitmproxy_flows
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
def test_an_answer_that_broke_off_is_read_once() -> None:
    lost = (Path(__file__).parent / "lost.flows").read_bytes()

    captures = list(read_flows(lost, pytest.fail))

    assert [(capture.status, capture.ending) for capture in captures] == [(200, "lost")]
    assert "peer closed connection" in captures[0].error


def test_an_answer_that_broke_off_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As above, without mitmproxy: it calls both hooks for such a flow."""
    monkeypatch.setenv("DIPTYCH_EXCHANGES", str(tmp_path / "exchanges"))
    flow = Mock(error=Mock(msg="peer closed connection"))
    flow.request.headers.items.return_value = flow.response.headers.items.return_value = []
    flow.request.get_content.return_value = flow.response.get_content.return_value = b""
    for times in flow.request, flow.response, flow.server_conn:
        times.configure_mock(timestamp_start=1.0, timestamp_end=2.0, timestamp_tls_setup=None, timestamp_tcp_setup=1.0)
    flow.configure_mock(**{"request.method": "POST", "request.pretty_url": "http://a/", "response.status_code": 200})

    mitmproxy_addon.response(flow)
    mitmproxy_addon.error(flow)

    assert len((tmp_path / "exchanges").read_text().splitlines()) == 1


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
