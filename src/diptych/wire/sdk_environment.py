"""The environment variables that httpx2 and the SDKs would read: proxies, certificates, additional headers.

They would read them for all hosts at once, and raise for a wrong one even if nothing uses it. This module reads them
for the server that is asked, and its errors name the variable.
"""

import os
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from diptych.apis.failures import VariableError
from diptych.apis.route import Route
from diptych.core.endpoint import ApiName, Endpoint, is_loopback
from diptych.wire.certificates import trusted_certificates
from diptych.wire.proxies import proxy_for

_CUSTOM_HEADERS: Mapping[ApiName, str] = {
    "anthropic-messages": "ANTHROPIC_CUSTOM_HEADERS",
    "openai-chat": "OPENAI_CUSTOM_HEADERS",
    "openai-responses": "OPENAI_CUSTOM_HEADERS",
}

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """How to connect to a server: the proxy, if any, and the certificates to trust. `route` tells users about both."""

    proxy: httpx2.Proxy | None
    certificates: ssl.SSLContext
    route: Route


def connection_settings(endpoint: Endpoint) -> ConnectionSettings:
    """Return how the environment says to connect. Takes 20 ms if certificates are read.

    Raises `VariableError` for a variable that is needed and cannot be used.
    """
    url = urlsplit(endpoint.base_url)
    proxy, source = proxy_for(url) or (None, "")
    is_proxy_over_tls = proxy is not None and proxy.url.scheme == "https"
    if url.scheme == "https" or is_proxy_over_tls:
        certificates, trusted = trusted_certificates()
    else:
        certificates, trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ""  # never used; trusts nobody
    if proxy is None:
        return ConnectionSettings(None, certificates, Route(certificates=trusted))
    if is_proxy_over_tls:
        proxy.ssl_context = certificates
    elif url.scheme == "http":
        _refuse_exposure(endpoint, proxy, source)
    return ConnectionSettings(proxy, certificates, Route(proxy.url.netloc.decode(), source, trusted))


def _refuse_exposure(endpoint: Endpoint, proxy: httpx2.Proxy, source: str) -> None:
    """Raise `VariableError` if a key for a server on this machine would go to another machine in the clear."""
    if endpoint.bearers and not endpoint.plain_http_allowed and not is_loopback(proxy.url.host):
        raise VariableError(
            f"{source or 'The system'} names a proxy on another machine, which would get what {endpoint.bearers[0]}"
            " holds in the clear: name the server in NO_PROXY, or allow it with --insecure."
        )


def organization(endpoint: Endpoint) -> tuple[str | None, str | None]:
    """Return the organization and the project for OpenAI's own service; no other server gets them.

    Raises `VariableError` for values that no header can carry.
    """
    if endpoint.provider != "openai":
        return None, None
    return _header_value("OPENAI_ORG_ID"), _header_value("OPENAI_PROJECT_ID")


def check_custom_headers(api: ApiName) -> None:
    """Raise `VariableError` if the SDK cannot send the headers that its variable adds to every request."""
    variable = _CUSTOM_HEADERS[api]
    for name, value in _custom_headers(variable):
        if not (_HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value)):
            raise VariableError(
                f"{variable} holds a header that cannot be sent: write one `Name: value` per line, in printable ASCII."
            )


def custom_header_names(api: ApiName) -> list[str]:
    """Return the names of the headers that the SDK's variable adds to every request."""
    return [name for name, _ in _custom_headers(_CUSTOM_HEADERS[api])]


def _custom_headers(variable: str) -> Iterator[tuple[str, str]]:
    """Yield names and values as both SDKs read them."""
    for line in os.environ.get(variable, "").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip(), value.strip()


def _header_value(variable: str) -> str | None:
    value = os.environ.get(variable, "").strip()
    if not _HEADER_VALUE.fullmatch(value):
        raise VariableError(
            f"{variable} holds characters that no header can carry, such as a line break:"
            " was it copied whole, and alone?"
        )
    return value or None
