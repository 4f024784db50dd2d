"""One connection of a client: reads its requests with h11, and answers each before it reads the next."""

import asyncio
from typing import Protocol

import h11

from diptych.serving.answer_sender import AnswerSender, SendingEnd
from diptych.serving.api_forms import error_answer
from diptych.serving.request_router import LARGEST_BODY, HttpRequest, Reply
from diptych.serving.timed_answer import ResponseOptions

_LARGEST_HEAD = 256 * 1024
_MOST_AHEAD = 1024 * 1024
"""The most bytes that a client may send ahead, while an earlier request is being answered."""

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class ConnectionOwner(Protocol):
    """What a connection needs of the server."""

    pace: float

    def opened(self, connection: "ClientConnection") -> None:
        """A connection was opened."""

    def closed(self, connection: "ClientConnection") -> None:
        """A connection was closed."""

    def reply(self, request: HttpRequest) -> Reply:
        """Return what a request is answered with."""

    def answered(self, reply: Reply, sender: AnswerSender, end: SendingEnd, seconds: float) -> None:
        """Sending an answer has ended, so many seconds after its request was received."""


class ClientConnection(asyncio.Protocol):
    """Answers the requests of one connection, one after another."""

    def __init__(self, owner: ConnectionOwner) -> None:
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._sender: AnswerSender | None = None
        self._is_full = False
        self._received = 0.0
        self._new_cycle(b"")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; asyncio has switched Nagle's algorithm off."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a protocol of a TCP server
        self._transport = transport
        self._owner.opened(self)

    def data_received(self, data: bytes) -> None:
        """Note the time, and read the data soon; after the present answer if one is being sent.

        The data are not read at once, since the times of an answer count from its request: first the loop shall note
        the time for every connection that has data.
        """
        self._received = self._loop.time()
        self._parser.receive_data(data)
        if self._sender is None:
            self._loop.call_soon(self._read)
            return
        self._ahead += len(data)
        if self._ahead > _MOST_AHEAD:
            self._transport.abort()

    def eof_received(self) -> None:
        """Let asyncio close the connection: the client has left, or has no further request."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop sending."""
        del exc
        if self._sender is not None:
            self._sender.client_left()
        self._owner.closed(self)

    def pause_writing(self) -> None:
        """The client reads too slowly."""
        self._is_full = True
        if self._sender is not None:
            self._sender.pause()

    def resume_writing(self) -> None:
        """The client has read what was sent."""
        self._is_full = False
        if self._sender is not None:
            self._sender.resume()

    def abort(self) -> None:
        """Close the connection at once."""
        self._transport.abort()

    def _new_cycle(self, data: bytes) -> None:
        """Expect the next request, whose first bytes may have come already as `data`."""
        self._parser = h11.Connection(h11.SERVER, max_incomplete_event_size=_LARGEST_HEAD)
        self._request: h11.Request | None = None
        self._body = bytearray()
        self._is_too_long = self._has_said_continue = False
        self._ahead = 0
        if data:
            self._parser.receive_data(data)

    def _read(self) -> None:
        """Read requests as far as they have come, and answer them."""
        while self._sender is None and not self._transport.is_closing():
            try:
                event = self._parser.next_event()
            except h11.RemoteProtocolError as error:
                self._refuse(str(error))
                return
            match event:
                case h11.Request():
                    self._request = event
                case h11.Data(data=data):
                    self._add(data)
                case h11.EndOfMessage():
                    self._answer()
                case _:
                    if self._parser.they_are_waiting_for_100_continue and not self._has_said_continue:
                        self._has_said_continue = True
                        self._transport.write(_CONTINUE)
                    return

    def _add(self, data: bytes) -> None:
        """Keep a part of a body. A body that is too long is read to its end, since clients may not read before that."""
        self._is_too_long = self._is_too_long or len(self._body) + len(data) > LARGEST_BODY
        if self._is_too_long:
            self._body.clear()
        else:
            self._body += data

    def _answer(self) -> None:
        """Answer the request that has come."""
        request = self._request
        assert request is not None  # noqa: S101 - h11 reads the head before the end
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
        body = None if self._is_too_long else bytes(self._body)
        method = request.method.decode("latin-1")
        reply = self._owner.reply(HttpRequest(method, request.target.decode("latin-1"), headers, body))
        options = ResponseOptions(
            knows_chunks=request.http_version >= b"1.1",
            wants_body=method != "HEAD",
            keeps_alive=self._parser.their_state is h11.DONE and request.http_version >= b"1.1",
        )
        self._send(reply, options)

    def _go_on(self, options: ResponseOptions) -> None:
        """Read the next request, or close the connection."""
        if options.keeps_alive:
            self._new_cycle(self._parser.trailing_data[0])
            self._loop.call_soon(self._read)
        else:
            self._transport.close()

    def _refuse(self, why: str) -> None:
        """Answer bytes that are not a request, and close the connection."""
        answer = error_answer("openai", 400, f"This is not an HTTP request: {why}.")
        options = ResponseOptions(knows_chunks=True, wants_body=True, keeps_alive=False)
        self._send(Reply(answer, "a request that is not HTTP", f"400. {why}"), options)

    def _send(self, reply: Reply, options: ResponseOptions) -> None:
        """Send an answer, then go on."""
        received, pace = self._received, self._owner.pace

        def ended(end: SendingEnd) -> None:
            self._sender = None
            self._owner.answered(reply, sender, end, self._loop.time() - received)
            if end == "whole":
                self._go_on(options)

        self._sender = sender = AnswerSender(self._transport, reply.answer, options, received, pace, ended)
        if self._is_full:
            sender.pause()
        sender.proceed()
