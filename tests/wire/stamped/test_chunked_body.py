"""The framing of a chunked body is taken off wherever reads cut it, and what is not plain is left as it is."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.wire.stamped.chunked_body import ChunkedBody

NOT_PLAIN = [
    b"0\r\n\r\n",
    b"0\r\nx-trailer: 1\r\n\r\n",
    b"5;name=value\r\nhello\r\n",
    b"zz\r\n",
    b"123456789\r\n",
    b"\n",
]


def framed(*contents: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(content), content) for content in contents)


def cut(data: bytes, at: list[int]) -> list[bytes]:
    ends = [0, *sorted(place % (len(data) + 1) for place in at), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(ends)]


@given(
    st.lists(st.binary(min_size=1, max_size=40), max_size=6),
    st.lists(st.integers(min_value=0), max_size=8),
    st.sampled_from(NOT_PLAIN),
)
def test_whatever_reads_cut_the_content_is_the_same_and_the_rest_is_kept(
    contents: list[bytes], places: list[int], rest: bytes
) -> None:
    body, read = ChunkedBody(), b""
    pieces = iter(cut(framed(*contents) + rest, places))
    for piece in pieces:
        read += body.feed(piece)
        if not body.is_plain:
            break

    assert read == b"".join(contents)
    assert not body.is_plain
    assert body.rest + b"".join(pieces) == rest


def test_content_is_handed_out_before_its_chunk_is_whole() -> None:
    body = ChunkedBody()
    pieces = (b"5\r", b"\nhe", b"llo\r", b"\n1\r\n", b"!")

    assert [body.feed(piece) for piece in pieces] == [b"", b"he", b"llo", b"", b"!"]


@pytest.mark.parametrize(
    ("pieces", "found", "expected"),
    [
        ([b"2\r\nhi!\n"], b"!\n", b"\r\n"),
        ([b"2\r\nhi", b"!"], b"!", b"\r\n"),
        ([b"2\r\nhi\r", b"!"], b"!", b"\n"),
    ],
)
def test_a_chunk_that_goes_on_after_its_end(pieces: list[bytes], found: bytes, expected: bytes) -> None:
    body = ChunkedBody()

    assert b"".join(body.feed(piece) for piece in pieces) == b"hi"
    assert not body.is_plain
    assert body.error == f"malformed chunk footer: {bytearray(found)!r} (expected {expected!r})"
