"""The proxy for a server: the endpoint's own, or the one that the environment names.

Those of the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY) are not used for servers that NO_PROXY lists.
"""

import ipaddress
import os
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from diptych.apis.failures import ConfigurationError

_SCHEMES = ("http", "https", "socks5", "socks5h")


def proxy_for(url: SplitResult) -> tuple[httpx2.Proxy, str] | None:
    """Return the proxy for a server and the variable that names it, "" for a setting of the system.

    Returns None if no proxy is used. Raises `ConfigurationError` for a proxy that cannot be used.
    """
    proxies = getproxies()
    host = (url.hostname or "").rstrip(".")
    kind = next((kind for kind in (url.scheme, "all") if proxies.get(kind, "").strip()), None)
    if kind is None or proxy_bypass(host):
        return None
    port = url.port or (443 if url.scheme == "https" else 80)
    if any(_excludes(entry.strip().lower(), url.scheme, host, port) for entry in proxies.get("no", "").split(",")):
        return None
    source = next(
        (name for name, value in os.environ.items() if name.lower() == f"{kind}_proxy" and value == proxies[kind]), ""
    )
    return named_proxy(proxies[kind].strip(), source or "The system"), source


def named_proxy(address: str, source: str) -> httpx2.Proxy:
    """Return the proxy at an address, which `source` sets. Raises `ConfigurationError` if it cannot be used."""
    # Errors do not quote the address, since it may hold a password.
    not_an_address = ConfigurationError(f"{source} does not name a proxy: write it as http://HOST:PORT.")
    named = address if "://" in address else f"http://{address}"
    try:
        parts = urlsplit(named)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise not_an_address from None
    if not host or port == 0:
        raise not_an_address
    if parts.scheme not in _SCHEMES:
        raise ConfigurationError(
            f"{source} names a proxy of a kind that Diptych cannot use, {parts.scheme}://:"
            f" it must be {', '.join(_SCHEMES[:-1])} or {_SCHEMES[-1]}."
        )
    try:
        return httpx2.Proxy(named)
    except (ValueError, httpx2.InvalidURL):
        raise not_an_address from None


def _excludes(entry: str, scheme: str, host: str, port: int) -> bool:
    """Whether an entry of NO_PROXY covers the server: `*`, a network, or a name with its subdomains."""
    if entry == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass  # the host or the entry is a name, or the entry has a port
    try:
        parts = urlsplit(entry if "://" in entry else f"//{entry}")
        name, its_port = (parts.hostname or "").lstrip("*").strip("."), parts.port
    except ValueError:
        return False
    if parts.scheme not in ("", "all", scheme) or its_port not in (None, port):
        return False
    return bool(name) and (host == name or host.endswith(f".{name}"))
