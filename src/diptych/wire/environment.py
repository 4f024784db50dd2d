"""What the environment says of the way to a server: proxy, certificates and headers.

httpx2 and the SDKs read these variables too, but for all hosts at once, and they raise for one that is wrong although
nothing would use it. Here they are read for the one server that is asked, and what is wrong is told by its name.
"""

import ipaddress
import os
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from diptych.apis.data import quoted
from diptych.apis.failures import Route, VariableError
from diptych.core.endpoint import ApiName, Endpoint

_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")

_ORGANIZATION, _PROJECT = "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"

_CUSTOM_HEADERS: Mapping[ApiName, str] = {
    "anthropic-messages": "ANTHROPIC_CUSTOM_HEADERS",
    "openai-chat": "OPENAI_CUSTOM_HEADERS",
    "openai-responses": "OPENAI_CUSTOM_HEADERS",
}

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
_HASHED_CERTIFICATE = re.compile(r"[0-9a-f]{8}\.\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Way:
    """How a server is reached: through which proxy, None for none, and trusting whose certificates."""

    proxy: httpx2.Proxy | None
    certificates: ssl.SSLContext
    route: Route


def way_to(endpoint: Endpoint) -> Way:
    """The way that the environment sets. Raises `VariableError` for a variable that is needed and cannot be used.

    Reading the certificates takes 20 ms.
    """
    url = urlsplit(endpoint.base_url)
    found = _proxy(url)
    named, source = found if found is not None else ("", "")
    scheme, _, address = named.partition("://")
    if "https" not in (url.scheme, scheme):
        certificates, trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ""  # never used, and trusts nobody
    else:
        certificates, trusted = _certificates(os.environ)
    if not named:
        return Way(None, certificates, Route(certificates=trusted))
    try:
        proxy = httpx2.Proxy(named, ssl_context=certificates if scheme == "https" else None)
    except (ValueError, httpx2.InvalidURL):
        raise _no_proxy_address(source) from None
    host = address.partition("/")[0].rpartition("@")[2]
    return Way(proxy, certificates, Route(host, source, trusted))


def organization(endpoint: Endpoint) -> tuple[str | None, str | None]:
    """The organization and the project that OpenAI's own service is told; no other server learns of them.

    Raises `VariableError` for what no header can carry.
    """
    if endpoint.provider != "openai":
        return None, None
    return _header_value(_ORGANIZATION), _header_value(_PROJECT)


def check_custom_headers(api: ApiName) -> None:
    """Raise `VariableError` if the SDK cannot send the headers that its variable adds to every request."""
    variable = _CUSTOM_HEADERS[api]
    for name, value in _custom_headers(variable):
        if not (_HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value)):
            raise VariableError(
                f"{variable} holds a header that cannot be sent: write one `Name: value` per line, in printable ASCII."
            )


def custom_header_names(api: ApiName) -> list[str]:
    """The names of the headers that the SDK's variable adds to every request."""
    return [name for name, _ in _custom_headers(_CUSTOM_HEADERS[api])]


def _custom_headers(variable: str) -> Iterator[tuple[str, str]]:
    """The headers in the way both SDKs read them."""
    for line in os.environ.get(variable, "").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip(), value.strip()


def _header_value(variable: str) -> str | None:
    value = os.environ.get(variable, "").strip()
    if not _HEADER_VALUE.fullmatch(value):
        raise VariableError(
            f"{variable} holds characters that no header can carry, such as a line break: was it copied whole, and alone?"
        )
    return value or None


def _proxy(url: SplitResult) -> tuple[str, str] | None:
    """The URL of the proxy for a server, and the variable that names it ("" where it is the system's own setting)."""
    proxies = getproxies()
    host = (url.hostname or "").rstrip(".")
    kind = next((kind for kind in (url.scheme, "all") if proxies.get(kind, "").strip()), None)
    if kind is None or proxy_bypass(host):
        return None
    port = url.port or (443 if url.scheme == "https" else 80)
    if any(_excludes(entry.strip().lower(), url.scheme, host, port) for entry in proxies.get("no", "").split(",")):
        return None
    address = proxies[kind].strip()
    source = next((name for name in os.environ if name.lower() == f"{kind}_proxy" and os.environ[name]), "")
    return _proxy_url(address, source), source


