"""Endpoints: the base URL, API and key with which models are asked."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal
from urllib.parse import urlsplit

from diptych.core.secrets.values import Secret, Secrets
from diptych.core.wording.did_you_mean import did_you_mean

ApiName = Literal["anthropic-messages", "openai-chat", "openai-responses"]
"""The APIs that Diptych speaks."""

Credential = Literal["key", "token"]
"""Whether the key is an API key or a bearer token (`ANTHROPIC_AUTH_TOKEN`)."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What an endpoint charges, in US dollars per million tokens, as the user configured it.

    `cached_input` and `cache_write` are None where they cost the same as other input.
    """

    input: Decimal
    output: Decimal
    cached_input: Decimal | None = None
    cache_write: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """How the configuration says to reach a server.

    Every request carries the `headers` and the `query` parameters; their values may be secrets. `variables` are the
    names of those whose values come from an environment variable, each with that variable. `timeout` is the
    silence allowed in seconds, None for the defaults; `timeout_source` names it if it is the endpoint's own.
    `concurrency` is the most requests at once, None for any number. `ca_file` names a file of certificates to trust.
    `proxy` is the URL of a proxy, which may hold a login. Where these two are missing, the environment decides.
    """

    headers: tuple[tuple[str, Secret], ...] = ()
    query: tuple[tuple[str, Secret], ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    timeout: float | None = None
    timeout_source: str = ""
    concurrency: int | None = None
    ca_file: str = ""
    proxy: Secret | None = None


NOTHING_CONFIGURED = Connection()

KEY_HEADERS = frozenset({"authorization", "x-api-key", "api-key"})
"""Names of headers, in lower case, that carry a key to some server."""

FieldNames = tuple[tuple[str, str | None], ...]
"""What a server calls the request fields that Diptych sends; None for a field that it does not know."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A named server: its API, base URL and key.

    `provider` is "anthropic" or "openai" for these companies' own services, which need a key and have known prices;
    None for any other server. `key_source` and `url_source` name what sets the key and the base URL, such as an
    environment variable, for messages. `key_command` prints the key when it is needed; without one, `key` is known from
    the start. `login` is a user name and password as `NAME:PASSWORD`; the base URL never holds it. `bearers` name what
    holds the secrets that every request carries; `environment` has all secrets that are configured for any endpoint.
    `is_built_in` is whether the environment variables of the SDK belong to this endpoint; they set nothing of any
    other. `problem` is a sentence that says why the endpoint cannot be asked, "" if it can; only then may the base URL
    be "", if none is configured that can be used.
    """

    name: str
    api: ApiName
    base_url: str
    key_source: str
    provider: str | None = None
    key: Secret | None = None
    credential: Credential = "key"
    login: Secret | None = None
    key_command: tuple[str, ...] = field(default=(), repr=False)
    url_source: str = ""
    connection: Connection = NOTHING_CONFIGURED
    prices: Prices | None = None
    fields: FieldNames = ()
    bearers: tuple[str, ...] = ()
    environment: Secrets = field(default_factory=Secrets)
    plain_http_allowed: bool = False
    is_built_in: bool = False
    problem: str = ""

    @property
    def lacks_key(self) -> bool:
        """Whether the provider would refuse a request because the key is missing."""
        if self.provider is None or self.key is not None or self.key_command:
            return False
        return not any(name.lower() in KEY_HEADERS for name, _ in self.connection.headers)

    @property
    def sends_key(self) -> bool:
        """Whether requests carry a key, a login or something else that looks like one.

        A built-in endpoint always sends a key: its SDK demands one.
        """
        return self.is_built_in or self.key is not None or bool(self.bearers)

    @property
    def sent_key(self) -> Secret | None:
        """The key to send: the configured one, or what `key_command` printed last; None if there is none (yet)."""
        printed = self.environment.printed
        return self.key or (printed.latest(self.key_command) if printed else None)

    @property
    def awaits_key(self) -> bool:
        """Whether `key_command` has yet to print the key."""
        return bool(self.key_command) and self.sent_key is None

    @property
    def secrets(self) -> Secrets:
        """The secrets to remove from everything that this server sends: its key, and all others of the environment."""
        return self.environment if self.key is None else self.environment.adding(self.key_source, self.key)

    @property
    def exposed_source(self) -> str:
        """What holds the secret that a request would send in the clear without consent; "" if there is none."""
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
        hint = did_you_mean(endpoint, endpoints)
        raise ValueError(f"There is no endpoint {endpoint!r}.{hint} The endpoints are {known}.")
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
