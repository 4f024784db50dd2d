"""Bytes in, server-sent events out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.apis.sse import SIZE_LIMIT, Decoder, ServerSentEvent
from diptych.core.frame import UNKNOWN_FRAME, framed_lines
from tests.streams.folding import STREAMS


def decode(*chunks: bytes, limit: int = 1000) -> list[ServerSentEvent]:
    """The events of a body that comes in these chunks and ends cleanly, without how they were framed."""
    return [event._replace(frame=UNKNOWN_FRAME) for event in decode_with_frames(*chunks, limit=limit)]


def decode_with_frames(*chunks: bytes, limit: int = SIZE_LIMIT) -> list[ServerSentEvent]:
    decoder = Decoder(limit)
    return [event for chunk in chunks for event in decoder.feed(chunk)] + decoder.end()


def one_by_one(body: bytes) -> list[bytes]:
    return [body[position : position + 1] for position in range(len(body))]


EACH_FRAMING: dict[str, tuple[bytes, list[tuple[str, bytes]]]] = {
    "line feeds": (b"event: ping\ndata: {}\n\n", [("ping", b"{}")]),
    "carriage returns": (b"event: ping\rdata: {}\r\r", [("ping", b"{}")]),
    "both": (b"event: ping\r\ndata: {}\r\n\r\n", [("ping", b"{}")]),
    "mixed": (b"event: ping\rdata: {}\n\r\ndata: 2\r\r\n", [("ping", b"{}"), ("", b"2")]),
    "a byte-order mark": (b"\xef\xbb\xbfdata: 1\n\n", [("", b"1")]),
    "a byte-order mark at any line": (
        b"data: 1\n\n\xef\xbb\xbfdata: 2\n\ndata: 3\n\n",
        [("", b"1"), ("", b"2"), ("", b"3")],
    ),
    "a byte-order mark before a blank line": (b"\xef\xbb\xbf\ndata: 1\n\n", [("", b"1")]),
    "comments": (b": hello\ndata: 1\n:\n\n: bye\n\n", [("", b"1")]),
    "no space after the colon": (b"event:ping\ndata:1\n\n", [("ping", b"1")]),
    "two spaces after the colon": (b"data:  1\n\n", [("", b" 1")]),
    "colons in the value": (b"data: a:b\n\n", [("", b"a:b")]),
    "several data lines": (b"data: 1\ndata\ndata: 2\n\n", [("", b"1\n\n2")]),
    "a name on another line than usual": (b"data: 1\nevent: late\n\n", [("late", b"1")]),
    "the last name counts": (b"event: one\nevent: two\ndata: 1\n\n", [("two", b"1")]),
    "data without a value": (b"data\n\ndata:\n\n", [("", b""), ("", b"")]),
    "a name without data": (b"event: ping\n\n", [("ping", b"")]),
    "a name says nothing of the next event": (b"event: a\ndata: 1\n\ndata: 2\n\n", [("a", b"1"), ("", b"2")]),
    "id, retry and unknown fields": (b"id: 1\nretry: 5\nfoo: 2\ndatax: 3\ndata: 5\n\n", [("", b"5")]),
    "white space before a line": (b" \n data: 4\n\tdata: 5\n\n", [("", b"4\n5")]),
    "one newline after each event": (
        b'data: {"a": 1}\ndata: {"b": 2}\ndata: [DONE]\n',
        [("", b'{"a": 1}'), ("", b'{"b": 2}'), ("", b"[DONE]")],
    ),
    "one newline after each event with a name": (
        b'event: a\ndata: {"a": 1}\nevent: b\ndata: {"b": 2}\n',
        [("a", b'{"a": 1}'), ("b", b'{"b": 2}')],
    ),
    "a JSON document on several lines": (b'data: {"a":\ndata: {"b": 2}}\n\n', [("", b'{"a":\n{"b": 2}}')]),
    "two documents on one line are none": (b'data: {"a": 1}{"b": 2}\n\n', [("", b'{"a": 1}{"b": 2}')]),
    "framed twice": (b'data: data: {"a": 1}\n\ndata: data: [DONE]\n\n', [("", b'{"a": 1}'), ("", b"[DONE]")]),
    "framed twice, line by line": (
        b'data: event: ping\n\ndata: data: {"a": 1}\n\ndata: \n\n',
        [("ping", b'{"a": 1}'), ("", b"")],
    ),
    "framed ten times": (b"data:" * 10 + b'{"a": 1}\n\n', [("", b'{"a": 1}')]),
    "a document that is not framed": (
        b'data: {"a": 1}\n\n{"error": {"message": "no"}}\ndata: {"b": 2}\n\n',
        [("", b'{"a": 1}'), ("", b'{"error": {"message": "no"}}'), ("", b'{"b": 2}')],
    ),
    "a page in the middle": (
        b"data: 1\n\n<html>\n<b>502</b>\n\ndata: 2\n\n",
        [("", b"1"), ("", b"<html>\n<b>502</b>"), ("", b"2")],
    ),
    "a damaged field": (b'dta: {"a": 1}\n\n', [("", b'dta: {"a": 1}')]),
    "blank lines": (b"\n\n\r\n\r\rdata: 1\n\n\n\n", [("", b"1")]),
    "an unterminated last block": (b"data: 1\n\nevent: last\ndata: 2\n", [("", b"1"), ("last", b"2")]),
    "an unterminated last line": (b'data: 1\n\ndata: {"cut', [("", b"1"), ("", b'{"cut')]),
    "bad UTF-8, byte for byte": (b"event: \xff\ndata: \xff\x85\x0b\n\n", [("�", b"\xff\x85\x0b")]),
    "other Unicode line ends are text": ("data: a\u2028b\x0bc\x85\n\n".encode(), [("", "a\u2028b\x0bc\x85".encode())]),
    "nothing": (b"", []),
}


@pytest.mark.parametrize(("body", "expected"), EACH_FRAMING.values(), ids=EACH_FRAMING)
def test_each_framing_split_at_every_byte(body: bytes, expected: list[tuple[str, bytes]]) -> None:
    events = [ServerSentEvent(name, data) for name, data in expected]

    assert decode(body) == events
    assert decode(*one_by_one(body)) == events
    for position in range(len(body)):
        assert decode(body[:position], b"", body[position:]) == events


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_whole_stream_split_at_every_byte(path: Path) -> None:
    body = path.read_bytes()
    whole = decode(body, limit=100_000)

    assert len(whole) >= 3
    assert decode(*one_by_one(body), limit=100_000) == whole


ALMOST_A_STREAM = st.lists(
    st.sampled_from([b"data", b"event", b":", b" ", b"\r", b"\n", b"\r\n", b"x" * 9, b"\xef\xbb\xbf", b"\xff", b"{}"])
    | st.binary(max_size=4)
).map(b"".join)


@given(body=ALMOST_A_STREAM, sizes=st.lists(st.integers(0, 20)), limit=st.integers(1, 24) | st.just(1000))
def test_any_bytes_in_any_chunks_give_the_same_events(body: bytes, sizes: list[int], limit: int) -> None:
    whole = decode(body, limit=limit)

    rest, chunks = body, []
    for size in sizes:
        chunks.append(rest[:size])
        rest = rest[size:]

    assert decode(*chunks, rest, limit=limit) == whole
    assert decode(*one_by_one(body), limit=limit) == whole
    assert all(len(event.data) <= limit for event in whole)


def test_comments_are_counted_as_signs_of_life() -> None:
    decoder = Decoder()

    assert decoder.feed(b": PROCESSING\n\n: PROCESSING\n\n:\n") == []
    assert decoder.comments == 3


@pytest.mark.parametrize("chunk_size", [1, 7, 64, 1000])
def test_an_event_over_the_limit_is_cut_and_the_stream_goes_on(chunk_size: int) -> None:
    body = b"event: big\ndata: 0123456789abcdef\ndata: more\nid: x\n\nevent: small\ndata: 1\n\n"
    chunks = [body[start : start + chunk_size] for start in range(0, len(body), chunk_size)]

    big, small = decode(*chunks, limit=10)

    assert big == ServerSentEvent("big", b"0123456789", dropped=len("abcdef\nmore"))
    assert small == ServerSentEvent("small", b"1")


def test_an_event_of_exactly_the_limit_is_whole() -> None:
    assert decode(*one_by_one(b"data: 0123456789\n\n"), limit=10) == [ServerSentEvent("", b"0123456789")]
    assert decode(b"data: 01234\ndata: 6789\n\n", limit=10) == [ServerSentEvent("", b"01234\n6789")]


def test_what_is_over_the_limit_without_being_data_costs_no_event() -> None:
    comment = b": " + b"x" * 100 + b"\n"

    assert decode(*one_by_one(comment + b"data: 1\n\n"), limit=10) == [ServerSentEvent("", b"1")]


def test_a_megabyte_byte_by_byte() -> None:
    body = b"data: " + b"x" * 1_000_000 + b"\n\n"

    (event,) = decode(*one_by_one(body), limit=2_000_000)

    assert len(event.data) == 1_000_000


def test_lines_that_only_look_like_documents_are_looked_at_once() -> None:
    lines = b'data: {"\n' + b"data: {}\n" * 20_000

    (event,) = decode(*lines.splitlines(keepends=True), b"\n", limit=1_000_000)
    assert event.data.count(b"\n") == 20_000


FRAMED = b"""\
: PROCESSING

