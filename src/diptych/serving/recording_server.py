"""The server of recordings: it listens on the loopback interface, and can end when everything was played."""

import asyncio
import socket
from collections.abc import Callable

from diptych.serving.answer_sender import AnswerSender, SendingEnd
from diptych.serving.arrival_times import ArrivalTimes
from diptych.serving.client_connection import ClientConnection
from diptych.serving.matching import RecordedAnswers
from diptych.serving.request_log import request_line
from diptych.serving.request_router import HttpRequest, Reply, RequestRouter

HOST = "127.0.0.1"
_BACKLOG = 1024


class RecordingServer:
    """Serves recorded answers `speed` times as fast as they were recorded, or at once for 0.

    `log` gets a line for each request. With `is_once`, `wait` returns when every answer was sent.
    """

    def __init__(
        self, answers: RecordedAnswers, speed: float, log: Callable[[str], object], *, is_once: bool = False
    ) -> None:
        self.pace = 1 / speed if speed else 0.0
        self.arrivals: ArrivalTimes
        self.unmatched = 0
        """How many requests no recording could answer."""
        self._answers = answers
        self._router = RequestRouter(answers)
        self._log = log
        self._is_once = is_once
        self._connections: set[ClientConnection] = set()
        self._over = asyncio.Event()
        self._listener: asyncio.Server | None = None

    async def listen(self, port: int) -> int:
        """Begin to listen on a port, or on any free one for 0; return it. Raises `OSError`."""
        loop = asyncio.get_running_loop()
        listener = socket.create_server((HOST, port))
        self.arrivals = ArrivalTimes(loop.time, listener)
        self._listener = await loop.create_server(lambda: ClientConnection(self), sock=listener, backlog=_BACKLOG)
        found: int = listener.getsockname()[1]
        return found

    async def wait(self) -> None:
        """Serve until `stop`, or until everything was played once."""
        await self._over.wait()

    def stop(self) -> None:
        """Make `wait` return."""
        self._over.set()

    async def close(self) -> None:
        """Close every connection."""
        if self._listener is not None:
            self._listener.close()
        for connection in tuple(self._connections):
            connection.abort()
        await asyncio.sleep(0)  # the connections hear of it

    def opened(self, connection: ClientConnection) -> None:
        """A connection was opened."""
        self._connections.add(connection)

    def closed(self, connection: ClientConnection) -> None:
        """A connection was closed."""
        self._connections.discard(connection)

    def reply(self, request: HttpRequest) -> Reply:
        """Return what a request is answered with."""
        reply = self._router.reply(request)
        self.unmatched += reply.is_unmatched
        return reply

    def answered(self, reply: Reply, sender: AnswerSender, end: SendingEnd, seconds: float) -> None:
        """Sending an answer has ended."""
        self._log(request_line(reply, sender, end, seconds))
        is_answering = any(connection.is_answering for connection in self._connections)
        if self._is_once and not is_answering and not self._answers.unused:
            self._over.set()
