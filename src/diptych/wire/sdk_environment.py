"""What httpx2 and the SDKs would read from the environment: proxies, certificates, additional headers.

They would read them for all hosts at once, and raise for a wrong one even if nothing uses it. This module reads them
for the server that is asked, and its errors name the variable. What the endpoint itself configures wins over them.
"""

import os
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from diptych.apis.failures import ConfigurationError
from diptych.apis.route import Route
from diptych.core.endpoint import ApiName, Endpoint, is_loopback
from diptych.core.headers import CUSTOM_HEADERS, custom_headers, is_header, is_header_value
from diptych.core.secrets.values import Secret
from diptych.wire.certificates import trusted_certificates
from diptych.wire.proxies import named_proxy, proxy_for


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """How to connect to a server: the proxy, if any, and the certificates to trust. `route` tells users about both."""

    proxy: httpx2.Proxy | None
    certificates: ssl.SSLContext
    route: Route


def connection_settings(endpoint: Endpoint) -> ConnectionSettings:
    """Return how the endpoint and the environment say to connect. Takes 20 ms if certificates are read.

    Raises `ConfigurationError` for a setting that is needed and cannot be used.
    """
    url = urlsplit(endpoint.base_url)
    own_proxy = endpoint.connection.proxy
    proxy, source = _own_proxy(endpoint.name, own_proxy) if own_proxy else proxy_for(url) or (None, "")
    is_proxy_over_tls = proxy is not None and proxy.url.scheme == "https"
    if url.scheme == "https" or is_proxy_over_tls:
        ca_file = endpoint.connection.ca_file
        certificates, trusted = trusted_certificates(ca_file, f"ca_file of [endpoints.{endpoint.name}]")
    else:
        certificates, trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ""  # never used; trusts nobody
    if proxy is None:
        return ConnectionSettings(None, certificates, Route(certificates=trusted))
    if is_proxy_over_tls:
        proxy.ssl_context = certificates
    elif url.scheme == "http":
        _refuse_exposure(endpoint, proxy, source)
    route = Route(proxy.url.netloc.decode(), source, trusted, obeys_no_proxy=own_proxy is None)
    return ConnectionSettings(proxy, certificates, route)


def _own_proxy(name: str, address: Secret) -> tuple[httpx2.Proxy, str]:
    """Return the proxy that an endpoint's table names, and the name of what sets it."""
    source = f"proxy of [endpoints.{name}]"
    return named_proxy(address.reveal().strip(), source), source


def _refuse_exposure(endpoint: Endpoint, proxy: httpx2.Proxy, source: str) -> None:
    """Raise `ConfigurationError` if a key for a server on this machine would go to another machine in the clear."""
    if endpoint.bearers and not endpoint.plain_http_allowed and not is_loopback(proxy.url.host):
        bypass = "take it away" if endpoint.connection.proxy else "name the server in NO_PROXY"
        raise ConfigurationError(
            f"{source or 'The system'} names a proxy on another machine, which would get what {endpoint.bearers[0]}"
            f" holds in the clear: {bypass}, or allow it with --insecure."
        )


def organization(endpoint: Endpoint) -> tuple[str | None, str | None]:
    """Return the organization and the project for the built-in endpoints at OpenAI's own service; no other gets them.

    Raises `ConfigurationError` for values that no header can carry.
    """
    if endpoint.provider != "openai" or not endpoint.is_built_in:
        return None, None
    return _header_value("OPENAI_ORG_ID"), _header_value("OPENAI_PROJECT_ID")


def check_custom_headers(api: ApiName) -> None:
    """Raise `ConfigurationError` if the SDK cannot send the headers that its variable adds to every request."""
    for name, value in custom_headers(api, os.environ):
        if not is_header(name, value):
            raise ConfigurationError(
                f"{CUSTOM_HEADERS[api]} holds a header that cannot be sent: write one `Name: value` per line, in"
                " printable ASCII."
            )


def custom_header_names(api: ApiName) -> list[str]:
    """Return the names of the headers that the SDK's variable adds to every request."""
    return [name for name, _ in custom_headers(api, os.environ)]


def _header_value(variable: str) -> str | None:
    value = os.environ.get(variable, "").strip()
    if not is_header_value(value):
        raise ConfigurationError(
            f"{variable} holds characters that no header can carry, such as a line break:"
            " was it copied whole, and alone?"
        )
    return value or None
