"""Sends requests to one endpoint through the client of its SDK.

The SDK brings what belongs to its service: addresses, authorization, the form of a request, typed errors.
"""

import asyncio
import inspect
import sys
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import httpx2

from diptych.apis.registry import DIALECTS
from diptych.apis.route import Route
from diptych.core.endpoint import Endpoint
from diptych.core.json_text import JsonObject
from diptych.core.run import Run
from diptych.wire.clock import Clock
from diptych.wire.key_command import ensure_key
from diptych.wire.request_watch import RequestWatch
from diptych.wire.sdk_clients import MOST_REQUESTS, SdkClients
from diptych.wire.sdk_construction import left_out, new_sdk_client
from diptych.wire.sdk_environment import connection_settings
from diptych.wire.stamped.network_backend import stamp_arrivals, stamping_backend
from diptych.wire.stamped.wakeups import Wakeups
from diptych.wire.unknown_fields import UnknownFields

if TYPE_CHECKING:
    from diptych.apis.dialect import Dialect
    from diptych.core.secrets.values import Secret

CONNECT_SECONDS = 10.0
"""Seconds that resolving the name, TCP, proxy and TLS may take together."""

_WATCH: ContextVar[RequestWatch] = ContextVar("watch")
"""The watch of the request that the running task sends: the SDKs pass nothing on to httpx2's hooks.

It is a weak proxy, since asyncio keeps the context in which a connection was opened for as long as that is open.
"""


class Client:
    """Sends requests to one endpoint, any number at once.

    A `transport` replaces real connections. Creating a client raises `ConfigurationError` for a setting that is needed
    and cannot be used. It takes 50 ms, since it may read certificates, so it is done outside the event loop.
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
        self._request_wakeups = Wakeups(1)  # the SDK takes a millisecond and more to make a request
        if transport is not None:
            options["transport"] = transport
            stamping = None
        else:
            connection = connection_settings(endpoint)
            self._route = connection.route
            self._is_proxy_over_tls = connection.proxy is not None and connection.proxy.url.scheme == "https"
            options |= {"proxy": connection.proxy, "verify": connection.certificates}
            stamping = stamping_backend(clock, _on_send)
        self._endpoint = endpoint
        self._is_simulated = simulated

        def new_client() -> Any:
            http_client, sdk_client = new_sdk_client(endpoint, options, simulated=simulated)
            if stamping is not None:
                stamp_arrivals(http_client, stamping)
            return sdk_client

        self._sdk_clients = SdkClients(new_client, MOST_REQUESTS if transport is None else sys.maxsize)
        with self._sdk_clients.one() as sdk_client:
            known = inspect.signature(self.dialect.method(sdk_client)).parameters
        # Else the SDK would demand a field that the server calls otherwise or does not know.
        self._left_out = {name: left_out(endpoint.api) for name, _ in endpoint.fields if name in known}

    async def ensure_key(self) -> None:
        """Have the endpoint's `key_command` print the key, if there is one. Raises `ConfigurationError` if it fails."""
        if not self._is_simulated:
            await ensure_key(self._endpoint)

    @property
    def key(self) -> "Secret | None":
        """The key that the next request carries."""
        return self._endpoint.sent_key

    async def renew_key(self, refused: "Secret | None") -> bool:
        """Have the `key_command` print the key anew; return whether that is another one than the refused.

        Raises `ConfigurationError` if the command fails.
        """
        if refused is not None:
            await ensure_key(self._endpoint, refused)
        return self._endpoint.sent_key != refused

    def watch(self, run: Run) -> RequestWatch:
        """Return the watch for the next attempt at a run."""
        return RequestWatch(
            run,
            self._clock,
            self._route,
            connect_seconds=self._connect_seconds if self._is_traced else None,
            is_proxy_over_tls=self._is_proxy_over_tls,
        )

    @asynccontextmanager
    async def stream(self, watch: RequestWatch, arguments: JsonObject) -> AsyncIterator[httpx2.Response]:
        """Send the request and yield the response with its body unread; its connection is released at the end.

        Raises `StatusError` for a status that is not a success, and what the SDK raises, which may wrap it.
        """
        with self._sdk_clients.one() as sdk_client:
            try:
                stream = await self._open_stream(sdk_client, watch, arguments)
            finally:
                watch.note_request()
                await watch.close_unready()
            try:
                yield stream.response
            finally:
                await stream.response.aclose()
                # The response and its stream hold each other, and with this they would hold the run and its events.
                stream.response.request.extensions.pop("trace", None)

    @asynccontextmanager
    async def models_page(self, watch: RequestWatch, after: str) -> AsyncIterator[httpx2.Response]:
        """Ask for a page of the server's models and yield the response with its body unread.

        The page begins after the model `after`, or is the first one for "". Raises what `stream` raises, and
        `TimeoutError` if connecting takes too long.
        """
        before = _WATCH.set(weakref.proxy(watch))
        try:
            async with asyncio.timeout(None) as connecting:
                watch.connecting = connecting
                with self._sdk_clients.one() as sdk_client:
                    async with self.dialect.models_page(sdk_client, after) as page:
                        yield page.http_response
        finally:
            _WATCH.reset(before)
            watch.note_request()
            await watch.close_unready()

    async def close(self) -> None:
        """Close every connection."""
        await self._sdk_clients.close()

    async def _open_stream(self, sdk_client: Any, watch: RequestWatch, arguments: JsonObject) -> Any:
        """Return the SDK's stream once the response's headers have come.

        Raises `TimeoutError` if connecting takes too long.
        """
        if self._is_traced:
            await self._request_wakeups.wait()
        before = _WATCH.set(weakref.proxy(watch))
        try:
            async with asyncio.timeout(None) as connecting:
                watch.connecting = connecting
                return await self.dialect.method(sdk_client)(**self._sdk_arguments(arguments))
        finally:
            _WATCH.reset(before)

    def _sdk_arguments(self, arguments: JsonObject) -> JsonObject:
        """Return the arguments with the conversation in the extra body, which the SDK sends as it is.

        The SDK searches its own fields for files and dates to convert, which Diptych never puts there. In a
        conversation, that search takes a third of the time that the SDK needs for a request.
        """
        name = self.dialect.conversation_field
        if name not in arguments:
            return self._left_out | arguments
        extra = {name: arguments[name]} | arguments.get("extra_body", {})
        return self._left_out | arguments | {name: left_out(self._endpoint.api), "extra_body": extra}


async def _on_request(request: httpx2.Request) -> None:
    if b"+" in request.url.query:  # a space, which httpx2 writes as in a form; a plus is %2B
        request.url = request.url.copy_with(query=request.url.query.replace(b"+", b"%20"))
    await _WATCH.get().on_request(request)


async def _on_response(response: httpx2.Response) -> None:
    await _WATCH.get().on_response(response)


def _on_send() -> None:
    with suppress(LookupError):  # TLS may send something while a response is read
        _WATCH.get().sends_now()
