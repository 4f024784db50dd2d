"""How httpcore2 is given the head of a response, and nothing of its body with it."""

from collections.abc import Sequence

import pytest

from diptych.wire.stamped.piece import Piece
from diptych.wire.stamped.stamped_stream import StampedStream


class Planned(StampedStream):
    """Receives what was planned."""

    def __init__(self, *pieces: bytes) -> None:
        super().__init__()
        self.planned = [Piece(data, float(at), float(at), is_exact=True) for at, data in enumerate(pieces)]
        self.sent = b""

    async def receive(self) -> Sequence[Piece]:
        return [self.planned.pop(0)] if self.planned else []

    async def send(self, data: bytes) -> None:
        self.sent += data


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
REQUEST = b"GET / HTTP/1.1\r\n\r\n"


async def asked(stream: Planned) -> Planned:
    await stream.write(REQUEST)
    await stream.write(b"")
    return stream


@pytest.mark.parametrize("cut", range(1, len(HEAD) + 5))
async def test_wherever_reads_cut_it_the_head_is_read_without_the_body(cut: int) -> None:
    whole = HEAD + b"data: 1\n\ndata: 2\n\n"
    stream = await asked(Planned(whole[:cut], whole[cut:]))

    head = await stream.read(65536)
    while not stream.is_at_body:
        head += await stream.read(65536)

    assert head == HEAD
    assert stream.latest.at == (0 if cut >= len(HEAD) else 1)
    body = b"".join([piece.data for piece in await stream.pieces()])
    while pieces := await stream.pieces():
        body += b"".join(piece.data for piece in pieces)
    assert head + body == whole


async def test_what_follows_another_read_is_not_the_beginning_of_a_body() -> None:
    stream = await asked(Planned(b"HTTP/1.1 103 Early Hints\r\n\r\n" + HEAD + b"data: 1\n\n"))

    await stream.read(65536)
    assert stream.is_at_body
    assert await stream.read(65536) == HEAD + b"data: 1\n\n"
    assert not stream.is_at_body


async def test_a_read_returns_no_more_than_was_asked_for() -> None:
    stream = Planned(b"abcdef")

    assert [await stream.read(4), await stream.read(4), await stream.read(4)] == [b"abcd", b"ef", b""]


async def test_what_is_put_back_comes_first() -> None:
    stream = Planned(b"c", b"d")
    first = await stream.pieces()
    stream.put_back([Piece(b"a", 0.0, 0.0), Piece(b"b", 0.0, 0.0), *first])

    assert [piece.data for piece in await stream.pieces()] == [b"a", b"b", b"c"]
    assert [piece.data for piece in await stream.pieces()] == [b"d"]


async def test_a_head_does_not_wait_for_another() -> None:
    stream = Planned()
    await stream.write(REQUEST)
    await stream.write(REQUEST)

    assert stream.sent == REQUEST * 2
