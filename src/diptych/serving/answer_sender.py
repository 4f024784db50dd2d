"""Sends the pieces of an answer, each when it is due. They are prepared beforehand, so that only writing remains."""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Literal, assert_never

from diptych.serving.timed_answer import ResponseOptions, TimedAnswer

SendingEnd = Literal["whole", "lost", "unknown", "left"]
"""How sending ended.

`whole`: everything was sent. `lost`: the connection was closed in the middle, as the recorded one was. `unknown`: it
was closed where the recording ends. `left`: the client closed it, which is how every silence of a server ends.
"""

_MOST_AT_ONCE = 200
"""The most pieces that are written at once, so that other connections have their turn."""

_EARLY = 20e-6
"""Seconds by which timers of the loop may fire early."""


class AnswerSender:
    """Sends one answer on a connection.

    `received` is the time of the request on the clock of the loop, in seconds. `pace` is how many seconds a recorded
    second takes, 0 to send everything at once. `on_end` is called once, with how sending ended.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        answer: TimedAnswer,
        options: ResponseOptions,
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
        self._writes, self._delays = answer.schedule(options)
        self._timer: asyncio.TimerHandle | asyncio.Handle | None = None
        self._is_paused = self._has_ended = self._is_timed = False
        self._client_sends_no_more = False
        self.sent = 0
        self.latest = 0.0
        """The most seconds by which a piece was late, not counting pieces that waited for a slow client."""

    @property
    def count(self) -> int:
        """How many pieces there are to send, the head included."""
        return len(self._writes)

    def proceed(self) -> None:
        """Send what is due, and set a timer for the next piece."""
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
        self._end_silence()
        if self._has_ended:
            return
        if end < len(writes):
            self._proceed_at(delays[end])
        elif self._answer.ends <= position:
            self._end()
        else:
            self._proceed_at(self._answer.ends)

    def pause(self) -> None:
        """Stop sending until `resume`, since the client reads too slowly."""
        self._is_paused = True
        self._is_timed = False

    def resume(self) -> None:
        """Send on after a pause."""
        self._is_paused = False
        if self._timer is None:
            self.proceed()

    def client_sends_no_more(self) -> None:
        """Note that the client has closed its half of the connection, or all of it, which looks the same.

        The answer is sent on, since writing fails if the client has gone. Where nothing is left to be written, a
        silence would never be over.
        """
        self._client_sends_no_more = True
        self._end_silence()

    def client_left(self) -> None:
        """Stop sending, since the connection is closed."""
        self._finish("left")

    def _position(self) -> float:
        """Return the recorded seconds since the request that should have been played by now."""
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

    def _end_silence(self) -> None:
        if self._client_sends_no_more and self._answer.ending == "silent" and self.sent == self.count:
            self._drop("left")

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
