"""The bytes of an answer, and the headers that are not true any more."""

import pytest

from diptych.serving.timed_answer import ResponseOptions, TimedAnswer, chunks, header_lines

_KEPT = ResponseOptions(knows_chunks=True, wants_body=True, keeps_alive=True)


def _stream(**more: object) -> TimedAnswer:
    writes, delays = chunks([(0.3, b"one"), (0.2, b""), (0.2, b"two")])
    return TimedAnswer(200, b"x: y\r\n", 0.1, writes, delays, "clean", 0.5, is_chunked=True)


def test_a_stream_is_sent_in_chunks_none_before_the_one_it_follows() -> None:
    writes, delays = _stream().schedule(_KEPT)

    head = b"HTTP/1.1 200 OK\r\nx: y\r\ntransfer-encoding: chunked\r\n\r\n"
    assert list(writes) == [head, b"3\r\none\r\n", b"3\r\ntwo\r\n", b"0\r\n\r\n"]
    assert list(delays) == [0.1, 0.3, 0.3, 0.5]
    assert _stream().body == b"onetwo"


def test_a_client_without_chunks_gets_the_bytes_until_the_connection_is_closed() -> None:
    writes, _ = _stream().schedule(ResponseOptions(knows_chunks=False, wants_body=True, keeps_alive=False))

    assert list(writes) == [b"HTTP/1.1 200 OK\r\nx: y\r\nconnection: close\r\n\r\n", b"one", b"two"]


def test_a_client_that_wants_no_body_gets_the_head() -> None:
    answer = TimedAnswer(404, b"", 0.0, (b"sorry",), (0.0,), "clean", 0.0)

    writes, delays = answer.schedule(ResponseOptions(knows_chunks=True, wants_body=False, keeps_alive=True))

    assert (list(writes), list(delays)) == ([b"HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\n"], [0.0])


@pytest.mark.parametrize(
    ("status", "line"), [(599, b"HTTP/1.1 599 \r\ncontent-length: 0\r\n"), (204, b"HTTP/1.1 204 No Content\r\n\r\n")]
)
def test_odd_statuses(status: int, line: bytes) -> None:
    writes, _ = TimedAnswer(status, b"", 0.0, (), (), "clean", 0.0).schedule(_KEPT)
    assert writes[0].startswith(line)


def test_clients_that_ask_in_the_same_way_share_what_is_sent() -> None:
    stream = _stream()
    assert stream.schedule(_KEPT) is stream.schedule(ResponseOptions(True, True, True))
    assert stream.schedule(_KEPT) is not stream.schedule(_KEPT._replace(keeps_alive=False))


def test_no_answer_is_nothing() -> None:
    assert TimedAnswer(None, b"", 0.0, (), (), "lost", 1.0).schedule(_KEPT) == ((), ())


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (("retry-after", "2"), b"retry-after: 2\r\n"),
        (("X-Name", "café"), "X-Name: café\r\n".encode()),
        (("Transfer-Encoding", "chunked"), b""),
        (("Content-Length", "3"), b""),
        (("Connection", "keep-alive"), b""),
        (("alt-svc", 'h3=":443"'), b""),
        (("set-cookie", "[redacted]"), b""),
        (("x-echo", "Bearer [redacted]"), b""),
        (("content-encoding", "gzip"), b""),
        (("content-encoding", "br"), b"content-encoding: br\r\n"),
        (("x-split", "a\r\nevil: 1"), b""),
        (("x y", "a"), b""),
    ],
)
def test_headers(header: tuple[str, str], line: bytes) -> None:
    assert header_lines((header,), redacted="[redacted]") == line
