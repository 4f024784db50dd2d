"""Endpoints: the base URL, API and key with which models are asked."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from diptych.core.secrets.values import Secret, Secrets

ApiName = Literal["anthropic-messages", "openai-chat", "openai-responses"]
"""The APIs that Diptych speaks."""

Credential = Literal["key", "token"]
"""Whether the key is an API key or a bearer token (`ANTHROPIC_AUTH_TOKEN`)."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A named server: its API, base URL and key.

    `provider` is "anthropic" or "openai" for these companies' own services, which need a key and have known prices;
    None for any other server. `key_variable` is the environment variable that sets the key. `login` is a user name and
    password as `NAME:PASSWORD`; the base URL never holds it. `bearers` are the variables whose secrets every request
    carries; `environment` has all secrets of the environment. `problem` is a sentence that says why the endpoint cannot
    be asked, "" if it can.
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
        """Whether the provider would refuse a request because the key is missing."""
        return self.provider is not None and self.key is None

    @property
    def url_variable(self) -> str:
        """The environment variable that sets the base URL; "" if it is not known."""
        return self.key_variable.partition("_")[0] + "_BASE_URL" if self.key_variable else ""

    @property
    def secrets(self) -> Secrets:
        """The secrets to remove from everything that this server sends: its key, and all others of the environment."""
        return self.environment if self.key is None else self.environment.adding(self.key_variable, self.key)

    @property
    def exposed_variable(self) -> str:
        """The variable whose secret a request would send in the clear without consent; "" if there is none."""
        if not self.bearers or self.plain_http_allowed or not _crosses_a_network_in_the_clear(self.base_url):
            return ""
        return self.bearers[0]


def parse_name(name: str, endpoints: Mapping[str, Endpoint]) -> tuple[Endpoint, str]:
    """Return the endpoint and model that `ENDPOINT:MODEL` names. The model's name may contain colons.

    Raises `ValueError` with a sentence for users.
    """
    endpoint, colon, model = name.strip().partition(":")
    known = ", ".join(endpoints)
    if not colon or not model.strip():
        raise ValueError(f"{name!r} does not name a model. Write ENDPOINT:MODEL; the endpoints are {known}.")
    if endpoint not in endpoints:
        raise ValueError(f"There is no endpoint {endpoint!r}. The endpoints are {known}.")
    return endpoints[endpoint], model.strip()


def is_loopback(host: str) -> bool:
    """Whether a host name or address is a loopback one, so that nothing leaves this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _crosses_a_network_in_the_clear(base_url: str) -> bool:
    parts = urlsplit(base_url)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")
