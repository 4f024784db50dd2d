"""One side's SDK client, and what it lets us see of the connection.

The SDK brings what belongs to it: addresses, authorization, the request's form, typed errors. Sending is watched
through httpx2's event hooks and its trace extension.
"""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx2

from diptych.apis.failures import Route, Stage
from diptych.apis.lenient_json import JsonObject
from diptych.apis.registry import DIALECTS
from diptych.apis.status_errors import StatusError
from diptych.core.event import RequestSent, ResponseBegan, request_id
from diptych.core.run import Run
from diptych.core.settings import Settings
from diptych.wire.bodies import read_some, unreadable_encoding
from diptych.wire.redact import received_headers, sent_headers, shown_url
from diptych.wire.sdk_environment import check_custom_headers, custom_header_names, organization, way_to
from diptych.wire.unknown_fields import UnknownFields

if TYPE_CHECKING:
    from diptych.apis.dialect import Dialect
    from diptych.core.secrets.values import Secrets

CONNECT_SECONDS = 10.0
"""How long name, TCP, proxy and TLS may take together."""

NO_KEY = "none"
"""Sent to servers that need no key, so that no SDK searches the machine for other credentials."""

Clock = Callable[[], float]


class Client:
    """Sends the requests of one side, one at a time.

    Raises `VariableError` where the environment keeps the side from being asked. Takes 50 ms, since it may read
    certificates: make it outside the event loop that uses it.
    """

    def __init__(
        self, settings: Settings, clock: Clock, transport: httpx2.AsyncBaseTransport | None, timeout: float | None
    ) -> None:
        self._settings = settings
        self.dialect: type[Dialect] = DIALECTS[settings.endpoint.api]
        self.unknown_fields = UnknownFields(self.dialect)
        self.route = Route()
        self._clock = clock
        self._connect_seconds = CONNECT_SECONDS if timeout is None else min(CONNECT_SECONDS, timeout)
        options: dict[str, Any] = {
            "timeout": httpx2.Timeout(None, connect=self._connect_seconds),
            "follow_redirects": False,
            "event_hooks": {"request": [self._on_request], "response": [self._on_response]},
            "trust_env": False,
        }
        self._is_traced = transport is None
        self._is_proxy_over_tls = False
        if transport is not None:
            options["transport"] = transport
        else:
            way = way_to(settings.endpoint)
            self.route = way.route
            self._is_proxy_over_tls = way.proxy is not None and way.proxy.url.scheme == "https"
            options |= {"proxy": way.proxy, "verify": way.certificates}
        self._sdk = _sdk_client(settings, options)
        self._method = self.dialect.method(self._sdk)
        self._watch: _RequestWatch  # of the request under way

    @asynccontextmanager
    async def stream(self, run: Run, arguments: JsonObject) -> AsyncIterator[httpx2.Response]:
        """Send the request and give the response with its body unread; the connection is closed at the end.

        Raises `StatusError` for a status that is no success, and what the SDK raises, which may wrap it.
        """
        self._watch = watch = _RequestWatch(
            run, self._clock, self._settings.endpoint.secrets, self._is_traced, self._is_proxy_over_tls
        )
        try:
            try:
                stream = await self._opened(watch, arguments)
            finally:
                self.route = dataclasses.replace(self.route, stage=watch.stage)
                watch.note_request()
                await watch.let_go()
            try:
                yield stream.response
            finally:
                await stream.response.aclose()
        finally:
            del self._watch  # which holds the run, while this client stays

    async def _opened(self, watch: "_RequestWatch", arguments: JsonObject) -> Any:
        """The SDK's stream, once the response's headers have come. Raises `TimeoutError` if connecting takes long."""
        async with asyncio.timeout(self._connect_seconds if self._is_traced else None) as connecting:
            watch.connecting = connecting
            return await self._method(**arguments)

    async def close(self) -> None:
        """Close every connection."""
        await self._sdk.close()

    async def _on_request(self, request: httpx2.Request) -> None:
        await self._watch.on_request(request)

    async def _on_response(self, response: httpx2.Response) -> None:
        await self._watch.on_response(response)


