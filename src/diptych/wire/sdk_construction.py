"""Creates the client of an endpoint's SDK, and the HTTP client that it sends with."""

from importlib import import_module
from typing import Any, assert_never

import httpx2

from diptych.core.endpoint import NOTHING_CONFIGURED, ApiName, Endpoint
from diptych.wire.authorization import KeyAuth
from diptych.wire.sdk_environment import check_custom_headers, custom_header_names, organization

NO_KEY = "none"
"""In place of a key that is missing, so that no SDK searches the machine for other credentials.

Built-in endpoints send it; `KeyAuth` takes it out of the requests of all others.
"""


def new_sdk_client(
    endpoint: Endpoint, connection: dict[str, Any], *, simulated: bool
) -> tuple[httpx2.AsyncClient, Any]:
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
            headers[name] = f"Bearer {NO_KEY}" if name.lower() == "authorization" else left_out(endpoint.api)
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


def left_out(api: ApiName) -> object:
    """Return the value that makes an API's SDK leave out a header or a field."""
    sdk = import_module("anthropic" if api == "anthropic-messages" else "openai")
    return sdk.omit
