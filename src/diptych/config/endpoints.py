"""The built-in endpoints, and how configured values are checked and become an `Endpoint`, wherever they come from."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from diptych.config.url_login import MIN_SECRET_LENGTH, split_login
from diptych.core.endpoint import (
    KEY_HEADERS,
    NOTHING_CONFIGURED,
    ApiName,
    Connection,
    Credential,
    Endpoint,
    FieldNames,
    Prices,
)
from diptych.core.headers import belongs_to_connection, is_header, is_header_value
from diptych.core.secrets.patterns import find_keys
from diptych.core.secrets.values import Secret, Secrets, names_a_secret

BUILT_IN: dict[str, ApiName] = {
    "anthropic": "anthropic-messages",
    "openai": "openai-chat",
    "openai-responses": "openai-responses",
}
"""The API of each endpoint that needs no configuration but a key."""

DEFAULT_MODELS = {"left": "anthropic:claude-sonnet-5-5", "right": "openai:gpt-5.6-terra"}


@dataclass(frozen=True, slots=True)
class Provider:
    """A company that serves models under its own API. `host` and its subdomains are its own servers."""

    name: str
    base_url: str
    host: str


_ANTHROPIC = Provider("anthropic", "https://api.anthropic.com", "api.anthropic.com")
_OPENAI = Provider("openai", "https://api.openai.com/v1", "api.openai.com")

PROVIDERS: dict[ApiName, Provider] = {
    "anthropic-messages": _ANTHROPIC,
    "openai-chat": _OPENAI,
    "openai-responses": _OPENAI,
}
"""The provider that defines each API. Other companies' servers offer the same APIs."""


@dataclass(frozen=True, slots=True)
class ConfigValue:
    """A value as it was configured, which may be empty; `source` is the name by which messages refer to it.

    The source of a value from the environment is its variable.
    """

    source: str
    value: Secret


@dataclass(frozen=True, slots=True)
class ConfigKey(ConfigValue):
    """A configured key. `credential` says whether it is sent as an API key or as a bearer token."""

    credential: Credential


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """Everything that is configured for one endpoint, not checked yet.

    An empty `base_url` stands for the provider's own. `keys` lists the keys by preference, at least one, which may be
    empty; a `key_command` prints the key instead. `headers` are what its SDK adds to every request, which may hold
    secrets; those of its table are in `connection`. `problem` is what is already known to be wrong. The other members
    are those of `Endpoint`.
    """

    name: str
    api: ApiName
    base_url: ConfigValue
    keys: tuple[ConfigKey, ...]
    headers_source: str = ""
    headers: tuple[tuple[str, Secret], ...] = ()
    key_command: tuple[str, ...] = ()
    connection: Connection = NOTHING_CONFIGURED
    prices: Prices | None = None
    fields: FieldNames = ()
    is_built_in: bool = False
    problem: str = ""


class _UnusableError(ValueError):
    """A configured value cannot be used; the message is a sentence for users."""


def build_endpoint(config: EndpointConfig, secrets: Secrets, *, insecure: bool = False) -> Endpoint:
    """Check the configured values and make an endpoint of them.

    A value that cannot be used does not raise: the endpoint says so in its `problem`, which matters only when it is
    asked. `secrets` are all configured secrets, of this and other endpoints. `insecure` allows keys over plain http.
    """
    provider = PROVIDERS[config.api]
    try:
        if config.problem:
            raise _UnusableError(config.problem)
        return _checked(config, provider, secrets, insecure)
    except _UnusableError as error:
        return Endpoint(
            config.name,
            config.api,
            _shown_url(config, provider),
            config.keys[0].source,
            url_source=config.base_url.source,
            environment=secrets,
            problem=str(error),
        )


def _shown_url(config: EndpointConfig, provider: Provider) -> str:
    """Return the base URL of an endpoint that cannot be asked, without its login; "" if it is not valid."""
    url = config.base_url.value.reveal() or provider.base_url
    try:
        _checked_host(url, config.base_url.source)
    except _UnusableError:
        return ""
    return split_login(url)[0]


def secret_headers(headers: tuple[tuple[str, Secret], ...]) -> Iterator[Secret]:
    """Yield the values of those headers that may carry a credential, without a scheme such as `Bearer`."""
    for name, value in headers:
        secret = value.reveal().rpartition(" ")[2]
        if (names_a_secret(name) or _looks_secret(value)) and len(secret) >= MIN_SECRET_LENGTH:
            yield Secret(secret)