def _proxy_url(address: str, source: str) -> str:
    named = address if "://" in address else f"http://{address}"
    try:
        parts = urlsplit(named)
        is_address = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_address = False
    if not is_address:
        raise _no_proxy_address(source)
    if parts.scheme not in _PROXY_SCHEMES:
        raise VariableError(
            f"{source or 'The system'} names a proxy of a kind that Diptych cannot use, {parts.scheme}://:"
            f" it must be {', '.join(_PROXY_SCHEMES[:-1])} or {_PROXY_SCHEMES[-1]}."
        )
    return named


def _no_proxy_address(source: str) -> VariableError:
    # Not quoted: it may hold a password.
    return VariableError(f"{source or 'The system'} does not name a proxy: write it as http://HOST:PORT.")


def _excludes(entry: str, scheme: str, host: str, port: int) -> bool:
    """Whether an entry of NO_PROXY means that server: `*`, a network, or a name, which means its subdomains as well."""
    if entry == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass  # one of the two is a name, or has a port
    try:
        parts = urlsplit(entry if "://" in entry else f"//{entry}")
        name, its_port = (parts.hostname or "").lstrip("*").strip("."), parts.port
    except ValueError:
        return False
    if parts.scheme not in ("", "all", scheme) or its_port not in (None, port):
        return False
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _certificates(environment: Mapping[str, str]) -> tuple[ssl.SSLContext, str]:
    """Whose certificates are trusted, and the variable that says so, "" for those of the system."""
    file, folders = environment.get("SSL_CERT_FILE"), environment.get("SSL_CERT_DIR")
    if not file and not folders:
        return httpx2.create_ssl_context(trust_env=False), ""
    try:
        if file:
            return ssl.create_default_context(cafile=file), "SSL_CERT_FILE"
        _check_folders(folders or "")
        return ssl.create_default_context(capath=folders), "SSL_CERT_DIR"
    except OSError as error:
        what = file and _what_is_wrong_with(file, error)
        if what:
            raise VariableError(f"SSL_CERT_FILE {what}: {quoted(file or '')}.") from None
        # The only other file that is opened for such a context.
        log = quoted(environment.get("SSLKEYLOGFILE", ""))
        raise VariableError(f"SSLKEYLOGFILE names a file that cannot be written ({error.strerror}): {log}.") from None


def _what_is_wrong_with(file: str, error: OSError) -> str:
    """Why a file of certificates cannot be loaded; "" where it is not to blame."""
    if os.path.isdir(file):
        return "names a folder, where SSL_CERT_DIR would be the variable for it"
    if not os.path.exists(file):
        return "names a file that does not exist"
    if not os.access(file, os.R_OK):
        return "names a file that cannot be read"
    return "names a file that holds no certificate in PEM form" if isinstance(error, ssl.SSLError) else ""


def _check_folders(folders: str) -> None:
    """Raise `VariableError` unless one of the folders holds certificates; OpenSSL itself would just trust nobody."""
    existing = [folder for folder in folders.split(os.pathsep) if os.path.isdir(folder)]
    if not existing:
        raise VariableError(f"SSL_CERT_DIR names a folder that does not exist: {quoted(folders)}.")
    try:
        names = [name for folder in existing for name in os.listdir(folder)]
    except OSError as error:
        raise VariableError(f"SSL_CERT_DIR names a folder that cannot be read ({error.strerror}).") from None
    if not any(_HASHED_CERTIFICATE.fullmatch(name) for name in names):
        raise VariableError(
            f"SSL_CERT_DIR names a folder without certificates under their hashes ({quoted(folders)}):"
            " run `openssl rehash` on it."
        )
