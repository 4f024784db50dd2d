"""Pieces are sent at their times, no faster than the client reads, and the end is as it was recorded."""

import asyncio
import socket
from collections.abc import Sequence

import pytest

from diptych.core.exchange import ExchangeEnding
from diptych.serving.answer_sender import AnswerSender
from diptych.serving.timed_answer import ResponseOptions, TimedAnswer, chunks
from tests.support.virtual_loop import run as in_virtual_time

_RECEIVED = 1_000.0
"""When virtual time begins."""

_OPTIONS = ResponseOptions(knows_chunks=False, wants_body=True, keeps_alive=True)


class _Transport(asyncio.Transport):
    """Notes what is written, and when."""

    def __init__(self, connection: socket.socket | None = None) -> None:
        super().__init__({"socket": connection})
        self.written: list[tuple[float, bytes]] = []
        self.closed_at: float | None = None

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append((asyncio.get_running_loop().time() - _RECEIVED, bytes(data)))

    def close(self) -> None:
        self.closed_at = asyncio.get_running_loop().time() - _RECEIVED


def _answer(
    *pieces: tuple[float, bytes], ending: ExchangeEnding = "clean", ends: float = 3.0, reset: bool = False
) -> TimedAnswer:
    return TimedAnswer(200, b"", 0.5, *chunks(pieces), ending, ends, is_chunked=True, was_reset=reset)


def _sent(answer: TimedAnswer, pace: float, transport: _Transport | None = None) -> tuple[_Transport, list[str]]:
    """Return what was written, and how it ended, of an answer whose request was received at the beginning."""
    transport = transport or _Transport()
    ends: list[str] = []

    async def send() -> None:
        AnswerSender(transport, answer, _OPTIONS, _RECEIVED, pace, ends.append).proceed()
        await asyncio.sleep(30)

    in_virtual_time(send())
    return transport, ends


def _times(transport: _Transport) -> list[float]:
    return [round(at, 3) for at, _ in transport.written]


@pytest.mark.parametrize(("pace", "times"), [(1.0, [0.5, 1.0, 2.0]), (0.25, [0.125, 0.25, 0.5])])
def test_each_piece_is_sent_at_its_time(pace: float, times: Sequence[float]) -> None:
    transport, ends = _sent(_answer((1.0, b"a"), (2.0, b"b"), (2.0, b"c")), pace)

    assert _times(transport) == times
    assert [data for _, data in transport.written][1:] == [b"a", b"bc"]
    assert ends == ["whole"]


def test_everything_at_once() -> None:
    pieces = [(float(number), b"%d " % number) for number in range(500)]

    transport, ends = _sent(_answer(*pieces, ends=600.0), 0.0)

    assert b"".join(data for _, data in transport.written).endswith(b"498 499 ")
    assert (set(_times(transport)), len(transport.written), ends) == ({0.0}, 3, ["whole"])


@pytest.mark.parametrize("ending", ["lost", "unknown"])
def test_a_connection_that_was_lost_is_closed_at_that_time(ending: ExchangeEnding) -> None:
    transport, ends = _sent(_answer((1.0, b"a"), ending=ending), 1.0)
    assert transport.closed_at == pytest.approx(3.0, abs=0.001)
    assert ends == [str(ending)]


def test_a_connection_that_was_reset_is_reset() -> None:
    with socket.socket() as connection:
        _sent(_answer((1.0, b"a"), ending="lost", reset=True), 1.0, _Transport(connection))
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == b"\1\0\0\0\0\0\0\0"


def test_a_silent_server_stays_connected() -> None:
    transport, ends = _sent(_answer((1.0, b"a"), ending="silent"), 1.0)
    assert (transport.closed_at, ends) == (None, [])


def test_a_client_that_reads_slowly_gets_what_is_late_when_it_goes_on() -> None:
    transport = _Transport()
    ends: list[str] = []

    async def send() -> None:
        sender = AnswerSender(
            transport, _answer((1.0, b"a"), (2.0, b"b"), (9.0, b"c"), ends=9.0), _OPTIONS, _RECEIVED, 1.0, ends.append
        )
        sender.proceed()
        await asyncio.sleep(0.7)
        sender.pause()
        await asyncio.sleep(3)
        assert _times(transport) == [0.5]
        sender.resume()
        sender.resume()
        await asyncio.sleep(30)
        assert sender.latest < 0.001

    in_virtual_time(send())
    assert (_times(transport), transport.written[1][1], ends) == ([0.5, 3.7, 9.0], b"ab", ["whole"])


def test_nothing_is_sent_to_a_client_that_left() -> None:
    transport = _Transport()
    ends: list[str] = []

    async def send() -> None:
        sender = AnswerSender(transport, _answer((1.0, b"a"), (2.0, b"b")), _OPTIONS, _RECEIVED, 1.0, ends.append)
        sender.proceed()
        await asyncio.sleep(1.5)
        sender.client_left()
        sender.client_left()
        await asyncio.sleep(30)

    in_virtual_time(send())
    assert (_times(transport), ends) == ([0.5, 1.0], ["left"])
