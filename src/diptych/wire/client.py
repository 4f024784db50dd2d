"""Sends requests to one endpoint through the client of its SDK.

The SDK brings what belongs to its service: addresses, authorization, the form of a request, typed errors.
"""

import asyncio
import inspect
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from importlib import import_module
from typing import TYPE_CHECKING, Any, assert_never

import httpx2

from diptych.apis.registry import DIALECTS
from diptych.apis.route import Route
from diptych.core.endpoint import NOTHING_CONFIGURED, ApiName, Endpoint
from diptych.core.json_text import JsonObject
from diptych.core.run import Run
from diptych.wire.authorization import KeyAuth
from diptych.wire.clock import Clock
from diptych.wire.key_command import ensure_key
from diptych.wire.request_watch import RequestWatch
from diptych.wire.sdk_environment import check_custom_headers, connection_settings, custom_header_names, organization
from diptych.wire.stamped.network_backend import stamp_arrivals
from diptych.wire.stamped.wakeups import Wakeups
from diptych.wire.unknown_fields import UnknownFields

if TYPE_CHECKING:
    from diptych.apis.dialect import Dialect
    from diptych.core.secrets.values import Secret

CONNECT_SECONDS = 10.0
"""Seconds that resolving the name, TCP, proxy and TLS may take together."""

NO_KEY = "none"
"""In place of a key that is missing, so that no SDK searches the machine for other credentials.

Built-in endpoints send it; `KeyAuth` takes it out of the requests of all others.
"""

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
        else:
            connection = connection_settings(endpoint)
            self._route = connection.route
            self._is_proxy_over_tls = connection.proxy is not None and connection.proxy.url.scheme == "https"
            options |= {"proxy": connection.proxy, "verify": connection.certificates}
        self._endpoint = endpoint
        self._is_simulated = simulated
        http_client, self._sdk = _sdk_client(endpoint, options, simulated=simulated)
        if transport is None:
            stamp_arrivals(http_client, clock, _on_send)
        self._method = self.dialect.method(self._sdk)
        # Else the SDK would demand a field that the server calls otherwise or does not know.
        known = inspect.signature(self._method).parameters
        self._left_out = {name: _omit(endpoint.api) for name, _ in endpoint.fields if name in known}

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
            run, self._clock, self._route, is_traced=self._is_traced, is_proxy_over_tls=self._is_proxy_over_tls
        )

    @asynccontextmanager
    async def stream(self, watch: RequestWatch, arguments: JsonObject) -> AsyncIterator[httpx2.Response]:
        """Send the request and yield the response with its body unread; its connection is released at the end.

        Raises `StatusError` for a status that is not a success, and what the SDK raises, which may wrap it.
        """
        try:
            stream = await self._open_stream(watch, arguments)
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
            async with asyncio.timeout(self._connect_seconds if self._is_traced else None) as connecting:
                watch.connecting = connecting
                async with self.dialect.models_page(self._sdk, after) as page:
                    yield page.http_response
        finally:
            _WATCH.reset(before)
            watch.note_request()
            await watch.close_unready()

    async def close(self) -> None:
        """Close every connection."""
        await self._sdk.close()

    async def _open_stream(self, watch: RequestWatch, arguments: JsonObject) -> Any:
        """Return the SDK's stream once the response's headers have come.

        Raises `TimeoutError` if connecting takes too long.
        """
        if self._is_traced:
            await self._request_wakeups.wait()
        before = _WATCH.set(weakref.proxy(watch))
        try:
            async with asyncio.timeout(self._connect_seconds if self._is_traced else None) as connecting:
                watch.connecting = connecting
                return await self._method(**(self._left_out | arguments))
        finally:
            _WATCH.reset(before)


async def _on_request(request: httpx2.Request) -> None:
    if b"+" in request.url.query:  # a space, which httpx2 writes as in a form; a plus is %2B
        request.url = request.url.copy_with(query=request.url.query.replace(b"+", b"%20"))
    await _WATCH.get().on_request(request)


async def _on_response(response: httpx2.Response) -> None:
    await _WATCH.get().on_response(response)


def _on_send() -> None:
    with suppress(LookupError):  # TLS may send something while a response is read
        _WATCH.get().sends_now()


def _sdk_client(endpoint: Endpoint, connection: dict[str, Any], *, simulated: bool) -> tuple[httpx2.AsyncClient, Any]:
    """Return the SDK's HTTP client, which is made with these arguments, and the SDK's client.

    A simulated model gets neither keys nor anything else from the environment or the config file.
    """
    if not simulated:
        if not endpoint.is_built_in or endpoint.key_command:
            connection = connection | {"auth": KeyAuth(endpoint)}
        elif endpoint.login:
            connection = connection | {"auth": tuple(endpoint.login.reveal().partition(":")[::2])}
        if endpoint.is_built_in:
            check_custom_headers(endpoint.api)
    match endpoint.api:
        case "anthropic-messages":
            return _anthropic_client(endpoint, connection, simulated=simulated)
        case "openai-chat" | "openai-responses":
            return _openai_client(endpoint, connection, simulated=simulated)
        case _:
            assert_never(endpoint.api)


def _anthropic_client(
    endpoint: Endpoint, connection: dict[str, Any], *, simulated: bool
) -> tuple[httpx2.AsyncClient, Any]:
    import anthropic

    http_client = anthropic.DefaultAsyncHttpxClient(**connection)

    key: dict[str, Any] = {"auth_token" if endpoint.credential == "token" else "api_key": _key(endpoint, simulated)}
    client = anthropic.AsyncAnthropic(
        **key,
        **_common_arguments(endpoint, connection, simulated),
        http_client=http_client,
        open_telemetry=False,  # Diptych measures requests itself and needs no tracing spans
    )
    return http_client, client


def _openai_client(
    endpoint: Endpoint, connection: dict[str, Any], *, simulated: bool
) -> tuple[httpx2.AsyncClient, Any]:
    import openai

    http_client = openai.DefaultAsyncHttpxClient(**connection)
    client = openai.AsyncOpenAI(
        api_key=_key(endpoint, simulated),
        **_common_arguments(endpoint, connection, simulated),
        http_client=http_client,
    )
    # The SDK has read both from the environment, whatever server it asks.
    client.organization, client.project = (None, None) if simulated else organization(endpoint)
    return http_client, client


def _key(endpoint: Endpoint, simulated: bool) -> str:
    return endpoint.key.reveal() if endpoint.key and endpoint.is_built_in and not simulated else NO_KEY


def _common_arguments(endpoint: Endpoint, connection: dict[str, Any], simulated: bool) -> dict[str, Any]:
    """Return the arguments that both SDKs' clients take."""
    headers: dict[str, Any] = {"Accept-Encoding": "identity"}
    if simulated or not endpoint.is_built_in:
        for name in custom_header_names(endpoint.api):  # without authorization, OpenAI's SDK would send nothing
            headers[name] = f"Bearer {NO_KEY}" if name.lower() == "authorization" else _omit(endpoint.api)
    configured = NOTHING_CONFIGURED if simulated else endpoint.connection
    for name, value in configured.headers:
        headers = {other: given for other, given in headers.items() if other.lower() != name.lower()}
        headers[name] = value.reveal()
    return {
        "base_url": endpoint.base_url,
        "max_retries": 0,
        "timeout": connection["timeout"],
        "default_headers": headers,
        "default_query": {name: value.reveal() for name, value in configured.query},
    }


def _omit(api: ApiName) -> object:
    """Return the value that makes an API's SDK leave out a header or a field."""
    sdk = import_module("anthropic" if api == "anthropic-messages" else "openai")
    return sdk.omit