class _RequestWatch:
    """Notes in a run how one request goes out and how its response begins."""

    def __init__(self, run: Run, clock: Clock, secrets: "Secrets", is_traced: bool, is_proxy_over_tls: bool) -> None:
        self.connecting = asyncio.timeout(None)
        self.stage: Stage = "connecting"
        self._run = run
        self._clock = clock
        self._secrets = secrets
        self._is_traced = is_traced
        self._is_proxy_over_tls = is_proxy_over_tls
        self._unnoted: httpx2.Request | None = None
        self._sent_at = 0.0
        self._connecting_since: float | None = None
        self._unready: Any = None
        self._headers_at: float | None = None

    async def on_request(self, request: httpx2.Request) -> None:
        self._sent_at = self._clock()
        self._run.begin_attempt(self._sent_at)
        self._run.request_id = None
        self._unnoted = request
        if self._is_traced:
            request.extensions["trace"] = self._trace
        else:
            self._run.stamps.is_ready = True
            self.note_request()

    async def on_response(self, response: httpx2.Response) -> None:
        headers_at = self._clock() if self._headers_at is None else self._headers_at
        self.note_request()
        body = b"" if response.is_success else await self._error_body(response)
        headers = received_headers(response.headers, self._secrets)
        self._run.request_id = request_id(headers)
        self._run.note(ResponseBegan(headers_at, response.status_code, headers, body))
        if not response.is_success:
            readable = unreadable_encoding(response) is None
            raise StatusError(response.status_code, response.headers, body if readable else b"")

    async def let_go(self) -> None:
        """Close a connection that did not get as far as to carry the request.

        httpcore2 leaves it to the garbage collector when a handshake is cancelled.
        """
        unready, self._unready = self._unready, None
        if unready is not None:
            await unready.aclose()

    async def _error_body(self, response: httpx2.Response) -> bytes:
        async with aclosing(response.aiter_bytes()) as chunks:
            body = await read_some(chunks)
        return self._secrets.scrub_bytes(body)

    def note_request(self) -> None:
        """Put the request into the run's list, once."""
        request, self._unnoted = self._unnoted, None
        if request is not None:
            headers = sent_headers(request.headers, self._secrets)
            url = self._secrets.scrub(shown_url(str(request.url)))
            self._run.note(
                RequestSent(self._sent_at, request.method, url, headers, request.content, self._run.stamps.connect)
            )

    async def _trace(self, name: str, info: dict[str, Any]) -> None:
        """Names of httpcore2's trace events; what a proxy is told and answers is part of connecting."""
        layer, _, step = name.partition(".")
        match step:
            case "connect_tcp.started":
                self._connecting_since = self._clock()
            case "connect_tcp.complete":
                self._unready = info["return_value"]
                if not self._is_proxy_over_tls:
                    self.stage = "through"
            case "start_tls.complete" if layer == "connection":
                self.stage = "through"
            case "setup_socks5_connection.started":
                self.stage = "handshake"
            case "setup_socks5_connection.complete":
                self.stage = "through"
            case "send_request_headers.started":
                self.stage = "through"
                if info["request"].method != b"CONNECT":
                    self._begin_to_send()
            case "receive_response_headers.complete":
                self._headers_at = self._clock()

    def _begin_to_send(self) -> None:
        self._sent_at = now = self._clock()
        self._unready = None
        self.connecting.reschedule(None)
        self._run.connected(now, 0.0 if self._connecting_since is None else now - self._connecting_since)
        self.note_request()


def _sdk_client(settings: Settings, options: dict[str, Any]) -> Any:
    endpoint = settings.endpoint
    key = endpoint.key.reveal() if endpoint.key and not settings.simulated else NO_KEY
    headers: dict[str, Any] = {"Accept-Encoding": "identity"}
    common: dict[str, Any] = {
        "base_url": endpoint.base_url,
        "max_retries": 0,
        "timeout": options["timeout"],
        "default_headers": headers,
    }
    if endpoint.login and not settings.simulated:
        options["auth"] = tuple(endpoint.login.reveal().partition(":")[::2])
    if not settings.simulated:
        check_custom_headers(endpoint.api)
    if endpoint.api == "anthropic-messages":
        import anthropic

        if settings.simulated:
            headers.update(dict.fromkeys(custom_header_names(endpoint.api), anthropic.omit))
        common["auth_token" if endpoint.credential == "token" else "api_key"] = key
        client = anthropic.DefaultAsyncHttpxClient(**options)
        # Spans are none of its business: what a request takes is measured here.
        return anthropic.AsyncAnthropic(http_client=client, open_telemetry=False, **common)
    import openai

    if settings.simulated:
        headers.update(dict.fromkeys(custom_header_names(endpoint.api), openai.omit))
    sdk = openai.AsyncOpenAI(http_client=openai.DefaultAsyncHttpxClient(**options), api_key=key, **common)
    # It has read them from the environment, for whatever server.
    sdk.organization, sdk.project = (None, None) if settings.simulated else organization(endpoint)
    return sdk
