"""Bytes in, server-sent events out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diptych.apis.sse import SIZE_LIMIT, Decoder, ServerSentEvent
from diptych.core.body_pieces import BodyRest, PieceEnd, PieceEnds
from diptych.core.frame import UNKNOWN_FRAME, framed_bytes, framed_lines
from tests.streams.folding import STREAMS


def decode(*chunks: bytes, limit: int = 1000) -> list[ServerSentEvent]:
    """The events of a body that comes in these chunks and ends cleanly, without how they were framed and came."""
    return [event._replace(frame=UNKNOWN_FRAME, pieces=None) for event in decode_with_frames(*chunks, limit=limit)]


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
    "null between events with one newline": (
        b'data: {"a": 1}\ndata: null\ndata: {"b": 2}\n',
        [("", b'{"a": 1}'), ("", b"null"), ("", b'{"b": 2}')],
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
    "an error as a field": (
        b'data: {"a": 1}\n\nerror: {"message": "no"}\n\nError: no\n\n',
        [("", b'{"a": 1}'), ("", b'{"message": "no"}'), ("", b"Error: no")],
    ),
    "a text that ends without a newline": (b"data: 1\n\nno upstream", [("", b"1"), ("", b"no upstream")]),
    "the mark of the end without a newline": (b"data: 1\n\n[DONE]", [("", b"1"), ("", b"[DONE]")]),
    "half a name": (b"data: 1\n\nda", [("", b"1")]),
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
    | st.sampled_from([b"data: 1\n\n", b"event: a\ndata: {}\n\n", b"event: a\ndata: {"])
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


def test_of_an_event_over_the_limit_its_field_is_not_counted_whatever_the_pieces() -> None:
    decoder = Decoder(1000)
    body = [b"event: a\ndata: " + b"x" * 900, b"x" * 2_000, b"x" * 50, b"\n\n"]

    assert [*map(len, map(decoder.feed, body))] == [0, 0, 0, 1]
    assert decode(*body) == [ServerSentEvent("a", b"x" * 1_000, dropped=1_950)] == decode(b"".join(body))


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


# The bytes of a body, and how they came


def put_together(decoder: Decoder, events: list[ServerSentEvent]) -> tuple[bytes, list[tuple[float, int]]]:
    """The body that events and the rest make up, with the stamp and the end of each piece in it."""
    body, ends = b"", list[tuple[float, int]]()
    rest = decoder.rest()
    parts = [(framed_bytes(event.frame, event.data), event.pieces) for event in events]
    for data, pieces in (*parts, (rest.data, rest.pieces)):
        place = len(body)
        body += data
        assert pieces is not None
        for at, size in pieces:
            place += size
            ends.append((at, place))
    return body, ends


def stamped(events: list[ServerSentEvent], at: float) -> list[ServerSentEvent]:
    """Events with the end of the usual piece, where they have that."""
    sizes = [len(framed_bytes(event.frame, event.data)) for event in events]
    return [
        event._replace(pieces=(PieceEnd(at, size),)) if event.pieces is None else event
        for event, size in zip(events, sizes, strict=True)
    ]


def fed(chunks: list[bytes], *, ends: bool, decoder: Decoder) -> list[ServerSentEvent]:
    events: list[ServerSentEvent] = []
    for number, chunk in enumerate(chunks):
        events += stamped(decoder.feed(chunk, float(number)), float(number))
    return events + decoder.end() if ends else events


def check_bytes(chunks: list[bytes], *, ends: bool) -> None:
    decoder = Decoder()
    events = fed(chunks, ends=ends, decoder=decoder)

    body, pieces = put_together(decoder, events)

    assert body == b"".join(chunks)
    lengths = [len(b"".join(chunks[: number + 1])) for number in range(len(chunks))]
    assert pieces == [(float(number), length) for number, length in enumerate(lengths) if chunks[number]]


@given(body=ALMOST_A_STREAM, sizes=st.lists(st.integers(0, 20)), ends=st.booleans())
def test_events_and_the_rest_make_up_the_body_in_the_pieces_in_which_it_came(
    body: bytes, sizes: list[int], ends: bool
) -> None:
    rest, chunks = body, list[bytes]()
    for size in sizes:
        chunks.append(rest[:size])
        rest = rest[size:]

    check_bytes([*chunks, rest], ends=ends)
    check_bytes(one_by_one(body), ends=ends)


@pytest.mark.parametrize("ends", [False, True])
@pytest.mark.parametrize("body", [body for body, _ in EACH_FRAMING.values()], ids=list(EACH_FRAMING))
def test_each_framing_is_kept_byte_for_byte(body: bytes, ends: bool) -> None:
    check_bytes([body], ends=ends)
    check_bytes(one_by_one(body), ends=ends)
    for position in range(len(body)):
        check_bytes([body[:position], body[position:]], ends=ends)


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_whole_stream_is_kept_byte_for_byte(path: Path) -> None:
    body = path.read_bytes()

    check_bytes([body], ends=True)
    check_bytes([body[start : start + 100] for start in range(0, len(body), 100)], ends=True)


def pieces_of(*chunks: bytes) -> list[PieceEnds | None]:
    decoder = Decoder()
    return [event.pieces for at, chunk in enumerate(chunks, 1) for event in decoder.feed(chunk, float(at))]


def test_an_event_that_comes_in_a_piece_of_its_own_needs_no_ends() -> None:
    assert pieces_of(b"data: 1\n\n", b"event: a\r\ndata: 2\r\n\r\n", b"data: 3\n\n") == [None, None, None]


def test_bytes_that_were_dropped_are_counted_in_the_sizes_of_pieces() -> None:
    decoder = Decoder(1000)
    decoder.feed(b"event: a\ndata: " + b"x" * 2_000, 1.0)
    (event,) = decoder.feed(b"x" * 2_000 + b"\n\n", 2.0)

    assert event.pieces == (PieceEnd(1.0, 2_015), PieceEnd(2.0, 2_002))


def test_of_events_in_one_piece_the_last_one_has_its_end() -> None:
    assert pieces_of(b"data: 1\n\ndata: 2\n\n", b": and\ndata: 3\n\ndata: 4\n\n") == [(), None, (), None]


def test_a_piece_that_ends_within_an_event_is_known_to_it() -> None:
    assert pieces_of(b"data: 1\n\nda", b"ta: 2", b"\n\n") == [(), (PieceEnd(1, 2), PieceEnd(2, 5), PieceEnd(3, 2))]


def test_what_does_not_end_a_piece_has_no_end() -> None:
    decoder = Decoder()

    assert [event.pieces for event in decoder.feed(b"data: 1\n\nda")] == [()]
    assert [event.pieces for event in decoder.feed(b"ta: 2\n\n", 1.0)] == [None]


def test_bytes_that_come_at_one_time_are_one_piece() -> None:
    decoder = Decoder()
    decoder.feed(b"da", 1.0)

    assert [event.pieces for event in decoder.feed(b"ta: 1\n\n", 1.0)] == [None]


def test_a_body_byte_by_byte_keeps_a_thousand_ends_for_an_event() -> None:
    body = b"data: " + b"x" * 5_000 + b"\n\n"
    (pieces,) = pieces_of(*one_by_one(body))

    assert pieces is not None
    assert len(pieces) == 1_000
    assert sum(size for _, size in pieces) == len(body)


def test_comments_before_a_silence_are_in_the_rest_with_their_times() -> None:
    decoder = Decoder()
    decoder.feed(b"data: 1\n\n", 1.0)
    for at in (2.0, 3.0):
        decoder.feed(b": ping\n\n", at)
    decoder.feed(b'data: {"ha', 4.0)

    pieces = (PieceEnd(2.0, 8), PieceEnd(3.0, 8), PieceEnd(4.0, 10))
    assert decoder.rest() == BodyRest(b': ping\n\n: ping\n\ndata: {"ha', pieces)


def test_a_secret_in_the_rest_is_not_kept() -> None:
    decoder = Decoder(scrub=lambda line: line.replace(b"secret", b"***"))
    decoder.feed(b": my secret\ndata: secret\ndata: a secret")

    assert decoder.rest().data == b": my ***\ndata: ***\ndata: a ***"


def test_usual_events_are_read_alike_whatever_came_before() -> None:
    usual = b'event: a\ndata: {"b": 1}\n\n'

    first, *others = decode_with_frames(usual, b"\n", usual, b": c\n", usual, usual, usual, usual[:14], usual[14:])

    assert [(event.name, event.data) for event in others] == [(first.name, first.data)] * 5
    assert [event.frame is first.frame for event in others] == [False, False, True, True, True]
