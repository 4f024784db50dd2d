"""Sends an answer at its times. Nothing but writing happens when a piece is due: it was prepared before."""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Literal, assert_never

from diptych.serving.timed_answer import HowAnswered, TimedAnswer

SendingEnd = Literal["whole", "lost", "unknown", "left"]
"""How sending ended: `whole` as HTTP demands; `lost`, since the recorded connection was lost; `unknown`, since the
recording ends there; or the client `left`, as it always does where the server fell silent."""

_MOST_AT_ONCE = 200
"""Pieces that are written before others may use the loop."""

_EARLY = 20e-6
"""Seconds by which a timer of the loop may be early."""


class AnswerSender:
    """Sends one answer on a connection. `received` is when the request was, on the clock of the loop.

    `pace` is how many seconds a recorded second takes. `on_end` is called once, with how sending ended.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        answer: TimedAnswer,
        how: HowAnswered,
        received: float,
        pace: float,
        on_end: Callable[[SendingEnd], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._answer = answer
        self._received = received
        self._pace = pace
        self._on_end = on_end
        self._writes, self._delays = answer.schedule(how)
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None
        self._is_paused = self._has_ended = self._is_timed = False
        self.sent = 0
        self.latest = 0.0
        """The most seconds by which a piece was sent too late, though the client had read what came before."""

    @property
    def count(self) -> int:
        """How many pieces there are to send, the head included."""
        return len(self._writes)

    def proceed(self) -> None:
        """Send what is due, and come back when the next piece is."""
        self._timer = None
        if self._is_paused or self._has_ended:
            return
        position = self._position()
        writes, delays, start = self._writes, self._delays, self.sent
        end, most = start, min(len(writes), start + _MOST_AT_ONCE)
        while end < most and delays[end] <= position:
            end += 1
        if end > start:
            self._transport.write(writes[start] if end == start + 1 else b"".join(writes[start:end]))
            self.sent = end
            if self._is_timed and self._pace:
                self.latest = max(self.latest, self._loop.time() - self._due(delays[start]))
            self._is_timed = False
        if self._is_paused:
            return
        if end < len(writes):
            self._proceed_at(delays[end])
        elif self._answer.ends <= position:
            self._end()
        else:
            self._proceed_at(self._answer.ends)

    def pause(self) -> None:
        """Send no more until `resume`: the client does not read as fast as it is sent to."""
        self._is_paused = True
        self._is_timed = False

    def resume(self) -> None:
        """Go on where sending was paused."""
        self._is_paused = False
        if self._timer is None:
            self.proceed()

    def client_left(self) -> None:
        """Stop, since the connection is closed."""
        self._finish("left")

    def _position(self) -> float:
        """Return how far into the recorded answer it is now, in recorded seconds."""
        if not self._pace:
            return float("inf")
        return (self._loop.time() - self._received + _EARLY) / self._pace

    def _due(self, delay: float) -> float:
        return self._received + delay * self._pace

    def _proceed_at(self, delay: float) -> None:
        due = self._due(delay)
        if due <= self._loop.time():
            self._timer = self._loop.call_soon(self.proceed)
        else:
            self._is_timed = True
            self._timer = self._loop.call_at(due, self.proceed)

    def _end(self) -> None:
        match self._answer.ending:
            case "clean":
                self._finish("whole")
            case "lost":
                self._drop("lost")
            case "unknown":
                self._drop("unknown")
            case "silent":
                pass  # until the client leaves
            case _:
                assert_never(self._answer.ending)

    def _drop(self, end: SendingEnd) -> None:
        """Close the connection in the middle of the answer, with a reset if the recorded one was."""
        if self._answer.was_reset and (connection := self._transport.get_extra_info("socket")) is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._finish(end)
        self._transport.close()

    def _finish(self, end: SendingEnd) -> None:
        if not self._has_ended:
            self._has_ended = True
            if self._timer is not None:
                self._timer.cancel()
            self._on_end(end)
