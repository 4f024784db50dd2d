"""Watches one request go out and its response begin, and notes both in the run.

httpx2's event hooks tell of the request and of the response's headers. Its trace extension tells of the connection in
between.
"""

import asyncio
import dataclasses
import time
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import httpx2

from diptych.apis.reported_times import header_times
from diptych.apis.route import Route, Stage
from diptych.apis.status_errors import StatusError
from diptych.core.event import ArrivalClock, RequestSent, ResponseBegan, request_id
from diptych.core.noted_body import without_contents
from diptych.core.run import Run
from diptych.core.secrets.values import shown_url
from diptych.wire.bounded_body import read_some, unreadable_encoding
from diptych.wire.clock import Clock
from diptych.wire.redact import received_headers, sent_headers
from diptych.wire.stamped.stamped_body import stamped_stream

if TYPE_CHECKING:
    from collections.abc import Callable

_RETRY_COUNT = "x-stainless-retry-count"
"""The header in which the SDKs tell the server how often they have sent a request before."""


def _do_nothing() -> None:
    pass


class RequestWatch:
    """Watches one attempt at a run.

    `route` is the way to the server and how far the request has come on it. `connect_seconds` is the limit of
    connecting, None for a transport that makes no connection. `connecting` is the timeout that watches it from the
    request's making to its sending. `on_sending` is called at that moment.
    """

    def __init__(
        self, run: Run, clock: Clock, route: Route, *, connect_seconds: float | None, is_proxy_over_tls: bool
    ) -> None:
        self.connecting = asyncio.timeout(None)
        self.on_sending: Callable[[], None] = _do_nothing
        self.route = route
        self._run = run
        endpoint = run.request.settings.endpoint
        self._secrets = endpoint.secrets
        self._configured = frozenset(name.lower() for name, _ in endpoint.connection.headers)
        self._clock = clock
        self._connect_seconds = connect_seconds
        self._is_proxy_over_tls = is_proxy_over_tls
        self._unnoted: httpx2.Request | None = None
        self._body = b""
        self._sent_at = 0.0
        self._connecting_since: float | None = None
        self._unready: Any = None
        self._is_ready = self._is_sending = False
        self._headers_at: float | None = None

    async def on_request(self, request: httpx2.Request) -> None:
        """Begin the attempt: httpx2 is about to send the request."""
        self._body = without_contents(request.content, self._run.request)  # before any time counts: it may be long
        self._sent_at = self._clock()
        self._run.begin_attempt(self._sent_at)
        self._run.request_id = None
        if self._run.attempts and request.headers.get(_RETRY_COUNT) == "0":  # the SDK knows nothing of our attempts
            request.headers[_RETRY_COUNT] = str(len(self._run.attempts))
        self._unnoted = request
        if self._connect_seconds is not None:
            request.extensions["trace"] = self._trace
            self.connecting.reschedule(asyncio.get_running_loop().time() + self._connect_seconds)
        else:
            request.extensions["label"] = self._run.label  # simulated models give each label another answer
            self._run.stamps.is_ready = True
            self.note_request()

    def sends_now(self) -> None:
        """Note that bytes are about to be written to the connection, which has no time for more."""
        if self._is_sending:
            self._sent_at = self._clock()
            self._is_sending = False

    async def on_response(self, response: httpx2.Response) -> None:
        """Note how the response begins. Raises `StatusError` unless its status is a success."""
        headers_at = self._clock() if self._headers_at is None else self._headers_at
        clock: ArrivalClock = "loop"
        if (stream := stamped_stream(response)) is not None and stream.latest.is_exact:
            headers_at, clock = stream.latest.at, "kernel"
        self.note_request()
        body = b"" if response.is_success else await self._error_body(response)
        headers = received_headers(response.headers, self._secrets)
        self._run.request_id = request_id(headers)
        self._run.server_times = header_times(headers)
        self._run.note(ResponseBegan(headers_at, response.status_code, headers, body, clock))
        if not response.is_success:
            readable = unreadable_encoding(response) is None
            raise StatusError(response.status_code, response.headers, body if readable else b"")

    def note_request(self) -> None:
        """Add the request to the run's lines, once."""
        request, self._unnoted = self._unnoted, None
        if request is not None:
            headers = sent_headers(request.headers, self._secrets, self._configured)
            url = self._secrets.scrub(shown_url(str(request.url)))
            connect, date = self._run.stamps.connect, time.time() - (self._clock() - self._sent_at)
            self._run.note(RequestSent(self._sent_at, request.method, url, headers, self._body, connect, date))

    async def close_unready(self) -> None:
        """Close a connection that was not ready in time to carry the request.

        httpcore2 leaves it to the garbage collector when a handshake is cancelled.
        """
        unready, self._unready = self._unready, None
        if unready is not None:
            await unready.aclose()

    async def _error_body(self, response: httpx2.Response) -> bytes:
        async with aclosing(response.aiter_bytes()) as chunks:
            body = await read_some(chunks)
        return self._secrets.scrub_bytes(body)

    async def _trace(self, name: str, info: dict[str, Any]) -> None:
        """Follow httpcore2's trace events. The exchange with a proxy is part of connecting."""
        layer, _, step = name.partition(".")
        match step:
            case "connect_tcp.started":
                self._connecting_since = self._clock()
            case "connect_tcp.complete":
                self._unready = info["return_value"]
                if not self._is_proxy_over_tls:
                    self._reach("through")
            case "start_tls.complete" if layer == "connection":
                self._reach("through")
            case "setup_socks5_connection.started":
                self._reach("handshake")
            case "setup_socks5_connection.complete":
                self._reach("through")
            case "send_request_headers.started":
                self._reach("through")
                if info["request"].method != b"CONNECT":
                    self._begin_to_send()
            case "send_request_body.complete" | "send_request_headers.failed" | "send_request_body.failed":
                self._note_sending()
            case "receive_response_headers.complete":
                self._headers_at = self._clock()

    def _reach(self, stage: Stage) -> None:
        self.route = dataclasses.replace(self.route, stage=stage)

    def _begin_to_send(self) -> None:
        """Note that the connection is ready. Little may happen here, since the request has not been sent yet."""
        self._is_ready = self._is_sending = True
        self._unready = None
        self.connecting.reschedule(None)
        self.on_sending()
        self._sent_at = self._clock()  # the moment itself, unless the connection tells a better one
        self._note_t0()

    def _note_sending(self) -> None:
        """Note the request, and when it was sent, now that it was."""
        if self._is_ready:
            self._is_sending = False
            self._note_t0()
            self.note_request()

    def _note_t0(self) -> None:
        connecting_since = self._sent_at if self._connecting_since is None else self._connecting_since
        self._run.connected(self._sent_at, self._sent_at - connecting_since)
