"""Bodies that are no event stream are read in bounded memory and time."""

import gzip
import zlib

import pytest

from diptych.core.event import ResponseBegan
from diptych.core.run import Run
from tests.support.answers import Answer, End
from tests.support.asking import notes, play, text
from tests.support.streams import chat

MIB = 1024 * 1024
BOMB = gzip.compress(b"x" * 64 * MIB)


def body(run: Run) -> bytes:
    return next(line.body for line in run.lines if isinstance(line, ResponseBegan))


def test_a_mebibyte_of_an_error_is_read_once_decompressed() -> None:
    run = play(Answer([BOMB], 400, {"content-encoding": "gzip"}))

    assert body(run) == b"x" * MIB
    assert notes(run) == ["request", "response 400", "failed: http"]


def test_a_bomb_within_a_bomb_is_read_no_further() -> None:
    run = play(Answer([gzip.compress(BOMB)], 400, {"content-encoding": "gzip, gzip"}))

    assert body(run) == b"x" * MIB


@pytest.mark.parametrize("end", ["hang", "drop", "reset"])
def test_an_error_whose_body_does_not_come_is_told_all_the_same(end: End) -> None:
    run = play(Answer([b'{"error": {"message": "No such '], 404, end=end))

    assert body(run) == b'{"error": {"message": "No such '
    assert notes(run)[-1] == "failed: http"
    assert run.stamps.timing().end == pytest.approx(5.0 if end == "hang" else 0.0)


def test_an_error_that_is_compressed_badly_is_told_as_far_as_it_can_be_read() -> None:
    run = play(Answer([b"no gzip"], 404, {"content-encoding": "gzip"}))

    assert (body(run), notes(run)[-1]) == (b"", "failed: http")


def test_an_error_in_an_unknown_compression_is_not_quoted() -> None:
    run = play(Answer([b"\x1b\x00gibberish"], 404, {"content-encoding": "br"}))

    assert run.failure is not None
    assert "gibberish" not in run.failure.message


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "GZIP", "identity", "identity, gzip"])
def test_a_compressed_stream_is_read_although_none_was_requested(encoding: str) -> None:
    whole = b"".join(chat("hi"))
    packed = {"deflate": zlib.compress(whole), "identity": whole}.get(encoding, gzip.compress(whole))

    run = play(Answer([packed[:20], packed[20:]], headers={"content-encoding": encoding}))

    assert (run.state, text(run)) == ("complete", "hi")


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, br", "x\x1b"])
def test_a_stream_in_an_unknown_compression_is_refused(encoding: str) -> None:
    run = play(Answer([b"gibberish"], headers={"content-encoding": encoding}))

    assert notes(run) == ["request", "response 200", "failed: response"]
    assert run.failure is not None
    assert run.failure.message.startswith("The server sent its answer compressed (")
    assert "\x1b" not in run.failure.message


def test_a_stream_that_is_compressed_badly_fails_and_keeps_what_came() -> None:
    packed = zlib.compressobj(wbits=31)
    good = packed.compress(b"".join(chat("hi")[:2])) + packed.flush(zlib.Z_FULL_FLUSH)

    run = play(Answer([good, b"\xff" * 100], headers={"content-encoding": "gzip"}))

    assert (run.state, text(run)) == ("failed", "hi")
    assert run.failure is not None
    assert "sent a compressed body that cannot be decompressed, after 2 events" in run.failure.message


def test_a_page_is_told_although_the_rest_of_it_does_not_come() -> None:
    run = play(Answer([b'{"error": "Not here'], end="hang"))

    assert notes(run)[-1] == "failed: response"
    assert run.stamps.timing().end == pytest.approx(5.0)
