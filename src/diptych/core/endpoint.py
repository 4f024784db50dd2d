"""Endpoints: where a model is asked, in which dialect, and with whose key."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from diptych.core.secrets.values import Secret, Secrets

ApiName = Literal["anthropic-messages", "openai-chat", "openai-responses"]
"""A wire dialect."""

Credential = Literal["key", "token"]
"""What the key is: an API key, or a bearer token (`ANTHROPIC_AUTH_TOKEN`)."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A named API + base URL + key.

    `provider` names whose service the base URL is ("anthropic", "openai"), and is None for any other server: only a
    provider's own service needs a key and has known prices. `key_variable` is the environment variable that sets the
    key. `login` is a user's name and password as `NAME:PASSWORD`, which the base URL itself never holds. `bearers` are
    the variables whose secrets every request carries, `environment` all secrets that there are. `problem` is a sentence
    about a variable for which it cannot be asked at all, "" while it can.
    """

    name: str
    api: ApiName
    base_url: str
    key_variable: str
    provider: str | None = None
    key: Secret | None = None
    credential: Credential = "key"
    login: Secret | None = None
    bearers: tuple[str, ...] = ()
    environment: Secrets = field(default_factory=Secrets)
    plain_http_allowed: bool = False
    problem: str = ""

    @property
    def lacks_key(self) -> bool:
        """Whether a real request would be refused for want of a key."""
        return self.provider is not None and self.key is None

    @property
    def url_variable(self) -> str:
        """The environment variable that sets the base URL, named like that of the key; "" where that is not known."""
        return self.key_variable.partition("_")[0] + "_BASE_URL" if self.key_variable else ""

    @property
    def secrets(self) -> Secrets:
        """What nothing shows of what this server sends: its key, and every other secret of the environment."""
        return self.environment if self.key is None else self.environment.adding(self.key_variable, self.key)

    @property
    def exposed_variable(self) -> str:
        """The variable whose secret a request would carry over a network in the clear, unless allowed; else ""."""
        if not self.bearers or self.plain_http_allowed or not _crosses_a_network_in_the_clear(self.base_url):
            return ""
        return self.bearers[0]


def parse_name(name: str, endpoints: Mapping[str, Endpoint]) -> tuple[Endpoint, str]:
    """The endpoint and model that `ENDPOINT:MODEL` names; a model's own name may hold further colons.

    Raises `ValueError` with a sentence for users.
    """
    endpoint, colon, model = name.strip().partition(":")
    known = ", ".join(endpoints)
    if not colon or not model.strip():
        raise ValueError(f"{name!r} names no model: write ENDPOINT:MODEL, with one of the endpoints {known}.")
    if endpoint not in endpoints:
        raise ValueError(f"There is no endpoint {endpoint!r} in {name!r}: the endpoints are {known}.")
    return endpoints[endpoint], model.strip()


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine's own, by which nothing leaves it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _crosses_a_network_in_the_clear(base_url: str) -> bool:
    parts = urlsplit(base_url)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")
