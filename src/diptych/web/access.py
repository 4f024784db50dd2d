"""Decides which requests may reach the app, which can spend money and read files.

The address that is printed holds a token. The first request with it gets a cookie in exchange, and the token is void.
Every other request needs the cookie. The headers `Host` and `Origin` are checked, so that a page of another
site can neither connect nor reach this machine under its own name (DNS rebinding).
"""

import hmac
import ipaddress
import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from diptych.core.endpoint import is_loopback

_WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - these are refused, or asked for with --insecure

_HOST = re.compile(r"[A-Za-z0-9.:_\[\]-]+")
"""The characters of a host that is accepted, since it becomes a part of the page."""


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(slots=True)
class Access:
    """Who may use a server that listens on `host` and `port`."""

    host: str
    port: int
    token: str | None = field(default_factory=_new_secret, repr=False)
    """The token that the next request may exchange for the cookie; None when it was used."""
    cookie: str = field(default_factory=_new_secret, repr=False)

    @property
    def cookie_name(self) -> str:
        """The name of the cookie. Cookies do not tell ports apart, so that the name does."""
        return f"diptych-{self.port}"

    @property
    def is_everywhere(self) -> bool:
        """Whether the server listens on every address of this machine."""
        return self.host in _WILDCARDS

    @property
    def url(self) -> str:
        """The address that opens the app once, with its token."""
        host = "127.0.0.1" if self.is_everywhere else self.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/?token={self.token}"

    def takes_token(self, token: str) -> bool:
        """Whether a request has the token, which is void from then on."""
        if self.token is None or not hmac.compare_digest(self.token.encode(), token.encode("utf-8", "replace")):
            return False
        self.token = None
        return True

    def has_cookie(self, cookies: Mapping[str, str]) -> bool:
        """Whether a request has the cookie."""
        given = cookies.get(self.cookie_name, "").encode("utf-8", "replace")
        return hmac.compare_digest(self.cookie.encode(), given)

    def why_foreign(self, host: str, origin: str | None, *, needs_origin: bool) -> str:
        """Return a sentence if a request may come from a page of another site, else ""."""
        if not self._is_own(host):
            return "The name in the address is not one of this server."
        if origin is None:
            return "The request does not say which page it comes from." if needs_origin else ""
        return "" if origin == f"http://{host}" else "The request comes from a page of another site."

    def _is_own(self, host: str) -> bool:
        """Whether `Host` names this server. Unknown names are refused, since anybody can make a name lead here."""
        if not _HOST.fullmatch(host):
            return False
        try:
            parts = urlsplit(f"http://{host}")
            name, port = parts.hostname or "", 80 if parts.port is None else parts.port
        except ValueError:
            return False
        if port != self.port:
            return False
        if name == self.host or (is_loopback(self.host) and is_loopback(name)):
            return True
        return self.is_everywhere and (_is_address(name) or name in ("localhost", socket.gethostname().lower()))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