def _looks_secret(value: Secret) -> bool:
    """Whether a value holds something that has the form of a key."""
    return any(find_keys(value.reveal()))


def source_of(name: str, member: str) -> str:
    """Return the words by which messages refer to a member of an endpoint's table."""
    return f"{member} of [endpoints.{name}]"


def _checked(config: EndpointConfig, provider: Provider, secrets: Secrets, insecure: bool) -> Endpoint:
    configured_url = config.base_url.value.reveal() or provider.base_url
    host = _checked_host(configured_url, config.base_url.source)
    base_url, login = split_login(configured_url)
    is_own_server = host == provider.host or host.endswith("." + provider.host)
    key = _chosen_key(config.keys, is_own_server)
    _check_connection(config.name, config.connection)
    bearers = tuple(_bearers(config, key, login, secrets))
    return Endpoint(
        config.name,
        config.api,
        base_url,
        key_source=bearers[0] if bearers and not config.is_built_in else key.source,
        url_source=config.base_url.source,
        provider=provider.name if is_own_server else None,
        key=key.value or None,
        key_command=config.key_command,
        credential=key.credential,
        login=login,
        connection=config.connection,
        prices=config.prices,
        fields=config.fields,
        bearers=bearers,
        environment=secrets,
        plain_http_allowed=insecure,
        is_built_in=config.is_built_in,
    )


def _bearers(config: EndpointConfig, key: ConfigKey, login: Secret | None, secrets: Secrets) -> Iterator[str]:
    """Yield the names of what holds the secrets that every request of an endpoint carries, the key first."""
    if key.value or config.key_command:
        yield key.source
    if login:
        yield config.base_url.source
    if any(secret_headers(config.headers)):
        yield config.headers_source
    for member, values in (("headers", config.connection.headers), ("query", config.connection.query)):
        if any(name.lower() in KEY_HEADERS or value in secrets for name, value in values) or any(
            secret_headers(values)
        ):
            yield source_of(config.name, member)


def _check_connection(name: str, connection: Connection) -> None:
    """Check what every request is to carry. Errors quote no value, and a header's name only if it can be one."""
    headers = source_of(name, "headers")
    seen: set[str] = set()
    for header, value in connection.headers:
        if not is_header(header, ""):
            raise _UnusableError(
                f"{headers} has a name that no header can have: use letters, digits and hyphens, in ASCII."
            )
        if not is_header_value(value.reveal()):
            raise _UnusableError(
                f"{headers} gives {header} a value that cannot be sent: it must be one line of printable ASCII."
            )
        if belongs_to_connection(header):
            raise _UnusableError(f"{headers} cannot set {header}, which belongs to the connection itself.")
        if header.lower() in seen:
            raise _UnusableError(f"{headers} names {header} twice: upper and lower case are the same.")
        seen.add(header.lower())
    for parameter, value in connection.query:
        try:
            f"{parameter}{value.reveal()}".encode()
        except UnicodeEncodeError:
            raise _UnusableError(f"{source_of(name, 'query')} holds bytes that are not text.") from None


def _checked_host(base_url: str, source: str) -> str:
    """Return the host of a base URL. Errors do not quote the URL, which may hold a password."""
    try:
        parts = urlsplit(base_url)
        host = parts.hostname
        parts.port  # noqa: B018 - raises for a port that is not a number
    except ValueError:
        raise _UnusableError(f"{source} is not a valid URL: its host or port cannot be read.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise _UnusableError(
            f"{source} is not a valid base URL: it must begin with http:// or https:// and name a host."
        )
    if parts.query or parts.fragment:
        raise _UnusableError(f"{source} must end with its path: remove the part from ? or # on.")
    return host


def _chosen_key(keys: tuple[ConfigKey, ...], is_own_server: bool) -> ConfigKey:
    """Return the first key that is set; for servers other than the provider's own, the last one that is set.

    So a gateway gets the token made for it, and not the provider's API key. If no key is set, return the first, empty.
    """
    for key in keys if is_own_server else reversed(keys):
        text = key.value.reveal()
        if not text:
            continue
        if not text.isascii() or not text.isprintable() or " " in text:
            raise _UnusableError(
                f"{key.source} contains characters that a key cannot have: check that it was copied completely, and "
                "nothing else with it."
            )
        return key
    return keys[0]
