"""One side's SDK client, and what it lets us see of the connection.

The SDK brings what belongs to it: addresses, authorization, the request's form, typed errors. Sending is watched
through httpx2's event hooks and its trace extension, never through a transport of our own, which would disable proxies.
"""

import gc
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import httpx2

from diptych.apis.data import JsonObject
from diptych.apis.registry import DIALECTS
from diptych.apis.status import StatusError
from diptych.core.event import RequestSent, ResponseBegan, request_id
from diptych.core.request import SideSettings
from diptych.core.run import Run
from diptych.wire.bodies import read_some, unreadable_encoding
from diptych.wire.redact import received_headers, sent_headers, shown_url

if TYPE_CHECKING:
    from diptych.apis.dialect import Dialect
    from diptych.core.secret import Secrets

CONNECT_SECONDS = 10.0
"""How long name, TCP and TLS may take together."""

NO_KEY = "none"
"""Sent to servers that need no key, so that no SDK searches the machine for other credentials."""

_LOADED_LATE = (
    "anthropic.resources.messages",
    "genai_prices",
    "openai.resources.chat",
    "openai.resources.responses",
)

Clock = Callable[[], float]


def load_sdks() -> None:
    """Import both SDKs and the price list, which takes seconds on a cold machine."""
    # Both tell of retiring models by warnings, which on a full screen would land on the picture.
    warnings.filterwarnings("ignore", category=DeprecationWarning, message="The model ")
    for module in _LOADED_LATE:
        import_module(module)
    gc.freeze()  # what was loaded stays: no collection need look at it again, which would pause a stream


class Client:
    """Sends the requests of one side, one at a time; made inside the event loop that uses it."""

    def __init__(
        self, settings: SideSettings, clock: Clock, transport: httpx2.AsyncBaseTransport | None, timeout: float | None
    ) -> None:
        self._settings = settings
        self.dialect: type[Dialect] = DIALECTS[settings.endpoint.api]
        self.refused_arguments: set[str] = set()
        self._clock = clock
        connect = CONNECT_SECONDS if timeout is None else min(CONNECT_SECONDS, timeout)
        options: dict[str, Any] = {
            "timeout": httpx2.Timeout(None, connect=connect),
            "follow_redirects": False,
            "event_hooks": {"request": [self._on_request], "response": [self._on_response]},
        }
        self._is_traced = transport is None
        if transport is not None:
            options["transport"] = transport
        self._sdk = _sdk_client(settings, options)
        self._watch: _RequestWatch  # of the request under way

    @asynccontextmanager
    async def stream(self, run: Run, arguments: JsonObject) -> AsyncIterator[httpx2.Response]:
        """Send the request and give the response with its body unread; the connection is closed at the end.

        Raises `StatusError` for a status that is no success, and what the SDK raises, which may wrap it.
        """
        self._watch = watch = _RequestWatch(run, self._clock, self._settings.endpoint.secrets, self._is_traced)
        try:
            try:
                stream = await self.dialect.method(self._sdk)(**arguments)
            finally:
                watch.note_request()
                await watch.let_go()
            try:
                yield stream.response
            finally:
                await stream.response.aclose()
        finally:
            del self._watch  # which holds the run, while this client stays

    async def close(self) -> None:
        """Close every connection."""
        await self._sdk.close()

    async def _on_request(self, request: httpx2.Request) -> None:
        await self._watch.on_request(request)

    async def _on_response(self, response: httpx2.Response) -> None:
        await self._watch.on_response(response)


class _RequestWatch:
    """Notes in a run how one request goes out and how its response begins."""

    def __init__(self, run: Run, clock: Clock, secrets: "Secrets", is_traced: bool) -> None:
        self._run = run
        self._clock = clock
        self._secrets = secrets
        self._is_traced = is_traced
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
        if name.startswith("connection.connect_") and name.endswith(".started"):
            self._connecting_since = self._clock()
        elif name.endswith(".connect_tcp.complete"):
            self._unready = info["return_value"]
        elif name.endswith(".send_request_headers.started") and info["request"].method != b"CONNECT":
            self._sent_at = now = self._clock()
            self._unready = None
            self._run.connected(now, 0.0 if self._connecting_since is None else now - self._connecting_since)
            self.note_request()
        elif name.endswith(".receive_response_headers.complete"):
            self._headers_at = self._clock()


def _sdk_client(settings: SideSettings, options: dict[str, Any]) -> Any:
    endpoint = settings.endpoint
    key = endpoint.key.reveal() if endpoint.key and not settings.simulated else NO_KEY
    common: dict[str, Any] = {
        "base_url": endpoint.base_url,
        "max_retries": 0,
        "timeout": options["timeout"],
        "default_headers": {"Accept-Encoding": "identity"},
    }
    if endpoint.login and not settings.simulated:
        options["auth"] = tuple(endpoint.login.reveal().partition(":")[::2])
    if endpoint.api == "anthropic-messages":
        import anthropic

        common["auth_token" if endpoint.credential == "token" else "api_key"] = key
        return anthropic.AsyncAnthropic(http_client=anthropic.DefaultAsyncHttpxClient(**options), **common)
    import openai

    return openai.AsyncOpenAI(http_client=openai.DefaultAsyncHttpxClient(**options), api_key=key, **common)
