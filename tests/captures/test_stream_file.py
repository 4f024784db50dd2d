"""Event streams that were saved with curl."""

import gzip
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.apis.sse import Decoder
from diptych.captures.asked_model import CaptureHints
from diptych.captures.conversion import calls_in, recording_of
from diptych.captures.stream_file import read_stream_file
from diptych.core.exchange import exchanges
from diptych.core.recording import RecordedEvent, RecordedRun
from diptych.core.timed_body import TimedBytes, timed_body

LINES = st.lists(
    st.sampled_from(
        [b'data: {"a": 1}', b"data: x", b"data:", b"event: y", b": comment", b"", b"id: 7", b"\xef\xbb\xbf"]
    )
    | st.binary(max_size=12)
)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])


def converted(data: bytes) -> RecordedRun:
    """Return the run that is made of a file, taken for Chat Completions."""
    (call,) = calls_in([read_stream_file(data)], CaptureHints("openai-chat", "m", "hi"))
    return recording_of([call], ["left"]).runs[0]


def events(run: RecordedRun) -> list[tuple[str, bytes]]:
    return [(line.name, line.data) for line in run.lines if isinstance(line, RecordedEvent)]


@given(lines=LINES, end=ENDS, cut=st.integers(0, 6))
def test_the_events_are_those_of_the_decoder(lines: list[bytes], end: bytes, cut: int) -> None:
    body = b"data: first" + end + end + end.join(lines)
    body = body[: len(body) - cut] if cut < len(body) - 5 else body
    decoder = Decoder()
    expected = [(event.name, event.data) for event in (*decoder.feed(body), *decoder.end())]

    run = converted(body)
    assert events(run) == expected
    (exchange,) = exchanges(run)
    assert b"".join(piece.data for piece in timed_body(exchange, "openai-chat", keeps_bytes=True)) == body


def test_headers_and_stamps_are_taken_off() -> None:
    capture = read_stream_file(
        b"0.10 HTTP/1.1 200 Connection established\r\n0.10 \r\n0.20 HTTP/2 200 \r\n0.21 request-id: r-1\r\n0.21 \r\n"
        b"0.30 data: 1\n0.30 \n0.50 data: 2\n0.50 \n"
    )

    assert (capture.status, capture.response_headers) == (200, (("request-id", "r-1"),))
    assert capture.headers_at == pytest.approx(0.21)
    assert capture.pieces[0] == TimedBytes(0.3, b"data: 1\n\n")
    assert capture.body == b"data: 1\n\ndata: 2\n\n"
    assert [line.at for line in converted(b"0.3 data: 1\n0.4 \n0.5 data: 2\n0.6 \n").lines[2:]] == [0.4, 0.6]


def test_without_stamps_all_events_have_the_same_time() -> None:
    capture = read_stream_file(b"data: 1\n\ndata: 2\n\n")

    assert not capture.times_known
    assert capture.pieces == (TimedBytes(0.0, b"data: 1\n\ndata: 2\n\n"),)


@pytest.mark.parametrize("is_decoded", [True, False])
def test_a_compressed_body_is_read_whether_curl_has_decompressed_it_or_not(is_decoded: bool) -> None:
    body = b"data: 1\n\n"
    saved = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n" + (body if is_decoded else gzip.compress(body))

    assert read_stream_file(saved).body == body


def test_a_compressed_body_with_stamps_has_the_time_of_its_end() -> None:
    saved = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n" + gzip.compress(b"data: 1\n\n")
    capture = read_stream_file(b"".join(b"0.%d %s" % each for each in enumerate(BytesIO(saved).readlines(), 1)))

    assert [piece.data for piece in capture.pieces] == [b"data: 1\n\n"]
    assert capture.pieces[0].at == capture.ended_at
    assert not capture.times_known


def test_a_compression_that_cannot_be_read_is_named() -> None:
    with pytest.raises(ValueError, match="compressed with br"):
        read_stream_file(b"HTTP/1.1 200 OK\r\ncontent-encoding: br\r\n\r\n" + bytes(range(128, 200)))


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(ValueError, match="is empty"):
        read_stream_file(b"\n \n")