: again

id: 7
event: delta
data: {"a":1,
data:"b":2}
retry: 10

data: x
event: y
foo: bar

data: data: {"twice": 1}
{"bare": 1}

data

: after the last event
"""


def test_an_event_is_shown_as_it_was_framed() -> None:
    for chunks in ([FRAMED], one_by_one(FRAMED)):
        events = decode_with_frames(*chunks)

        assert [b"\n".join(framed_lines(event.frame, event.data)).decode() for event in events] == [
            ': PROCESSING\n\n: again\n\nid: 7\nevent: delta\ndata: {"a":1,\ndata:"b":2}\nretry: 10',
            "data: x\nevent: y\nfoo: bar",
            'data: data: {"twice": 1}',
            '{"bare": 1}',
            "data",
        ]


def test_frames_of_one_form_are_kept_once() -> None:
    first, second, third = decode_with_frames(b"event: a\ndata: 1\n\nevent: a\ndata: 2\n\nevent: b\ndata: 3\n\n")

    assert first.frame is second.frame
    assert first.frame is not third.frame


def test_a_secret_in_a_comment_is_not_kept() -> None:
    decoder = Decoder(scrub=lambda line: line.replace(b"secret", b"***"))

    (event,) = decoder.feed(b": my secret\nid: secret\ndata: 1\n\n")

    assert list(framed_lines(event.frame, event.data)) == [b": my ***", b"id: ***", b"data: 1"]
