"""Puts the key of an endpoint of the config file into its requests.

The SDKs cannot do that alone: they want a key from the start and send it as they like. Here a request may go without
any key, an Anthropic key goes as `x-api-key`, and a key that a command prints may change from one request to the next.
"""

from base64 import b64encode
from collections.abc import AsyncGenerator

import httpx2

from diptych.core.endpoint import Endpoint
from diptych.core.secrets.values import Secret
from diptych.wire.key_command import ensure_key


class KeyAuth(httpx2.Auth):
    """Replaces the `authorization` that the SDK has put into a request. A header that the user configured stays."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._configured = {name.lower() for name, _ in endpoint.connection.headers}

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """Add the key to a request. Raises `ConfigurationError` if the command that prints it fails."""
        endpoint = self._endpoint
        await ensure_key(endpoint)
        key, headers = endpoint.sent_key, request.headers
        if "authorization" not in self._configured:
            headers.pop("authorization", None)
            if endpoint.login:
                headers["authorization"] = _basic(endpoint.login)
            elif key and not _is_api_key(endpoint):
                headers["authorization"] = f"Bearer {key.reveal()}"
        if key and _is_api_key(endpoint) and "x-api-key" not in self._configured:
            headers["x-api-key"] = key.reveal()
        yield request


def _is_api_key(endpoint: Endpoint) -> bool:
    """Whether the key goes as `x-api-key`: servers other than Anthropic's own may know no other header for a key."""
    return endpoint.api == "anthropic-messages" and endpoint.credential == "key" and not endpoint.is_built_in


def _basic(login: Secret) -> str:
    return f"Basic {b64encode(login.reveal().encode()).decode()}"
