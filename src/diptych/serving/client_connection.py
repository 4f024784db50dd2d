"""One connection of a client: reads its requests with h11, and answers each before it reads the next."""

import asyncio
import socket
from typing import Protocol

import h11

from diptych.serving.answer_sender import AnswerSender, SendingEnd
from diptych.serving.api_forms import error_answer
from diptych.serving.arrival_times import ArrivalTimes
from diptych.serving.request_router import LARGEST_BODY, HttpRequest, Reply
from diptych.serving.timed_answer import ResponseOptions

_LARGEST_HEAD = 256 * 1024
_MOST_AHEAD = 1024 * 1024
"""The most bytes that a client may send ahead, while an earlier request is being answered."""

_TLS_HANDSHAKE = b"\x16\x03"
"""The first bytes of a client that speaks TLS."""

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class ConnectionOwner(Protocol):
    """What a connection needs of the server."""

    pace: float
    arrivals: ArrivalTimes

    def opened(self, connection: "ClientConnection") -> None:
        """A connection was opened."""

    def closed(self, connection: "ClientConnection") -> None:
        """A connection was closed."""

    def reply(self, request: HttpRequest) -> Reply:
        """Return what a request is answered with."""

    def answered(self, reply: Reply, sender: AnswerSender, end: SendingEnd, seconds: float) -> None:
        """Sending an answer has ended, `seconds` after its request was received."""


class ClientConnection(asyncio.BufferedProtocol):
    """Answers the requests of one connection, one after another.

    It is a buffered protocol, since asyncio asks for the buffer right before it reads: the kernel's stamp of what waits
    to be read is looked up then.
    """

    def __init__(self, owner: ConnectionOwner) -> None:
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._socket: socket.socket
        self._sender: AnswerSender | None = None
        self._is_full = self._has_ended = False
        self._received = 0.0
        self._new_cycle()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; asyncio has switched Nagle's algorithm off."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a protocol of a TCP server
        self._transport = transport
        transport.set_write_buffer_limits(0)  # an answer has been sent when nothing waits for the client any more
        # asyncio shows its socket without the methods that read. This one shares the descriptor until it is detached.
        self._socket = socket.socket(fileno=transport.get_extra_info("socket").fileno())
        self._owner.opened(self)

    def get_buffer(self, sizehint: int) -> bytearray:
        """Return the buffer into which asyncio reads next, and note when what it will read has arrived.

        Raises `OSError` if the connection was reset, at which asyncio closes it.
        """
        del sizehint
        self._received = self._owner.arrivals.of_unread(self._socket)
        return self._owner.arrivals.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Take the data, and read them soon; after the present answer if one is being sent.

        The data are not read at once, since the times of an answer count from its request: where the kernel does not
        stamp, the loop shall first note the time for every connection that has data.
        """
        self._parser.receive_data(bytes(memoryview(self._owner.arrivals.buffer)[:nbytes]))
        if self._sender is None:
            self._loop.call_soon(self._read)
            return
        self._ahead += nbytes
        if self._ahead > _MOST_AHEAD:
            self._transport.abort()

    def eof_received(self) -> bool:
        """Keep the connection until the requests that came are answered.

        The client may have closed only its half. One that has gone looks the same until something is sent to it.
        """
        self._has_ended = True
        self._parser.receive_data(b"")
        if self._sender is None:
            self._loop.call_soon(self._read)
        else:
            self._sender.client_sends_no_more()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop sending."""
        del exc
        self._socket.detach()
        if self._sender is not None:
            self._sender.client_left()
        self._owner.closed(self)

    def pause_writing(self) -> None:
        """Wait, since the client has not taken everything yet."""
        self._is_full = True
        if self._sender is not None:
            self._sender.pause()

    def resume_writing(self) -> None:
        """Go on, since the client has taken everything."""
        self._is_full = False
        if self._sender is not None:
            self._sender.resume()

    @property
    def is_answering(self) -> bool:
        """Whether an answer is being sent."""
        return self._sender is not None

    def abort(self) -> None:
        """Close the connection at once."""
        self._transport.abort()

    def _new_cycle(self, data: bytes = b"") -> None:
        """Expect the next request, whose first bytes may have come already as `data`."""
        self._parser = h11.Connection(h11.SERVER, max_incomplete_event_size=_LARGEST_HEAD)
        self._request: h11.Request | None = None
        self._body = bytearray()
        self._is_too_long = self._has_said_continue = False
        self._ahead = 0
        if data:
            self._parser.receive_data(data)
        if self._has_ended:
            self._parser.receive_data(b"")

    def _read(self) -> None:
        """Read requests as far as they have come, and answer them."""
        while self._sender is None and not self._transport.is_closing():
            try:
                event = self._parser.next_event()
            except h11.RemoteProtocolError as error:
                self._refuse(error)
                return
            match event:
                case h11.Request():
                    self._request = event
                case h11.Data(data=data):
                    self._add(data)
                case h11.EndOfMessage():
                    self._answer()
                case h11.ConnectionClosed():
                    self._transport.close()
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
        """Read the next request, or close the connection.

        The times of a request that was sent ahead count from now, as no server begins with it earlier.
        """
        if options.keeps_alive:
            self._received = self._loop.time()
            self._new_cycle(self._parser.trailing_data[0])
            self._loop.call_soon(self._read)
        else:
            self._transport.close()

    def _refuse(self, error: h11.RemoteProtocolError) -> None:
        """Answer bytes that are not a request, and close the connection."""
        why = str(error).partition(": bytearray")[0]  # what follows are the bytes
        if self._parser.trailing_data[0].startswith(_TLS_HANDSHAKE):
            why = "it begins with TLS, so use http:// instead of https://"
        what = "a complete HTTP request" if self._has_ended else "an HTTP request"
        answer = error_answer("openai", 400, f"This is not {what}: {why}.")
        options = ResponseOptions(knows_chunks=True, wants_body=True, keeps_alive=False)
        self._send(Reply(answer, f"not {what}", f"400. {why}"), options)

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
        if self._has_ended:
            sender.client_sends_no_more()
        sender.proceed()
