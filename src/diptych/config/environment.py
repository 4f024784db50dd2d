"""The user's environment: endpoints, base URLs and keys, checked before anything is sent; where the history is."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from diptych.core.endpoint import ApiName, Credential, Endpoint
from diptych.core.secrets.values import Secret, Secrets, names_a_secret
from diptych.core.settings import Settings

DEFAULT_MODELS = {"left": "anthropic:claude-sonnet-5-5", "right": "openai:gpt-5.6-terra"}


class _UnusableError(ValueError):
    """A variable of the environment cannot be used; the message is a sentence for users."""


@dataclass(frozen=True, slots=True)
class _Provider:
    name: str
    base_url: str
    host: str
    base_url_variable: str
    key_variables: tuple[tuple[str, Credential], ...]
    headers_variable: str


_ANTHROPIC = _Provider(
    "anthropic",
    "https://api.anthropic.com",
    "api.anthropic.com",
    "ANTHROPIC_BASE_URL",
    (("ANTHROPIC_API_KEY", "key"), ("ANTHROPIC_AUTH_TOKEN", "token")),
    "ANTHROPIC_CUSTOM_HEADERS",
)
_OPENAI = _Provider(
    "openai",
    "https://api.openai.com/v1",
    "api.openai.com",
    "OPENAI_BASE_URL",
    (("OPENAI_API_KEY", "key"),),
    "OPENAI_CUSTOM_HEADERS",
)
_BUILT_IN: tuple[tuple[str, ApiName, _Provider], ...] = (
    ("anthropic", "anthropic-messages", _ANTHROPIC),
    ("openai", "openai-chat", _OPENAI),
    ("openai-responses", "openai-responses", _OPENAI),
)


_PROXY_VARIABLES = tuple(
    spelled for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY") for spelled in (name, name.lower())
)

_SHORTEST_SECRET = 8
"""Characters of a password or a header below which it may well be a word that stands elsewhere, too."""


def endpoints(environment: Mapping[str, str], *, insecure: bool = False) -> dict[str, Endpoint]:
    """The built-in endpoints by name, with the base URLs and keys that the environment sets.

    `insecure` allows keys over plain http. One whose variables cannot be used says so in its `problem`, which matters
    only to those who ask it.
    """
    known = secrets(environment)
    found: dict[str, Endpoint] = {}
    for name, api, provider in _BUILT_IN:
        try:
            found[name] = _endpoint(name, api, provider, environment, known, insecure)
        except _UnusableError as error:
            variable = provider.key_variables[0][0]
            found[name] = Endpoint(name, api, provider.base_url, variable, environment=known, problem=str(error))
    return found


def secrets(environment: Mapping[str, str]) -> Secrets:
    """Everything that the environment holds and nothing may show: keys, logins of URLs, users' own headers."""
    named: list[tuple[str, Secret]] = []
    for provider in (_ANTHROPIC, _OPENAI):
        named += [
            (variable, Secret(value))
            for variable, _ in provider.key_variables
            if (value := environment.get(variable, "").strip())
        ]
        named += [(provider.headers_variable, Secret(value)) for _, value in _secret_headers(provider, environment)]
    for variable in (_ANTHROPIC.base_url_variable, _OPENAI.base_url_variable, *_PROXY_VARIABLES):
        named += [(variable, secret) for secret in _forms_of_login(environment.get(variable, "").strip())]
    return Secrets(named)


def history_path(environment: Mapping[str, str]) -> Path:
    """Where the history is kept: what DIPTYCH_HISTORY names, else the place for a user's data on this system."""
    named = environment.get("DIPTYCH_HISTORY", "").strip()
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("diptych", appauthor=False) / "history.db"


def missing_key_hint(settings: Settings) -> str:
    """One line that tells how to get a real model on a side that is simulated for want of a key; else ""."""
    if not settings.simulated or not settings.endpoint.lacks_key:
        return ""
    return (
        f"A simulated model answers: set {settings.endpoint.key_variable} and start Diptych again to ask the real one."
    )


def _endpoint(
    name: str, api: ApiName, provider: _Provider, environment: Mapping[str, str], known: Secrets, insecure: bool
) -> Endpoint:
    given = environment.get(provider.base_url_variable, "").strip() or provider.base_url
    host = _host(given, provider.base_url_variable)
    base_url, login = _without_login(given)
    is_own = host == provider.host or host.endswith("." + provider.host)
    variable, credential, key = _key(provider, environment, is_own)
    bearers = (
        *((variable,) if key else ()),
        *((provider.base_url_variable,) if login else ()),
        *((provider.headers_variable,) if any(_secret_headers(provider, environment)) else ()),
    )
    whose = provider.name if is_own else None
    return Endpoint(name, api, base_url, variable, whose, key, credential, login, bearers, known, insecure)


def _host(base_url: str, variable: str) -> str:
    """The host that a base URL names. What is wrong with one is told without quoting it: it may hold a password."""
    try:
        parts = urlsplit(base_url)
        host = parts.hostname
        parts.port  # noqa: B018 - raises for a port that is not a number
    except ValueError:
        raise _UnusableError(f"{variable} is no URL: its host or its port cannot be read.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise _UnusableError(f"{variable} is no URL that can be asked: it must begin with http:// or https://.")
    if parts.query or parts.fragment:
        raise _UnusableError(f"{variable} must end with its path: leave out what follows the ? or #.")
    return host


def _without_login(base_url: str) -> tuple[str, Secret | None]:
    parts = urlsplit(base_url)
    login, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=host)), Secret(unquote(login)) if at else None


def _forms_of_login(url: str) -> list[Secret]:
    """The login of a URL in the forms in which somebody may come to see it."""
    login = url.partition("//")[2].partition("/")[0].rpartition("@")[0]
    plain = unquote(login)
    encoded = base64.b64encode(plain.encode()).decode()
    passwords = (login.partition(":")[2], plain.partition(":")[2])
    forms = (login, plain, encoded, *passwords) if login else ()
    return [Secret(form) for form in dict.fromkeys(forms) if len(form) >= _SHORTEST_SECRET]


def _secret_headers(provider: _Provider, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Those of a user's own headers that may carry a credential."""
    for line in environment.get(provider.headers_variable, "").splitlines():
        name, _, value = (part.strip() for part in line.partition(":"))
        if names_a_secret(name):
            secret = value.rpartition(" ")[2]  # without a scheme, such as Bearer
            if len(secret) >= _SHORTEST_SECRET:
                yield name, secret


def _key(provider: _Provider, environment: Mapping[str, str], is_own: bool) -> tuple[str, Credential, Secret | None]:
    """The credential for a server. Others than the provider's own get the token, where there is one, not the key."""
    for variable, credential in provider.key_variables if is_own else reversed(provider.key_variables):
        value = environment.get(variable, "").strip()
        if not value:
            continue
        if not value.isascii() or not value.isprintable() or " " in value:
            raise _UnusableError(f"{variable} holds characters that no key has: was it copied whole, and alone?")
        return variable, credential, Secret(value)
    variable, credential = provider.key_variables[0]
    return variable, credential, None
