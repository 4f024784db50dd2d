"""How the format of a capture is recognized."""

import pytest

from diptych.captures.capture_formats import Format, recognized_format


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"log": {"entries": []}}', "har"),
        (b'\xef\xbb\xbf\n{\n  "log": {"entries": [', "har"),  # cut off, which its reader says
        (b'{"comment": "", "log": {}}', "har"),
        (b'{"version": 1, "interactions": []}', "vcr"),
        (b'{"http_interactions": []}', "vcr"),
        (b"interactions:\n", "vcr"),
        (b"---\n# made by hand\nhttp_interactions:\n", "vcr"),
        (b"version: 1\ninteractions: []", "vcr"),
        (b"1527:9:websocket;0:~", "mitmproxy"),
        (b"data: 1\n\n", "sse"),
        (b"event: version:\n", "sse"),
        (b'{"error": {"message": "no"}}', "sse"),
        (b'{"error"', "sse"),
        (b"0.5 data: 1\n", "sse"),
        (b"", "sse"),
        (b"\n" * 10_000, "sse"),
    ],
)
def test_the_format_is_recognized(data: bytes, expected: Format) -> None:
    assert recognized_format(data) == expected


def test_a_recording_is_not_a_capture() -> None:
    with pytest.raises(ValueError, match="is a recording of Diptych already"):
        recognized_format(b'{"format": "diptych recording", "version": 4}\n{}\n')
