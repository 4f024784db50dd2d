"""The SDK client of one endpoint, through which all of its requests go.

The SDK brings what belongs to its service: addresses, authorization, the form of a request, typed errors.
"""

import asyncio
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import httpx2

from diptych.apis.failures import Route
from diptych.apis.lenient_json import JsonObject
from diptych.apis.registry import DIALECTS
from diptych.core.endpoint import Endpoint
from diptych.core.run import Run
from diptych.wire.clock import Clock
from diptych.wire.request_watch import RequestWatch
from diptych.wire.sdk_environment import check_custom_headers, connection_settings, custom_header_names, organization
from diptych.wire.unknown_fields import UnknownFields

if TYPE_CHECKING:
    from diptych.apis.dialect import Dialect

CONNECT_SECONDS = 10.0
"""How long name, TCP, proxy and TLS may take together."""

NO_KEY = "none"
"""Sent to servers that need no key, so that no SDK searches the machine for other credentials."""

_WATCH: ContextVar[RequestWatch] = ContextVar("watch")
"""The watch of the request that the running task sends: the SDKs pass nothing on to httpx2's hooks.

It is a weak proxy, since asyncio keeps the context in which a connection was opened for as long as that is open.
"""


class Client:
    """Sends requests to one endpoint, any number at once.

    A `transport` takes the place of real connections. Raises `VariableError` where a variable of the environment keeps
    the endpoint from being asked. Takes 50 ms, since it may read certificates: make it outside the event loop that uses
    it.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        clock: Clock,
        *,
        simulated: bool = False,
        transport: httpx2.AsyncBaseTransport | None = None,
        timeout: float | None = None,
    ) -> None:
        self.dialect: type[Dialect] = DIALECTS[endpoint.api]
        self.unknown_fields = UnknownFields(self.dialect)
        self._clock = clock
        self._connect_seconds = CONNECT_SECONDS if timeout is None else min(CONNECT_SECONDS, timeout)
        options: dict[str, Any] = {
            "timeout": httpx2.Timeout(None, connect=self._connect_seconds),
            "follow_redirects": False,
            "event_hooks": {"request": [_on_request], "response": [_on_response]},
            "trust_env": False,
        }
        self._is_traced = transport is None
        self._is_proxy_over_tls = False
        self._route = Route()
        if transport is not None:
            options["transport"] = transport
        else:
            connection = connection_settings(endpoint)
            self._route = connection.route
            self._is_proxy_over_tls = connection.proxy is not None and connection.proxy.url.scheme == "https"
            options |= {"proxy": connection.proxy, "verify": connection.certificates}
        self._sdk = _sdk_client(endpoint, options, simulated=simulated)
        self._method = self.dialect.method(self._sdk)

    def watch(self, run: Run) -> RequestWatch:
        """Return the watch for the next attempt at a run."""
        return RequestWatch(
            run, self._clock, self._route, is_traced=self._is_traced, is_proxy_over_tls=self._is_proxy_over_tls
        )

    @asynccontextmanager
    async def stream(self, watch: RequestWatch, arguments: JsonObject) -> AsyncIterator[httpx2.Response]:
        """Send the request and yield the response with its body unread; its connection is given back at the end.

        Raises `StatusError` for a status that is not a success, and what the SDK raises, which may wrap it.
        """
        try:
            stream = await self._opened(watch, arguments)
        finally:
            watch.note_request()
            await watch.close_unready()
        try:
            yield stream.response
        finally:
            await stream.response.aclose()

    async def close(self) -> None:
        """Close every connection."""
        await self._sdk.close()

    async def _opened(self, watch: RequestWatch, arguments: JsonObject) -> Any:
        """Return the SDK's stream once the response's headers have come.

        Raises `TimeoutError` if connecting takes too long.
        """
        before = _WATCH.set(weakref.proxy(watch))
        try:
            async with asyncio.timeout(self._connect_seconds if self._is_traced else None) as connecting:
                watch.connecting = connecting
                return await self._method(**arguments)
        finally:
            _WATCH.reset(before)


async def _on_request(request: httpx2.Request) -> None:
    await _WATCH.get().on_request(request)


async def _on_response(response: httpx2.Response) -> None:
    await _WATCH.get().on_response(response)


def _sdk_client(endpoint: Endpoint, options: dict[str, Any], *, simulated: bool) -> Any:
    key = endpoint.key.reveal() if endpoint.key and not simulated else NO_KEY
    headers: dict[str, Any] = {"Accept-Encoding": "identity"}
    common: dict[str, Any] = {
        "base_url": endpoint.base_url,
        "max_retries": 0,
        "timeout": options["timeout"],
        "default_headers": headers,
    }
    if endpoint.login and not simulated:
        options["auth"] = tuple(endpoint.login.reveal().partition(":")[::2])
    if not simulated:
        check_custom_headers(endpoint.api)
    if endpoint.api == "anthropic-messages":
        import anthropic

        if simulated:
            headers.update(dict.fromkeys(custom_header_names(endpoint.api), anthropic.omit))
        common["auth_token" if endpoint.credential == "token" else "api_key"] = key
        client = anthropic.DefaultAsyncHttpxClient(**options)
        # Diptych measures requests itself and needs no tracing spans.
        return anthropic.AsyncAnthropic(http_client=client, open_telemetry=False, **common)
    import openai

    if simulated:
        headers.update(dict.fromkeys(custom_header_names(endpoint.api), openai.omit))
    sdk = openai.AsyncOpenAI(http_client=openai.DefaultAsyncHttpxClient(**options), api_key=key, **common)
    # The SDK has read both from the environment, whatever server it asks.
    sdk.organization, sdk.project = (None, None) if simulated else organization(endpoint)
    return sdk
