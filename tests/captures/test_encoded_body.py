"""Compressed files and bodies, and their limits."""

import gzip
import zlib
from pathlib import Path

import pytest

from diptych.captures import capture_file, encoded_body
from diptych.captures.capture_file import read_capture_file
from diptych.captures.encoded_body import decoded_body, decompressed

TEXT = b"data: 1\n\n" * 200


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("gzip, deflate", zlib.compress(gzip.compress(TEXT, mtime=0))),
        ("gzip", TEXT),  # decoded by the program that saved it
        ("br", TEXT),
        ("identity", TEXT),
        ("", TEXT),
    ],
)
def test_a_body_without_its_encodings(encoding: str, body: bytes) -> None:
    assert decoded_body(body, (("Content-Encoding", encoding),)) == TEXT


def test_several_members_and_a_file_that_is_cut_off() -> None:
    assert decompressed(gzip.compress(TEXT) + gzip.compress(b"end")) == TEXT + b"end"
    assert TEXT.startswith(decompressed(gzip.compress(TEXT)[:-12]))


def test_a_compressed_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoded_body, "MOST_BYTES", 2**20)

    with pytest.raises(ValueError, match="decompresses to more than the 1 MiB that Diptych reads"):
        decompressed(gzip.compress(bytes(2**21)))


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture_file, "MOST_BYTES", 2**20)
    (tmp_path / "large").write_bytes(bytes(2**20 + 1))

    with pytest.raises(ValueError, match="is larger than the 1 MiB that Diptych reads"):
        read_capture_file(tmp_path / "large")
